import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { bundlePage } from './bundle-page.ts';
import { type Bundle, FUNCTION_NAMES, type FunctionName } from './function-code.ts';
import { copyShakableClients } from './shakable-clients.ts';

/** Each bundle stays below this: what is loaded at a cold start delays it. */
export const BUNDLE_LIMIT_BYTES = 700_000;

/** A function's code as it has just been built. */
export interface BuiltBundle extends Bundle {
  /** The size of `index.mjs`, minified. */
  readonly bytes: number;
  /** What it is made of, largest first: packages, and our own folders. */
  readonly parts: readonly BundlePart[];
}

export interface BundlePart {
  readonly name: string;
  readonly bytes: number;
}

/** A bundle is too large; the message says which, and what makes it so. */
export class BundleTooLargeError extends Error {
  readonly code = 'BUNDLE_TOO_LARGE';
}

/** What the folder of copied clients is called, before what makes it unique. */
const COPIES = 'clients-';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/**
 * Bundles every function, all in one call: seconds faster than `NodejsFunction`, which starts esbuild anew for each. The
 * same sources give the same bytes, so nothing is deployed that has not changed. It takes esbuild and this repository; what
 * a deployment adds to the code is `prepareFunctions`'s.
 *
 * @param directory where each function gets a folder
 */
export function bundleFunctions(directory: string): readonly BuiltBundle[] {
  bundlePage(ROOT, join(directory, 'console'));
  const entries = FUNCTION_NAMES.map((name) => ({ name, source: `functions/${name}/handler.ts` }));
  return bundleEntries(entries, directory).map((bundle, index) => ({
    ...bundle,
    name: FUNCTION_NAMES[index] as FunctionName,
  }));
}

/** Source files to be bundled as functions are, each into the folder of its name. */
export interface BundleEntry {
  readonly name: string;
  readonly source: string;
}

/**
 * Bundles source files in the very way in which functions are.
 *
 * @returns one for each, in their order
 */
export function bundleEntries(
  entries: readonly BundleEntry[],
  directory: string,
): readonly Omit<BuiltBundle, 'name'>[] {
  const copies = mkdtempSync(join(tmpdir(), COPIES));
  try {
    const metafile = bundleWith(copyShakableClients(ROOT, copies), entries, directory);
    return entries.map(({ name }) => ({ directory: join(directory, name), ...measure(metafile, name) }));
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}

/** @param clients what to take in place of some packages */
function bundleWith(
  clients: Readonly<Record<string, string>>,
  entries: readonly BundleEntry[],
  directory: string,
): Metafile {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: entries.map(({ name, source }) => ({ in: source, out: `${name}/index` })),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Packages that ship ES modules besides CommonJS: only these can be shaken.
    mainFields: ['module', 'main'],
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    // CommonJS packages in the bundle require Node's own modules.
    banner: { js: BANNER },
    // Where the copies find what they import.
    nodePaths: [join(ROOT, 'node_modules')],
    alias: {
      ...clients,
      '@aws-sdk/credential-provider-node': join(ROOT, 'infra/cloud/bundle/credential-provider-node.js'),
    },
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

/** @throws {BundleTooLargeError} naming the first bundle that is not below the limit */
export function assertBundleSizes(bundles: readonly BuiltBundle[]): void {
  const tooLarge = bundles.find(({ bytes }) => bytes >= BUNDLE_LIMIT_BYTES);
  if (!tooLarge) return;
  const parts = tooLarge.parts.slice(0, 3).map(({ name, bytes }) => `${name} (${formatBytes(bytes)})`);
  throw new BundleTooLargeError(
    `The bundle of the function ${tooLarge.name} has ${formatBytes(tooLarge.bytes)}; it has to stay below ` +
      `${formatBytes(BUNDLE_LIMIT_BYTES)}. Its largest parts: ${parts.join(', ')}. Import less of them.`,
  );
}

/** Such as `bundle refresh: 756,897 bytes`. */
export function describeBundle({ name, bytes }: BuiltBundle): string {
  return `bundle ${name}: ${formatBytes(bytes)}`;
}

function formatBytes(bytes: number): string {
  return `${bytes.toLocaleString('en-US')} bytes`;
}

function measure({ outputs }: Metafile, name: string): Pick<BuiltBundle, 'bytes' | 'parts'> {
  const output = Object.entries(outputs).find(([path]) => path.endsWith(`/${name}/index.mjs`))?.[1];
  if (!output) throw new Error(`esbuild wrote no bundle for the function ${name}`);
  const sizes = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
    const part = packageOf(path);
    sizes.set(part, (sizes.get(part) ?? 0) + bytesInOutput);
  }
  const largestFirst = [...sizes].sort(([, a], [, b]) => b - a);
  return {
    bytes: output.bytes,
    parts: largestFirst.map(([part, bytes]) => ({ name: part, bytes })),
  };
}

const IN_PACKAGE = new RegExp(`(?:node_modules|${COPIES}[^/]+)/((?:@[^/]+/)?[^/]+)`, 'g');

/** The package that a file belongs to, or the folder when it is one of ours. */
function packageOf(path: string): string {
  const [, inPackage] = [...path.matchAll(IN_PACKAGE)].at(-1) ?? [];
  return inPackage ?? path.split('/', 1)[0] ?? path;
}
