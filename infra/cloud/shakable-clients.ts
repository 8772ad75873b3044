import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The clients of AWS's REST services among ours. They describe every operation under a key that is a constant
 * (`{ [_h]: ["GET", …] }`), which esbuild takes for code that may do something, so it would keep them all: 60 KB of S3, 45
 * KB of SES.
 */
const CLIENTS = ['@aws-sdk/client-s3', '@aws-sdk/client-sesv2'];
const SCHEMAS = 'dist-es/schemas/schemas_0.js';

/**
 * Copies these clients with such keys written out, so that of each only what is used is bundled.
 *
 * @param root the project's folder
 * @param directory where to
 * @returns what each is to be replaced by
 */
export function copyShakableClients(root: string, directory: string): Record<string, string> {
  return Object.fromEntries(
    CLIENTS.map((name) => [name, copyClient(join(root, 'node_modules', name), directory, name)]),
  );
}

function copyClient(source: string, directory: string, name: string): string {
  const target = join(directory, name);
  for (const part of ['package.json', 'dist-es'])
    cpSync(join(source, part), join(target, part), { recursive: true });
  const path = join(target, SCHEMAS);
  writeFileSync(path, writeOutKeys(readFileSync(path, 'utf8')));
  return join(target, 'dist-es/index.js');
}

/** `const _h = "http";` and `{ [_h]: … }` become `{ "http": … }`. */
function writeOutKeys(text: string): string {
  const constants = new Map(
    [...text.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  return text.replaceAll(/\[(_\w+)\]:/g, (key, name: string) => {
    const value = constants.get(name);
    return value === undefined ? key : `${value}:`;
  });
}
