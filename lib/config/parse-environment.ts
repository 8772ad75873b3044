import { type $ZodType, safeParse } from 'zod/v4/core';
import { KeeperError } from '../domain/errors.ts';

/** A function's environment lacks something; the message names the variables. */
export class EnvironmentError extends KeeperError {
  readonly code = 'ENVIRONMENT_INVALID';
}

/** @throws {EnvironmentError} naming each variable that is missing or not as it should be */
export function parseEnvironment<T>(env: NodeJS.ProcessEnv, schema: $ZodType<T>): T {
  const result = safeParse(schema, env);
  if (result.success) return result.data;
  const names = result.error.issues.map(({ path }) => path.join('.'));
  throw new EnvironmentError(
    `The function's environment lacks ${names.join(', ')}. Deploy the stack again: it sets them.`,
  );
}
