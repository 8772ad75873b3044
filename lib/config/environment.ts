import { resolve } from 'node:path';
import * as z from 'zod';
import { KeeperError } from '../domain/errors.ts';
import { type Configuration, readConfiguration } from './configuration.ts';

const environmentSchema = z.object({
  STATE_TABLE_NAME: z.string().min(1),
  /** The configuration's file, beside the function's code: an environment variable has no room for 200 connections. */
  CONFIGURATION_FILE: z.string().min(1),
  /** Set by Lambda: where the function's code lies. */
  LAMBDA_TASK_ROOT: z.string().min(1),
});

/** What a function is told by its environment. */
export interface Environment {
  readonly stateTableName: string;
  readonly configuration: Configuration;
}

/** A function's environment lacks something; the message names the variables. */
export class EnvironmentError extends KeeperError {
  readonly code = 'ENVIRONMENT_INVALID';
}

/**
 * Reads a function's environment and the configuration that it points to.
 *
 * @throws {EnvironmentError} naming each variable that is missing
 * @throws {ConfigurationError} for a file that cannot be read or is no valid configuration
 */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const result = environmentSchema.safeParse(env);
  if (!result.success) {
    const names = result.error.issues.map(({ path }) => path.join('.'));
    throw new EnvironmentError(
      `The function's environment lacks ${names.join(', ')}. Deploy the stack again: it sets them.`,
    );
  }
  const { STATE_TABLE_NAME, CONFIGURATION_FILE, LAMBDA_TASK_ROOT } = result.data;
  return {
    stateTableName: STATE_TABLE_NAME,
    configuration: readConfiguration(resolve(LAMBDA_TASK_ROOT, CONFIGURATION_FILE)),
  };
}
