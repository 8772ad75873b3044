import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IConstruct } from 'constructs';
import type { Configuration } from '../../lib/config/configuration.ts';
import { FunctionCodeMissingError } from './errors.ts';

/** The functions, each named as its folder in `functions/`. */
export const FUNCTION_NAMES = [
  'refresh',
  'sweep',
  'anchor',
  'alerts',
  'admin-api',
  'admin-operations',
  'oauth-callback',
  'health-check',
  'console',
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The configuration's file in each function's folder. */
export const CONFIGURATION_FILE = 'connections.json';

/** A function's code. */
export interface Bundle {
  readonly name: FunctionName;
  /** The folder that holds `index.mjs`, and whatever that reads. */
  readonly directory: string;
}

const CONTEXT_KEY = 'zoho-token-recovery:functions';
/** Where the published package has it: beside its entry, into which this file is bundled. */
const PACKAGED = fileURLToPath(new URL('./functions', import.meta.url));

/** From now on, what is made within the scope takes the functions' code from there. Nothing may be in the scope yet. */
export function useFunctionCode(scope: IConstruct, directory: string): void {
  scope.node.setContext(CONTEXT_KEY, directory);
}

/** The folder with a folder for each function: the one that the scope was told, or else the package's own. */
export function functionCodeFor(scope: IConstruct): string {
  return String(scope.node.tryGetContext(CONTEXT_KEY) ?? PACKAGED);
}

/**
 * Copies every function's code, and puts the configuration beside it: ready to be uploaded.
 *
 * @param source holds a folder for each function; nothing is written there
 * @param target where each gets a folder
 * @throws {FunctionCodeMissingError}
 */
export function prepareFunctions(
  source: string,
  target: string,
  configuration: Configuration,
): Readonly<Record<FunctionName, Bundle>> {
  const bundles = FUNCTION_NAMES.map((name) => {
    const directory = join(target, name);
    copyCode(join(source, name), directory);
    writeFileSync(join(directory, CONFIGURATION_FILE), JSON.stringify(configuration));
    return [name, { name, directory }];
  });
  return Object.fromEntries(bundles) as Record<FunctionName, Bundle>;
}

function copyCode(from: string, to: string): void {
  if (!existsSync(join(from, 'index.mjs'))) {
    throw new FunctionCodeMissingError(
      `${from} holds no index.mjs. Install zoho-token-recovery anew: the package brings it along.`,
    );
  }
  cpSync(from, to, { recursive: true });
}
