import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The package as its users install it. */
export const PACKAGE_PATH = 'node_modules/zoho-token-recovery';

/**
 * Packs a built package as `npm publish` does.
 *
 * @param folder where to
 * @returns the tarball
 */
export async function pack(directory: string, folder: string): Promise<string> {
  await run('npm', ['pack', '--offline', '--silent', '--pack-destination', folder], { cwd: directory });
  const [name = 'none'] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  return join(folder, name);
}

/**
 * Makes an empty project with the package where `npm install` would unpack it, beside links to others.
 *
 * @param packages of ours, by name
 */
export async function installInto(
  project: string,
  tarball: string,
  packages: readonly string[],
): Promise<void> {
  const target = join(project, PACKAGE_PATH);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  await run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  for (const name of packages) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), link, 'dir');
  }
}

/** The Node that runs this, and the machine's own where there is one. */
export function nodes(): string[] {
  const own = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((directory) => directory !== '' && !directory.includes('node_modules'))
    .map((directory) => join(directory, 'node'))
    .find((path) => existsSync(path));
  return [process.execPath, ...(own === undefined ? [] : [own])];
}
