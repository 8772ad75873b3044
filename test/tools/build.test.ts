/**
 * Holds what consumers install: it is built, packed and unpacked as they get it, and used by its public names under each
 * Node there is here, and by their compilers.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../infra/cloud/function-code.ts';
import { buildPackage } from '../../tools/build/build-package.ts';
import { ENTRIES } from '../../tools/build/entries.ts';
import { composeManifest } from '../../tools/build/manifest.ts';
import { assertWithinLimits, type EntrySize } from '../../tools/build/sizes.ts';
import { startSecrets } from '../lib/client/support.ts';
import { installInto, nodes, PACKAGE_PATH, pack } from '../support/installed-package.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MINUTE_MS = 60_000;

let folder: string;
/** A project that has what the package brings along, and one that has its optional peers as well. */
let bare: string;
let full: string;
/** The unpacked tarball. */
let installed: string;
let sizes: readonly EntrySize[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  const built = await buildPackage(join(folder, 'dist'));
  sizes = built.sizes;
  const tarball = await pack(built.directory, folder);
  const brought = ['@aws-sdk/client-secrets-manager', '@types/node'];
  const peers = ['@middy/core', '@types/aws-lambda', '@zohocrm/typescript-sdk-8.0'];
  bare = join(folder, 'bare');
  full = join(folder, 'full');
  await installInto(bare, tarball, brought);
  await installInto(full, tarball, [...brought, ...peers]);
  installed = join(bare, PACKAGE_PATH);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesIn(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

/** The package in an import's specifier or in a path. */
function packageOf(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}

async function runAsConsumer(
  node: string,
  consumer: string,
  code: string,
  env: Record<string, string> = {},
): Promise<string> {
  const script = join(consumer, 'script.js');
  writeFileSync(script, code);
  const { stdout } = await run(node, [script], { cwd: consumer, env: { ...process.env, ...env } });
  return stdout.trim();
}

describe('the package', () => {
  it('holds JavaScript, types, a manifest, a licence and a README, and nothing else', () => {
    const files = filesIn(installed);
    const functions = files.filter((file) => file.startsWith('cdk/functions/'));
    expect(functions).toEqual(
      [
        ...FUNCTION_NAMES.map((name) => `cdk/functions/${name}/index.mjs`),
        'cdk/functions/console/page.css',
        'cdk/functions/console/page.js',
      ].sort(),
    );
    const rest = files.filter((file) => !functions.includes(file));
    expect(rest.filter((file) => !file.startsWith('types/'))).toEqual([
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES.txt',
      'cdk/index.js',
      'client.js',
      'package.json',
      'zoho-sdk.js',
    ]);
    const types = files.filter((file) => file.startsWith('types/'));
    for (const file of types) {
      expect(file).toMatch(/^types\/(?:lib\/client|lib\/zoho-sdk|infra\/cloud)\/[a-z-]+\.d\.ts$/);
    }
    expect(types).not.toContain('types/lib/client/token-cache.d.ts');
    for (const file of types) {
      expect(readFileSync(join(installed, file), 'utf8'), 'sources are not there').not.toMatch(/\.ts['"]/);
    }
  });

  it('names no folder of the machine that built it, and to consumers no module of the keeper’s', () => {
    for (const file of filesIn(installed)) {
      const text = readFileSync(join(installed, file), 'utf8');
      expect(text, file).not.toContain(ROOT);
      expect(text, file).not.toContain(folder);
      if (/^(?:client|zoho-sdk)\.js$|^types\/lib\//.test(file))
        expect(text, file).not.toMatch(/lib\/(?!client\/|zoho-sdk\/|domain\/)|infra\/|zod/);
    }
  });

  it('brings the SDK’s client along and nothing else; the rest is up to the consumer', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    const project = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const name = '@aws-sdk/client-secrets-manager';
    expect(manifest).toMatchObject({
      name: project.name,
      version: project.version,
      license: project.license,
      type: 'module',
      sideEffects: false,
      engines: { node: '>=20.19' },
      publishConfig: { access: 'restricted' },
    });
    expect(manifest.dependencies).toEqual({ [name]: project.dependencies[name] });
    expect(manifest.peerDependencies).toEqual({
      '@middy/core': '>=7',
      '@zohocrm/typescript-sdk-8.0': '^3.0.0',
      'aws-cdk-lib': '^2.276.0',
      constructs: '^10.8.1',
    });
    expect(Object.keys(manifest.peerDependenciesMeta)).toEqual(Object.keys(manifest.peerDependencies));
    for (const meta of Object.values(manifest.peerDependenciesMeta)) expect(meta).toEqual({ optional: true });
    expect(manifest).not.toHaveProperty('private');
    expect(manifest).not.toHaveProperty('scripts');
    expect(manifest).not.toHaveProperty('devDependencies');
  });

  it('begins its README with what there is in it, and goes on with the guide', () => {
    const readme = readFileSync(join(installed, 'README.md'), 'utf8');
    const guide = readFileSync(join(ROOT, 'docs/consuming.md'), 'utf8');
    expect(readme.endsWith(guide)).toBe(true);
    const head = readme.slice(0, -guide.length);
    for (const { name } of ENTRIES) expect(head).toContain(`- \`zoho-token-recovery/${name}\` `);
    expect(head).toContain('docs/embedding.md');
  });

  it.each(ENTRIES)('imports in $name only what its entry declares', ({ file, dependencies, peers }) => {
    const text = readFileSync(join(installed, file), 'utf8');
    const imported = [...text.matchAll(/from "([^"]+)"/g)].map(([, specifier = '']) => specifier);
    const declared = [...dependencies, ...Object.keys(peers)];
    const packages = imported.filter((specifier) => !specifier.startsWith('node:')).map(packageOf);
    for (const name of packages) expect(declared).toContain(name);
  });

  it.each([
    ['client', []],
    ['zoho-sdk', []],
    // What checks the properties.
    ['cdk', ['zod']],
  ])('has in %s no package’s code but %j', (name, expected) => {
    const text = readFileSync(
      join(installed, ENTRIES.find((entry) => entry.name === name)?.file ?? ''),
      'utf8',
    );
    const paths = [...text.matchAll(/^\/\/ .*node_modules\/(.+)$/gm)].map(([, path = '']) => path);
    expect([...new Set(paths.map(packageOf))]).toEqual(expected);
  });

  it('keeps the client below 10,000 bytes, minified', () => {
    const client = sizes.find(({ name }) => name === 'client');
    expect(client?.limitBytes).toBe(10_000);
    expect(client?.bytes).toBeGreaterThan(1_000);
    expect(client?.bytes).toBeLessThan(10_000);
  });

  it('is not built with an entry that is too large, or a dependency that the project lacks', () => {
    const tooLarge = { name: 'client', bytes: 10_000, limitBytes: 10_000 };
    expect(() => assertWithinLimits([tooLarge])).toThrow(/client has 10000 bytes minified/);
    expect(() => assertWithinLimits([{ ...tooLarge, limitBytes: null }])).not.toThrow();
    const project = { name: 'p', version: '1.0.0', license: 'MIT', dependencies: {} };
    expect(() => composeManifest(project, ENTRIES)).toThrow(/names the dependency @aws-sdk/);
  });
});

describe.each(nodes())('under %s', (node) => {
  it('is imported by its public names', async () => {
    const shown = await runAsConsumer(
      node,
      full,
      `import * as client from 'zoho-token-recovery/client';
       import * as sdk from 'zoho-token-recovery/zoho-sdk';
       console.log(JSON.stringify([Object.keys(client).sort(), Object.keys(sdk).sort()]));`,
    );
    expect(JSON.parse(shown)).toEqual([
      ['ZohoRequestRefusedError', 'ZohoTokenUnavailableError', 'createZohoTokenReader', 'zohoAccessToken'],
      ['ZohoSdkRefusedError', 'createZohoSdkSettings'],
    ]);
  });

  it('is taken by require', async () => {
    const code = `import { createRequire } from 'node:module';
      const { createZohoTokenReader } = createRequire(import.meta.url)('zoho-token-recovery/client');
      console.log(typeof createZohoTokenReader);`;
    expect(await runAsConsumer(node, bare, code)).toBe('function');
  });

  it('has no other module to import', async () => {
    const code = `import('zoho-token-recovery/client.js').catch(({ code }) => console.log(code));`;
    expect(await runAsConsumer(node, bare, code)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('reads a token, and lets the process end by itself', async () => {
    const { endpoint, publish, reads } = await startSecrets();
    await publish({ expiresAt: new Date(Date.now() + 4 * MINUTE_MS).toISOString() });
    const shown = await runAsConsumer(
      node,
      bare,
      `import { createZohoTokenReader } from 'zoho-token-recovery/client';
       const reader = createZohoTokenReader({ secretId: 'zoho/crm/access-token' });
       const answers = await Promise.all(Array.from({ length: 100 }, () => reader.getAccessToken()));
       console.log(new Set(answers).size, answers[0]);`,
      {
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      },
    );
    expect(shown).toBe('1 1000.access-token-of-a-test');
    expect(reads()).toBe(1);
  });
});

describe.each([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
])('a consumer’s compiler with module %s and resolution %s', (module, moduleResolution) => {
  it('finds the types, without middy or Zoho’s SDK installed', async () => {
    expect(await compile(bare, CLIENT_CONSUMER, { module, moduleResolution, skipLibCheck: false })).toBe('');
  });

  it('finds the types of the middleware and of Zoho’s SDK', async () => {
    expect(await compile(full, PEERS_CONSUMER, { module, moduleResolution, skipLibCheck: true })).toBe('');
  });

  it('takes the guide’s examples', async () => {
    const guide = readFileSync(join(installed, 'README.md'), 'utf8');
    const examples = [...guide.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
    expect(examples).toHaveLength(3);
    for (const example of examples) {
      const code = `declare function callZoho(token: string): Promise<string>;\n${example}`;
      expect(await compile(full, code, { module, moduleResolution, skipLibCheck: true })).toBe('');
    }
  });

  it('refuses a wrong use', async () => {
    const wrong = `import { createZohoTokenReader } from 'zoho-token-recovery/client';
      createZohoTokenReader({ secret: 'x' });`;
    expect(await compile(bare, wrong, { module, moduleResolution, skipLibCheck: true })).toMatch(
      /secretId|'secret'/,
    );
  });
});

it('a consumer’s compiler takes CommonJS that imports as the guide has it', async () => {
  const code = `export async function read(): Promise<string> {
    const { createZohoTokenReader } = await import('zoho-token-recovery/client');
    return createZohoTokenReader({ secretId: 'zoho/crm/access-token' }).getAccessToken();
  }`;
  const options = { module: 'node16', moduleResolution: 'node16', skipLibCheck: true };
  expect(await compile(full, code, options, 'main.cts')).toBe('');
});

const CLIENT_CONSUMER = `
import { createZohoTokenReader, ZohoTokenUnavailableError, type ZohoToken } from 'zoho-token-recovery/client';

const reader = createZohoTokenReader({ secretId: 'zoho/crm/access-token' });
export async function main(): Promise<number> {
  const accessToken: string = await reader.getAccessToken();
  const { apiDomain, expiresAtMs }: ZohoToken = await reader.getToken();
  const answer = await reader.zohoFetch('/crm/v8/org', { headers: { 'x-own': accessToken + apiDomain } });
  return answer.status + expiresAtMs;
}
export function isDown(error: unknown): boolean {
  return error instanceof ZohoTokenUnavailableError && error.code === 'TOKEN_EXPIRED';
}
`;

const PEERS_CONSUMER = `
import middy from '@middy/core';
import { InitializeBuilder } from '@zohocrm/typescript-sdk-8.0';
import { createZohoTokenReader, zohoAccessToken } from 'zoho-token-recovery/client';
import { createZohoSdkSettings } from 'zoho-token-recovery/zoho-sdk';

const reader = createZohoTokenReader({ secretId: 'zoho/crm/access-token' });
export const handler = middy()
  .use(zohoAccessToken({ reader, setToEnv: true }))
  .handler(async (_event: unknown, context): Promise<string> => context.zohoAccessToken);
export async function initialize(): Promise<void> {
  const { environment, token, store } = await createZohoSdkSettings({ reader });
  await new InitializeBuilder().environment(environment).token(token).store(store).initialize();
}
`;

/** @returns what the compiler has to say, empty if nothing */
async function compile(consumer: string, code: string, options: object, file = 'main.ts'): Promise<string> {
  writeFileSync(join(consumer, file), code);
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022'],
    strict: true,
    noEmit: true,
    types: ['node'],
    ...options,
  };
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return run(process.execPath, [tsc, '-p', consumer]).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}
