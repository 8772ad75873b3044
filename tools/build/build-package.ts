import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertBundleSizes, bundleFunctions } from '../../infra/cloud/bundle.ts';
import { bundleEntries } from './bundle-entries.ts';
import { emitDeclarations } from './emit-declarations.ts';
import { ENTRIES, FUNCTIONS_FOLDER } from './entries.ts';
import { composeManifest, parseProjectManifest } from './manifest.ts';
import { composeNotices, thirdParties } from './notices.ts';
import { composeReadme } from './readme.ts';
import { assertWithinLimits, type EntrySize, measureEntries } from './sizes.ts';

const NOTICES_FILE = 'THIRD-PARTY-NOTICES.txt';
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface BuiltPackage {
  /** The folder that holds it, ready for `npm publish`. */
  readonly directory: string;
  readonly sizes: readonly EntrySize[];
}

/**
 * Builds the package that consuming teams install: JavaScript, types, a manifest, and their guide in its README; and the
 * keeper's functions, for whoever embeds it.
 *
 * @param directory is made anew
 * @throws {EntryTooLargeError}, {@link BundleTooLargeError} and {@link DeclarationsFailedError}
 */
export async function buildPackage(directory: string): Promise<BuiltPackage> {
  const project = parseProjectManifest(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });

  bundleEntries(ROOT, ENTRIES, directory);
  assertBundleSizes(bundleFunctions(join(directory, FUNCTIONS_FOLDER)));
  await emitDeclarations(ROOT, ENTRIES, directory);
  const manifest = composeManifest(project, ENTRIES);
  writeFileSync(join(directory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const guide = readFileSync(join(ROOT, 'docs/consuming.md'), 'utf8');
  writeFileSync(join(directory, 'README.md'), composeReadme(project, ENTRIES, guide));
  copyFileSync(join(ROOT, 'LICENSE'), join(directory, 'LICENSE'));
  writeFileSync(join(directory, NOTICES_FILE), composeNotices(thirdParties(ROOT)));

  const sizes = measureEntries(ENTRIES, directory);
  assertWithinLimits(sizes);
  return { directory, sizes };
}
