import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { readSecret } from './secret-document.ts';
import { clientSecretName } from './secret-names.ts';

const clientSecretSchema = z.object({
  schemaVersion: z.literal(1),
  client: z.string().min(1),
  clientId: z.string().regex(/^\S+$/),
  clientSecret: z.string().regex(/^\S+$/),
});

/** An OAuth client as an operator stored it. */
export type ClientSecret = z.infer<typeof clientSecretSchema>;

/** Reads a client; throws a SecretUnusableError that names the secret. */
export type ClientReader = (client: string) => Promise<ClientSecret>;

/**
 * A reader that asks Secrets Manager once per client, however many connections share it. Make one per invocation, so
 * that a client secret an operator has just replaced is used at the next.
 */
export function createClientReader(secretsManager: SecretsManagerClient): ClientReader {
  const reads = new Map<string, Promise<ClientSecret>>();
  return (client) => {
    const read = reads.get(client) ?? readClient(secretsManager, client);
    reads.set(client, read);
    return read;
  };
}

async function readClient(secretsManager: SecretsManagerClient, client: string): Promise<ClientSecret> {
  const { document } = await readSecret(secretsManager, {
    secretId: clientSecretName(client),
    stage: 'AWSCURRENT',
    schema: clientSecretSchema,
    ownerKey: 'client',
    owner: client,
  });
  return document;
}
