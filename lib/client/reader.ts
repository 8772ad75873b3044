import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ZohoToken } from './access-token-document.ts';
import { ZohoTokenUnavailableError } from './errors.ts';
import { AccessTokenSecret } from './secret.ts';
import { TokenCache } from './token-cache.ts';
import { type ZohoRequestInit, zohoFetch } from './zoho-fetch.ts';

export interface ZohoTokenReaderOptions {
  /** The secret's name, `zoho/<connection>/access-token`, or its ARN, which names the region as well. */
  readonly secretId: string;
  /** One of your own, such as for another region. A read is given up after eight seconds with any. */
  readonly client?: SecretsManagerClient;
  /** What {@link ZohoTokenReader.zohoFetch} sends with; the global one without it. */
  readonly fetch?: typeof fetch;
  /** The clock, in milliseconds since the epoch; the system's without it. */
  readonly nowMs?: () => number;
}

/** Reads one connection's access token. Make it once, outside the handler, so that invocations share what it keeps. */
export interface ZohoTokenReader {
  /**
   * An access token that is valid now, read within the last five minutes as far as Secrets Manager answers.
   *
   * @throws {ZohoTokenUnavailableError}
   */
  getAccessToken(): Promise<string>;
  /**
   * The token with its API domain and expiry.
   *
   * @throws {ZohoTokenUnavailableError}
   */
  getToken(): Promise<ZohoToken>;
  /**
   * For an HTTP client of your own, when Zoho has refused a token as invalid: reads the secret once more.
   *
   * @returns another token than the refused one; null if none is published, or the secret cannot be read
   */
  getReplacement(refusedAccessToken: string): Promise<ZohoToken | null>;
  /**
   * Calls Zoho with the token, and once more with a newer one if Zoho refuses it.
   *
   * @param target a path, which is called at the connection's API domain, or an absolute URL of one of Zoho's
   * API, Desk or Mail hosts
   * @returns Zoho's answer, whatever its status; redirects are not followed
   * @throws {ZohoTokenUnavailableError}
   * @throws {ZohoRequestRefusedError} before the token is sent to any other origin
   */
  zohoFetch(target: string | URL, init?: ZohoRequestInit): Promise<Response>;
}

/**
 * Makes a reader of the access token that the keeper publishes for one connection. Nothing is read before the first
 * call.
 *
 * @throws {ZohoTokenUnavailableError} with the code `SECRET_ID_MISSING`
 */
export function createZohoTokenReader(options: ZohoTokenReaderOptions): ZohoTokenReader {
  assertNamed(options.secretId);
  const { secretId, client = createClient(secretId), nowMs = Date.now } = options;
  const tokens = new TokenCache(new AccessTokenSecret(client, secretId), nowMs);
  // The global one is looked up at each call: what traces requests may replace it later.
  const send: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
  return {
    getAccessToken: () => tokens.accessToken(),
    getToken: () => tokens.token(),
    getReplacement: (refused) => tokens.replacementFor(refused),
    zohoFetch: (target, init) => zohoFetch(tokens, send, target, init),
  };
}

/** It often comes from an environment variable, which may not be set whatever the types say. */
function assertNamed(secretId: string | undefined): void {
  if (secretId?.trim()) return;
  throw new ZohoTokenUnavailableError(
    'SECRET_ID_MISSING',
    'No secret is named: secretId is empty. Pass its name or ARN.',
  );
}

/** Two tries of four seconds at most, so that a handler with a token in hand does not wait for a Secrets Manager that hangs. */
function createClient(secretId: string): SecretsManagerClient {
  const region = ARN_REGION.exec(secretId)?.[1];
  return new SecretsManagerClient({
    ...(region && { region }),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
}

const ARN_REGION = /^arn:[^:]+:secretsmanager:([^:]+):/;
