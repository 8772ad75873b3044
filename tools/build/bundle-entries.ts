import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { Entry } from './entries.ts';

/**
 * Bundles each entry into one file. The packages that it declares stay outside, any other becomes part of it; and what is
 * in it stays readable: whoever consumes it bundles and minifies themselves, and has to understand a stack trace.
 */
export function bundleEntries(root: string, entries: readonly Entry[], directory: string): void {
  for (const { source, file, dependencies, peers } of entries) {
    buildSync({
      absWorkingDir: root,
      entryPoints: [source],
      outfile: join(directory, file),
      bundle: true,
      external: [...dependencies, ...Object.keys(peers)],
      format: 'esm',
      platform: 'node',
      target: 'node20',
      charset: 'utf8',
      logLevel: 'error',
    });
  }
}
