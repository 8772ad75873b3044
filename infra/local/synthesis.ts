import { Worker } from 'node:worker_threads';
import type { Configuration } from '../../lib/config/configuration.ts';

/** A synthesised CDK app. */
export interface Assembly {
  readonly template: unknown;
  /** The folder that holds the assets. */
  readonly assemblyDir: string;
}

/** The CDK app could not be synthesised. */
export class SynthesisError extends Error {
  readonly code = 'SYNTHESIS_FAILED';
}

/**
 * Synthesises the CDK app in a thread of its own: it takes seconds and some 100 MB, which go when the thread ends.
 *
 * @param outdir where the assembly is written
 * @throws {SynthesisError}
 */
export function synthesizeAside(configuration: Configuration, outdir: string): Promise<Assembly> {
  const worker = new Worker(new URL('./synthesis-worker.ts', import.meta.url), {
    workerData: { configuration, outdir },
    execArgv: [],
  });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (cause) =>
      reject(new SynthesisError(`the CDK app cannot be synthesised: ${cause.message}`, { cause })),
    );
    worker.once('exit', (code) =>
      reject(new SynthesisError(`the CDK app's synthesis ended with code ${code} and no result`)),
    );
  });
}
