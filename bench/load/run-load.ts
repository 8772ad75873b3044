import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer } from './answer.ts';
import type { GeneratorMessage, Order } from './generator.ts';
import { meterUsage, type Usage } from './usage.ts';

const GENERATOR = fileURLToPath(new URL('generator.ts', import.meta.url));
const TOLD_EVERY_MS = 5_000;

/** One load, and what came of it. */
export interface LoadRun {
  readonly ratePerS: number;
  readonly answers: readonly Answer[];
  /** From the first request that was due until the last answer. */
  readonly durationS: number;
  readonly usage: Usage;
}

/**
 * Sends a load from a process of its own.
 *
 * @param onTick told about once a second how far it is
 */
export function runLoad(order: Order, onTick: (line: string | null) => void): Promise<LoadRun> {
  const { ratePerS } = order.load;
  const usedSince = meterUsage();
  let toldAtMs = performance.now();
  return new Promise((resolve, reject) => {
    const generator = fork(GENERATOR);
    generator.once('exit', (code) =>
      reject(new Error(`the load of ${ratePerS}/s was not measured: its generator exited with ${code}`)),
    );
    generator.on('message', (message: GeneratorMessage) => {
      if (message.kind === 'progress') {
        const isTime = performance.now() - toldAtMs >= TOLD_EVERY_MS;
        if (isTime) toldAtMs = performance.now();
        onTick(isTime ? `${ratePerS}/s: ${message.sent} sent, ${message.answered} answered` : null);
        return;
      }
      generator.disconnect();
      const { answers, cpuMs } = message;
      const durationS = Math.max(0, ...answers.map(({ dueMs, latencyMs }) => dueMs + latencyMs)) / 1_000;
      resolve({ ratePerS, answers, durationS, usage: usedSince(cpuMs) });
    });
    generator.send(order);
  });
}
