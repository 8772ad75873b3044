import { createZohoTokenReader, type ZohoTokenReader } from './reader.ts';

/** Which token, and where a handler finds it. */
export type ZohoAccessTokenOptions = (
  | { readonly reader: ZohoTokenReader }
  /** The secret's name or ARN; the middleware makes a reader of its own. */
  | { readonly secretId: string }
) & {
  /** Whether `context.zohoAccessToken` is set: yes, unless told otherwise. */
  readonly setToContext?: boolean;
  /** Whether `process.env.ZOHO_ACCESS_TOKEN` is set: no, unless told otherwise. For code that reads nothing else. */
  readonly setToEnv?: boolean;
};

/** What the middleware adds to a handler's context. */
export interface ZohoAccessTokenContext {
  /** The value for the header `Authorization: Zoho-oauthtoken <zohoAccessToken>`. */
  zohoAccessToken: string;
}

/** As much of a middleware of @middy/core as this one is; that package is not needed to run it. */
export interface ZohoAccessTokenMiddleware<TContext> {
  before(request: { context: TContext }): Promise<void>;
}

/**
 * A middleware for @middy/core that gives each invocation an access token which is valid as it begins. In a handler that
 * runs for minutes, ask the reader before each call instead.
 *
 * @throws {ZohoTokenUnavailableError} when there is none: the handler does not run
 */
export function zohoAccessToken(
  options: ZohoAccessTokenOptions & { readonly setToContext: false },
): ZohoAccessTokenMiddleware<object>;
export function zohoAccessToken(
  options: ZohoAccessTokenOptions,
): ZohoAccessTokenMiddleware<ZohoAccessTokenContext>;
export function zohoAccessToken(
  options: ZohoAccessTokenOptions,
): ZohoAccessTokenMiddleware<Partial<ZohoAccessTokenContext>> {
  const reader = 'reader' in options ? options.reader : createZohoTokenReader({ secretId: options.secretId });
  const { setToContext = true, setToEnv = false } = options;
  return {
    before: async ({ context }) => {
      const accessToken = await reader.getAccessToken();
      if (setToContext) context.zohoAccessToken = accessToken;
      if (setToEnv) process.env.ZOHO_ACCESS_TOKEN = accessToken;
    },
  };
}
