import { Token } from 'aws-cdk-lib';
import { toDotPath } from 'zod/v4/core';
import { ConfigurationError } from '../../lib/config/configuration.ts';

/**
 * Refuses what only the deployment would know. Within a longer text it would pass for a plain value, and come to the
 * functions as the token's placeholder, since they have the properties from a file.
 *
 * @param source names what is checked, for the error's text
 * @throws {ConfigurationError} naming the path of each such value
 */
export function assertPlain(props: unknown, source: string): void {
  const faults = tokensIn(props, []).map(
    (path) =>
      `  ${toDotPath(path) || '(top level)'}: expected a plain value, and no token of CDK’s: it is checked and written down at synthesis`,
  );
  if (faults.length === 0) return;
  throw new ConfigurationError(`${source} is not a valid configuration:\n${faults.join('\n')}`);
}

function tokensIn(value: unknown, path: readonly PropertyKey[]): (readonly PropertyKey[])[] {
  if (Token.isUnresolved(value)) return [path];
  if (typeof value !== 'object' || value === null) return [];
  const entries: [PropertyKey, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return entries.flatMap(([key, inner]) => tokensIn(inner, [...path, key]));
}
