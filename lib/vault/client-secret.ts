import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type ClientSecret, clientSecretSchema } from '../domain/client-secret.ts';
import type { Backups } from './backups.ts';
import { newestBackups } from './find-backups.ts';
import { readSecret, SecretUnusableError } from './secret-document.ts';
import { clientSecretName } from './secret-names.ts';

/** Whose client is asked for: backups are a connection's, the secret may be shared. */
export interface ClientOwner {
  readonly id: string;
  readonly client: string;
}

/**
 * Reads the OAuth client of a connection.
 *
 * @throws {SecretUnusableError} naming the secret
 */
export type ClientReader = (connection: ClientOwner) => Promise<ClientSecret>;

/**
 * A reader that asks Secrets Manager once per client, however many connections share it. Make one per invocation, so
 * that a client secret an operator has just replaced is used at the next.
 *
 * Where the secret is lost, the connection's newest readable backup has the client as it was then. What an operator put
 * is never overwritten, and so not made anew either.
 */
export function createClientReader(secretsManager: SecretsManagerClient, backups: Backups): ClientReader {
  const reads = new Map<string, Promise<ClientSecret>>();
  const backedUp = new Map<string, Promise<ClientSecret | null>>();
  return async (connection) => {
    const { id, client } = connection;
    const read = remembered(reads, client, () => readClient(secretsManager, client));
    try {
      return await read;
    } catch (fault) {
      if (!isLost(fault)) throw fault;
      const found = await remembered(backedUp, id, () => findBackedUpClient(backups, connection));
      if (!found) throw fault;
      return found;
    }
  };
}

/** AWS in trouble is no loss: a moment later the secret may be read. */
function isLost(fault: unknown): boolean {
  return fault instanceof SecretUnusableError && fault.code !== 'SECRET_UNREADABLE';
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

async function findBackedUpClient(backups: Backups, owner: ClientOwner): Promise<ClientSecret | null> {
  for await (const backup of newestBackups(backups, owner.id)) {
    if (backup.kind === 'usable' && backup.content.client.client === owner.client) {
      return backup.content.client;
    }
  }
  return null;
}

function remembered<T>(reads: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const known = reads.get(key) ?? read();
  reads.set(key, known);
  return known;
}
