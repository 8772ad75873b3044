import {
  DescribeSecretCommand,
  ListSecretsCommand,
  ResourceNotFoundException,
  type SecretListEntry,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { accessTokenSecretName, credentialSecretName } from './secret-names.ts';
import { isKeyUsable, type SecretWriter } from './secret-repair.ts';

const NAME_PREFIX = 'zoho/';

/** The names of the secrets that are lost, by connection; none for a connection that has all. */
export type LostSecrets = ReadonlyMap<string, readonly string[]>;

/**
 * The secrets that are lost: gone, about to be deleted, or under a key that cannot be used. One call per
 * 100 secrets, and one to KMS.
 *
 * The list may be some minutes behind, so what seems to be gone is asked for by name.
 *
 * @throws what Secrets Manager throws
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
 */
export async function findLostSecrets(
  writer: SecretWriter,
  connections: readonly string[],
): Promise<LostSecrets> {
  const [listed, isUsable] = await Promise.all([
    listSecrets(writer.secretsManager),
    isKeyUsable(writer.kms, writer.primaryKeyId),
  ]);
  const lost = new Map<string, string[]>();
  for (const connection of connections) {
    const names: string[] = [];
    for (const name of [credentialSecretName(connection), accessTokenSecretName(connection)]) {
      const entry = listed.get(name);
      const isThere = entry !== undefined && entry.DeletedDate === undefined;
      const isLocked = !isUsable && isUnder(writer.primaryKeyId, entry);
      if (isThere && !isLocked) continue;
      if (isLocked || !(await exists(writer.secretsManager, name))) names.push(name);
    }
    if (names.length > 0) lost.set(connection, names);
  }
  return lost;
}

/** A secret may name its key by its ARN or by its id. */
function isUnder(keyId: string, entry: SecretListEntry | undefined): boolean {
  return Boolean(entry?.KmsKeyId && keyId.endsWith(entry.KmsKeyId));
}

async function listSecrets(secretsManager: SecretsManagerClient): Promise<Map<string, SecretListEntry>> {
  const listed = new Map<string, SecretListEntry>();
  let NextToken: string | undefined;
  do {
    const page = await secretsManager.send(
      new ListSecretsCommand({
        Filters: [{ Key: 'name', Values: [NAME_PREFIX] }],
        IncludePlannedDeletion: true,
        MaxResults: 100,
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
    );
    for (const entry of page.SecretList ?? []) listed.set(entry.Name ?? '', entry);
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return listed;
}

async function exists(secretsManager: SecretsManagerClient, name: string): Promise<boolean> {
  try {
    const { DeletedDate } = await secretsManager.send(new DescribeSecretCommand({ SecretId: name }));
    return DeletedDate === undefined;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
