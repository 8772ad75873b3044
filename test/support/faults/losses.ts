import {
  accessTokenSecretName,
  clientSecretName,
  credentialSecretName,
} from '../../../lib/vault/secret-names.ts';
import { AUDIT_TABLE_NAME, BACKUP_TABLE_NAME, STATE_TABLE_NAME } from '../dynamodb.ts';
import { BACKUP_BUCKET_NAME, type World } from './world.ts';

/** The secret that holds the refresh token. */
export function secretOf({ connection }: World): string {
  return credentialSecretName(connection.id);
}

export async function loseSecret(world: World, when: 'now' | 'in 30 days', secretId = secretOf(world)) {
  await operate(world, 'DeleteSecret', {
    SecretId: secretId,
    ...(when === 'now' ? { ForceDeleteWithoutRecovery: true } : { RecoveryWindowInDays: 30 }),
  });
}

/** Every secret of the deployment: the refresh token, the access token, the client. */
export async function loseAllSecrets(world: World): Promise<void> {
  const { id, client } = world.connection;
  for (const name of [credentialSecretName(id), accessTokenSecretName(id), clientSecretName(client)]) {
    await loseSecret(world, 'now', name);
  }
}

/** What is encrypted under it is as good as gone at once. */
export async function loseKey({ aws }: World, keyId: string): Promise<void> {
  const input = { KeyId: keyId, PendingWindowInDays: 7 };
  await aws.TrentService({ operation: 'ScheduleKeyDeletion', input, principal: 'operator' });
}

/** The bucket stays, and nothing is in it. */
export async function emptyBucket({ aws }: World): Promise<void> {
  const { objects } = aws.objects.buckets.find(BACKUP_BUCKET_NAME);
  for (const object of objects.all) objects.save({ ...object, versions: [] });
}

export async function loseBucket(world: World): Promise<void> {
  await emptyBucket(world);
  world.aws.objects.buckets.remove(BACKUP_BUCKET_NAME);
}

/** The table stays, and nothing of the connection is in it. */
export async function emptyTable({ aws, connection }: World): Promise<void> {
  for (let generation = 1; generation < 10; generation += 1) {
    const Key = { connection: { S: connection.id }, generation: { N: String(generation) } };
    await aws.tables.call('DeleteItem', JSON.stringify({ TableName: BACKUP_TABLE_NAME, Key }));
  }
}

/** @param name one of {@link TABLES} */
export async function loseTable({ aws }: World, name: string): Promise<void> {
  await aws.tables.call('DeleteTable', JSON.stringify({ TableName: name }));
}

export const TABLES = {
  state: STATE_TABLE_NAME,
  audit: AUDIT_TABLE_NAME,
  backups: BACKUP_TABLE_NAME,
} as const;

async function operate({ vault }: World, operation: string, input: object): Promise<void> {
  await vault.service({ operation, input, principal: 'operator' });
}
