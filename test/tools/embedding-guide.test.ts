/**
 * Holds what platform teams install, by their guide: the package is built, packed and unpacked beside aws-cdk-lib and
 * constructs alone, and the guide's app is synthesised against it in a process of its own.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIGURATION_FILE, FUNCTION_NAMES } from '../../infra/cloud/function-code.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { buildPackage } from '../../tools/build/build-package.ts';
import { installInto, nodes, PACKAGE_PATH, pack } from '../support/installed-package.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUIDE = readFileSync(join(ROOT, 'docs/embedding.md'), 'utf8');
const [APP = '', ...SNIPPETS] = [...GUIDE.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);

let folder: string;
let project: string;
let installed: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'embedder-'));
  const { directory } = await buildPackage(join(folder, 'dist'));
  project = join(folder, 'project');
  installed = join(project, PACKAGE_PATH);
  await installInto(project, await pack(directory, folder), ['aws-cdk-lib', 'constructs']);
  mkdirSync(join(project, 'importer'));
  writeFileSync(join(project, 'importer/index.mjs'), 'export const handler = () => {};');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Synthesises an app as the CDK CLI does. */
async function synthesise(node: string, code: string): Promise<{ outdir: string; stderr: string }> {
  const outdir = mkdtempSync(join(folder, 'out-'));
  writeFileSync(join(project, 'app.mjs'), code);
  const { stderr } = await run(node, ['app.mjs'], {
    cwd: project,
    env: { ...process.env, CDK_OUTDIR: outdir },
  });
  return { outdir, stderr };
}

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly Code?: { readonly S3Key: string }; readonly PolicyDocument?: unknown };
}

function resourcesIn(outdir: string): [string, Resource][] {
  return Object.entries(JSON.parse(readFileSync(join(outdir, 'Platform.template.json'), 'utf8')).Resources);
}

describe.each(nodes())('the guide’s app, under %s', (node) => {
  it('is synthesised: the functions that came along, with its configuration', async () => {
    const { outdir } = await synthesise(node, APP);
    const folders = resourcesIn(outdir)
      .filter(([logicalId, { Type }]) => Type === 'AWS::Lambda::Function' && logicalId.startsWith('Zoho'))
      .map(([, { Properties }]) => join(outdir, `asset.${Properties.Code?.S3Key.replace('.zip', '')}`));
    const codes = folders.map((path) => readFileSync(join(path, 'index.mjs'), 'utf8')).sort();
    const packaged = FUNCTION_NAMES.map((name) =>
      readFileSync(join(installed, 'cdk/functions', name, 'index.mjs'), 'utf8'),
    );
    expect(codes).toEqual(packaged.sort());
    for (const path of folders) {
      const text = readFileSync(join(path, CONFIGURATION_FILE), 'utf8');
      expect(parseConfiguration(text, path).connections).toMatchObject([
        { id: 'crm', warnDaysBefore: [7, 3, 1] },
      ]);
    }
  });

  it('grants its function the one access token', async () => {
    const { outdir } = await synthesise(node, APP);
    const policies = resourcesIn(outdir)
      .filter(([logicalId, { Type }]) => Type === 'AWS::IAM::Policy' && logicalId.startsWith('Importer'))
      .map(([, { Properties }]) => JSON.stringify(Properties.PolicyDocument));
    expect(policies).toEqual([
      expect.stringMatching(
        /secretsmanager:GetSecretValue.*zoho\/crm\/access-token-\?{6}.*kms:Decrypt.*SecretARN/,
      ),
    ]);
    expect(policies.join()).not.toMatch(/credential|clients/);
  });

  it('is refused by the path of what is wrong', async () => {
    const failure = synthesise(node, APP.replace("dataCenter: 'eu'", "dataCenter: 'mars'"));
    await expect(failure).rejects.toMatchObject({
      stderr: expect.stringMatching(/connections\[0\]\.dataCenter: expected one of us, eu/),
    });
  });
});

describe('an embedder’s compiler', () => {
  it('takes the guide’s app, without zod or esbuild installed', async () => {
    expect(await compile(APP)).toBe('');
  });

  it.each(SNIPPETS)('takes what the guide shows besides: %#', async (snippet) => {
    expect(await compile(inStack(snippet))).toBe('');
  });

  it.each([
    ['what the construct does not know', "client: 'main',", "client: 'main', secret: 'x',"],
    ['a data centre that there is not', "dataCenter: 'eu'", "dataCenter: 'mars'"],
  ])('refuses %s', async (_what, right, wrong) => {
    expect(APP).toContain(right);
    expect(await compile(APP.replace(right, wrong))).toMatch(/error TS2322|error TS2353|error TS2769/);
  });
});

/** A snippet among what surrounds it in a stack. */
function inStack(snippet: string): string {
  const imports = snippet.match(/^import .*$/gm)?.join('\n') ?? '';
  return `
import { Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { AccountPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ZohoTokenRecovery } from 'zoho-token-recovery/cdk';
${imports}
declare const [importer, report, keeper]: [LambdaFunction, LambdaFunction, ZohoTokenRecovery];
export const surroundings = [Rule, LambdaTarget, AccountPrincipal, importer, report, keeper];
export class Surrounding extends Stack {
  show(): void {
    ${snippet.replace(/^import .*$/gm, '')}
  }
}
`;
}

/** @returns what the compiler has to say, empty if nothing */
async function compile(code: string): Promise<string> {
  writeFileSync(join(project, 'main.ts'), code);
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: [],
    // aws-cdk-lib's own types ask for Node's.
    skipLibCheck: true,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return run(process.execPath, [tsc, '-p', project]).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}
