import * as z from 'zod/mini';
import { parseEnvironment } from './parse-environment.ts';

const schema = z.object({
  ISSUER: z.url(),
  SIGN_IN_ORIGIN: z.url(),
  CONSOLE_CLIENT_ID: z.string().check(z.minLength(1)),
});

/** Where admins sign in to the console: a user pool, its pages, and its app client. */
export interface SignInSettings {
  /** Who issues the tokens. */
  readonly issuer: string;
  /** Where its pages and its token endpoint are, without a slash at its end. */
  readonly signInOrigin: string;
  readonly clientId: string;
}

/**
 * What the function that serves the console is told by its environment.
 *
 * @throws {EnvironmentError} naming each variable that is missing
 */
export function readConsoleEnvironment(env: NodeJS.ProcessEnv): SignInSettings {
  const { ISSUER, SIGN_IN_ORIGIN, CONSOLE_CLIENT_ID } = parseEnvironment(env, schema);
  return { issuer: ISSUER, signInOrigin: new URL(SIGN_IN_ORIGIN).origin, clientId: CONSOLE_CLIENT_ID };
}
