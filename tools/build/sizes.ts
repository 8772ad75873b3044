import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import type { Entry } from './entries.ts';

/** How large an entry is, minified, without the packages that it imports. */
export interface EntrySize {
  readonly name: string;
  readonly bytes: number;
  readonly limitBytes: number | null;
}

/** An entry is larger than it may be; the message says which, and by how much. */
export class EntryTooLargeError extends Error {
  readonly code = 'ENTRY_TOO_LARGE';
}

/** @param directory where the entries were bundled to */
export function measureEntries(entries: readonly Entry[], directory: string): EntrySize[] {
  return entries.map(({ name, file, limitBytes }) => {
    const text = readFileSync(join(directory, file), 'utf8');
    const { code } = transformSync(text, { minify: true, format: 'esm', target: 'node20', charset: 'utf8' });
    return { name, bytes: Buffer.byteLength(code), limitBytes };
  });
}

/** @throws {EntryTooLargeError} */
export function assertWithinLimits(sizes: readonly EntrySize[]): void {
  for (const { name, bytes, limitBytes } of sizes) {
    if (limitBytes === null || bytes < limitBytes) continue;
    throw new EntryTooLargeError(
      `The entry ${name} has ${bytes} bytes minified, and is to stay below ${limitBytes}. See what it imports, or raise limitBytes in tools/build/entries.ts.`,
    );
  }
}

export function describeSize({ name, bytes, limitBytes }: EntrySize): string {
  const limit = limitBytes === null ? '' : ` of ${limitBytes}`;
  return `${name.padEnd(10)} ${bytes}${limit} bytes, minified`;
}
