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

/** What synthesises this project's own app. */
const OWN_APP = new URL('./synthesis-worker.ts', import.meta.url);

/**
 * Synthesises a CDK app in a thread of its own: it takes seconds and some 100 MB, which go when the thread ends.
 *
 * @param outdir where the assembly is written
 * @param app a module that, as a worker, gets `configuration` and `outdir`, and posts an {@link Assembly}
 * @throws {SynthesisError}
 */
export function synthesizeAside(
  configuration: Configuration,
  outdir: string,
  app: URL = OWN_APP,
): Promise<Assembly> {
  const worker = new Worker(app, {
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
