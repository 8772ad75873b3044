import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { bundlePage } from './bundle-page.ts';
import { type Bundle, FUNCTION_NAMES, type FunctionName } from './function-code.ts';
import { copyShakableClients } from './shakable-clients.ts';

/** Each bundle stays below this: what is loaded at a cold start delays it. */
export const BUNDLE_LIMIT_BYTES = 1_000_000;

/** A function's code as it has just been built. */
export interface BuiltBundle extends Bundle {
  /** The size of `index.mjs`, minified. */
  readonly bytes: number;
  /** The packages that make up most of it, largest first. */
  readonly largestParts: readonly { readonly name: string; readonly bytes: number }[];
}

/** A bundle is too large; the message says which, and what makes it so. */
export class BundleTooLargeError extends Error {
  readonly code = 'BUNDLE_TOO_LARGE';
}

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
  const copies = mkdtempSync(join(tmpdir(), 'clients-'));
  try {
    bundlePage(ROOT, join(directory, 'console'));
    return bundleWith(copyShakableClients(ROOT, copies), directory);
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}

/** @param clients what to take in place of some packages */
function bundleWith(clients: Readonly<Record<string, string>>, directory: string): readonly BuiltBundle[] {
  const { metafile } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: FUNCTION_NAMES.map((name) => ({
      in: `functions/${name}/handler.ts`,
      out: `${name}/index`,
    })),
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Packages that ship ES modules besides CommonJS: only these can be shaken.
    mainFields: ['module', 'main'],
    minify: true,
    // Stack traces and error names stay readable without a source map, which would double what is uploaded.
    keepNames: true,
    charset: 'utf8',
    legalComments: 'none',
    // CommonJS packages in the bundle require Node's own modules.
    banner: { js: BANNER },
    // Where the copies find what they import.
    nodePaths: [join(ROOT, 'node_modules')],
    alias: {
      ...clients,
      undici: join(ROOT, 'infra/cloud/bundle/undici.js'),
      '@aws-sdk/credential-provider-node': join(ROOT, 'infra/cloud/bundle/credential-provider-node.js'),
    },
    // Undici's parser without SIMD, 72 KB: every processor that Lambda offers has SIMD, so it is never loaded.
    external: ['*/llhttp-wasm.js'],
    // Undici's own switch, which Node.js sets too when it builds undici in: leaves an experimental parser out.
    define: { esbuildDetection: 'true' },
    metafile: true,
    logLevel: 'warning',
  });
  return FUNCTION_NAMES.map((name) => ({
    name,
    directory: join(directory, name),
    ...measure(metafile, name),
  }));
}

/** @throws {BundleTooLargeError} naming the first bundle that is not below the limit */
export function assertBundleSizes(bundles: readonly BuiltBundle[]): void {
  const tooLarge = bundles.find(({ bytes }) => bytes >= BUNDLE_LIMIT_BYTES);
  if (!tooLarge) return;
  const parts = tooLarge.largestParts.map(({ name, bytes }) => `${name} (${formatBytes(bytes)})`);
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

function measure({ outputs }: Metafile, name: FunctionName): Pick<BuiltBundle, 'bytes' | 'largestParts'> {
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
    largestParts: largestFirst.slice(0, 3).map(([part, bytes]) => ({ name: part, bytes })),
  };
}

/** The package that a file belongs to, or the folder when it is one of ours. */
function packageOf(path: string): string {
  const inPackage = path
    .slice(path.lastIndexOf('node_modules/'))
    .match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/);
  return inPackage?.[1] ?? path.split('/', 1)[0] ?? path;
}
