import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import * as z from 'zod';

/** What figures were measured on: without it they say little. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  /** The project's own version, and of the packages that it is measured with or against. */
  readonly versions: Readonly<Record<string, string>>;
}

const VERSIONED = [
  '@aws-sdk/client-secrets-manager',
  '@aws-lambda-powertools/parameters',
  '@middy/secrets-manager',
  'esbuild',
  'undici',
];

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    versions: {
      'zoho-token-recovery': versionAt('..'),
      ...Object.fromEntries(VERSIONED.map((name) => [name, versionAt(`../node_modules/${name}`)])),
    },
  };
}

function versionAt(folder: string): string {
  const text = readFileSync(new URL(`${folder}/package.json`, import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
