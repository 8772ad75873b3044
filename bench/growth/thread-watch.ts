import type { Worker } from 'node:worker_threads';
import { collectGarbage } from './collect-garbage.ts';

const LOOK_EVERY_MS = 100;

/** What two threads took while something ran. */
export interface ThreadUse {
  /** Of the function's memory, in bytes: the most that was seen, its garbage included. */
  readonly mostBytes: number;
  /** How long the function's thread was at work, and the twin's. */
  readonly functionCpuMs: number;
  readonly twinCpuMs: number;
}

/** The worker that is started next in this process, whoever starts it. */
export function nextWorker(): Promise<Worker> {
  return new Promise((resolve) => process.once('worker', resolve));
}

/** What is in use of a thread's memory, in bytes, without garbage. */
export async function liveBytes(worker: Worker): Promise<number> {
  await collectGarbage(worker);
  return memoryOf(worker);
}

async function memoryOf(worker: Worker): Promise<number> {
  const { used_heap_size, external_memory } = await worker.getHeapStatistics();
  return used_heap_size + external_memory;
}

/** Looks at a function's thread, and at this one, in which the twin is, while something runs. */
export async function watchThreads<T>(worker: Worker, run: () => Promise<T>): Promise<T & ThreadUse> {
  let mostBytes = 0;
  const look = async () => {
    mostBytes = Math.max(mostBytes, await memoryOf(worker));
  };
  await look();
  // One that has ended meanwhile has no memory; why it did, its invocation tells.
  const looking = setInterval(() => look().catch(() => {}), LOOK_EVERY_MS);
  const functionBegan = await worker.cpuUsage();
  const twinBegan = process.threadCpuUsage();
  try {
    const outcome = await run();
    const twinCpuMs = inMs(process.threadCpuUsage(twinBegan));
    const functionCpuMs = inMs(await worker.cpuUsage(functionBegan));
    await look();
    return { ...outcome, mostBytes, functionCpuMs, twinCpuMs };
  } finally {
    clearInterval(looking);
  }
}

function inMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}
