import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Entry } from './entries.ts';

/** The types could not be emitted; the message is the compiler's. */
export class DeclarationsFailedError extends Error {
  readonly code = 'DECLARATIONS_FAILED';
}

/**
 * Writes the types of each entry to `types/`, and no more than they refer to.
 *
 * @param directory the package's folder
 * @throws {DeclarationsFailedError}
 */
export async function emitDeclarations(
  root: string,
  entries: readonly Entry[],
  directory: string,
): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), 'declarations-'));
  try {
    const emitted = join(workspace, 'types');
    await compile(root, entries, workspace, emitted);
    for (const path of reachableFrom(entries, emitted)) {
      const target = join(directory, 'types', relative(emitted, path));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, withJsExtensions(readFileSync(path, 'utf8')));
    }
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function compile(root: string, entries: readonly Entry[], workspace: string, outDir: string): Promise<void> {
  const project = join(workspace, 'tsconfig.json');
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir,
    rootDir: root,
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const files = entries.map(({ source }) => join(root, source));
  const settings = { extends: join(root, 'tsconfig.json'), compilerOptions, files, include: [] };
  writeFileSync(project, JSON.stringify(settings));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  execFile(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', project],
    (error, stdout) =>
      error === null
        ? resolve()
        : reject(new DeclarationsFailedError(stdout || error.message, { cause: error })),
  );
  return promise;
}

/** The declaration files of the entries, and those that they import, directly or not. */
function reachableFrom(entries: readonly Entry[], emitted: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    const text = readFileSync(path, 'utf8');
    for (const [, specifier = ''] of text.matchAll(RELATIVE_IMPORT)) {
      visit(join(dirname(path), specifier.replace(/\.ts$/, '.d.ts')));
    }
  };
  for (const { source } of entries) visit(join(emitted, source.replace(/\.ts$/, '.d.ts')));
  return reached;
}

const RELATIVE_IMPORT = /(?<=(?:\bfrom |\bimport\()['"])(\.{1,2}\/[^'"]+\.ts)(?=['"])/g;

/** As consumers' compilers expect them: a `.ts` would be looked for as a source. */
function withJsExtensions(declarations: string): string {
  return declarations.replace(RELATIVE_IMPORT, (specifier) => specifier.replace(/\.ts$/, '.js'));
}
