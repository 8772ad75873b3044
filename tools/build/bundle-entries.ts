import { buildSync } from 'esbuild';
import type { Entry } from './entries.ts';

/**
 * Bundles each entry into one file, `<name>.js`. Packages stay outside, and what is in it stays readable: whoever
 * consumes it bundles and minifies themselves, and has to understand a stack trace.
 */
export function bundleEntries(root: string, entries: readonly Entry[], directory: string): void {
  buildSync({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(entries.map(({ name, source }) => [name, source])),
    outdir: directory,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    charset: 'utf8',
    logLevel: 'error',
  });
}
