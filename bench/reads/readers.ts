import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import secretsManager from '@middy/secrets-manager';
import type { Context } from 'aws-lambda';
import { createZohoTokenReader } from '../../lib/client/index.ts';
import { SECRET_ID } from './secrets-server.ts';

/** As long as the consumer library keeps one. */
const KEPT_S = 300;
const KEPT_MS = KEPT_S * 1_000;

/** One way to get the access token. */
export interface Reader {
  readonly name: string;
  /** Reads it as a handler does that has read it before; null where nothing is kept. */
  readonly cached: (() => Promise<unknown>) | null;
  /** Reads it from Secrets Manager, whatever is kept. */
  readonly uncached: () => Promise<unknown>;
}

/** Every reader, each with its own defaults but for how long a value is kept. */
export function createReaders(): readonly Reader[] {
  return [zohoTokenRecovery(), powertools(), middySecretsManager(), bareSdk()];
}

function zohoTokenRecovery(): Reader {
  const client = new SecretsManagerClient();
  const reader = createZohoTokenReader({ secretId: SECRET_ID, client });
  return {
    name: 'zoho-token-recovery/client',
    cached: () => reader.getAccessToken(),
    uncached: () => createZohoTokenReader({ secretId: SECRET_ID, client }).getAccessToken(),
  };
}

function powertools(): Reader {
  return {
    name: '@aws-lambda-powertools/parameters',
    cached: () => getSecret(SECRET_ID, { maxAge: KEPT_S, transform: 'json' }),
    uncached: () => getSecret(SECRET_ID, { forceFetch: true, transform: 'json' }),
  };
}

/** A middleware: it is measured around a handler that does nothing, with what middy itself costs. */
function middySecretsManager(): Reader {
  const around = (cacheExpiry: number, cacheKey: string) => {
    const handler = middy()
      .use(
        secretsManager({
          fetchData: { token: SECRET_ID },
          cacheExpiry,
          cacheKey,
          setToContext: true,
          disablePrefetch: true,
        }),
      )
      .handler(async (_event: unknown, context: Context) => (context as { token?: unknown }).token);
    // The middleware puts the value into the context, which is anew in each invocation.
    return async () =>
      handler({}, { getRemainingTimeInMillis: () => KEPT_MS } as Context & { token: unknown });
  };
  return {
    name: '@middy/secrets-manager',
    cached: around(KEPT_MS, 'cached'),
    uncached: around(0, 'uncached'),
  };
}

function bareSdk(): Reader {
  const client = new SecretsManagerClient();
  const command = () => new GetSecretValueCommand({ SecretId: SECRET_ID });
  return {
    name: 'the bare SDK',
    cached: null,
    uncached: async () => JSON.parse((await client.send(command())).SecretString ?? ''),
  };
}
