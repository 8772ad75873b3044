import { DescribeSecretCommand, UpdateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import { type Cloud, refusalOf } from '../cloud.ts';
import type { Behaviours } from './behaviour.ts';
import { createKey, disableKey, enableKey, scheduleKeyDeletion } from './keys.ts';
import { createSecret, putValue, readValue } from './secrets.ts';

const VALUE = 'a value that no error may tell';
const PREVIOUS = { VersionStage: 'AWSPREVIOUS' };

/**
 * Secrets under a KMS key that works, or does not, or is changed.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_update-encryption-key.html
 */
export const SECRET_ENCRYPTION: Behaviours = {
  'a secret under a disabled key is neither read nor written, until the key is enabled': async (cloud) => {
    const { SecretId, keyId } = await createEncryptedSecret(cloud);
    await disableKey(cloud, keyId);
    await expectLocked(cloud, SecretId);
    await enableKey(cloud, keyId);
    await cloud.eventually(async () => expect(await readValue(cloud, SecretId)).toBe(VALUE));
  },

  'a secret under a key that is pending deletion is neither read nor written': async (cloud) => {
    const { SecretId, keyId } = await createEncryptedSecret(cloud);
    await scheduleKeyDeletion(cloud, keyId);
    await expectLocked(cloud, SecretId);
  },

  'another key makes no version': async (cloud) => {
    const { SecretId } = await createEncryptedSecret(cloud);
    const KmsKeyId = await createKey(cloud);
    const { VersionId } = await changeKey(cloud, SecretId, KmsKeyId);
    expect(VersionId).toBeUndefined();
    const described = await cloud.secretsManager.send(new DescribeSecretCommand({ SecretId }));
    expect(described.KmsKeyId).toContain(KmsKeyId);
    expect(Object.values(described.VersionIdsToStages ?? {})).toEqual([['AWSCURRENT']]);
  },

  'another key opens the labelled versions as well, and the former one still does': async (cloud) => {
    const { SecretId, keyId } = await createEncryptedSecret(cloud);
    await putValue(cloud, SecretId, 'second');
    const nextKeyId = await createKey(cloud);
    await changeKey(cloud, SecretId, nextKeyId);
    await disableKey(cloud, keyId);
    await cloud.eventually(async () => expect(await readValue(cloud, SecretId)).toBe('second'));
    expect(await readValue(cloud, SecretId, PREVIOUS)).toBe(VALUE);
    await enableKey(cloud, keyId);
    await disableKey(cloud, nextKeyId);
    await cloud.eventually(async () => expect(await readValue(cloud, SecretId)).toBe('second'));
    expect(await readValue(cloud, SecretId, PREVIOUS)).toBe(VALUE);
  },

  'another key alone opens what is written under it': async (cloud) => {
    const { SecretId } = await createEncryptedSecret(cloud);
    const nextKeyId = await createKey(cloud);
    await changeKey(cloud, SecretId, nextKeyId);
    await putValue(cloud, SecretId, VALUE);
    await disableKey(cloud, nextKeyId);
    await expectLocked(cloud, SecretId);
  },

  'another key takes over from one that does not work, for what is written from then on': async (cloud) => {
    const { SecretId, keyId } = await createEncryptedSecret(cloud);
    await disableKey(cloud, keyId);
    await expectLocked(cloud, SecretId);
    await changeKey(cloud, SecretId, await createKey(cloud));
    await putValue(cloud, SecretId, 'second');
    expect(await readValue(cloud, SecretId)).toBe('second');
    expect(await refusalOf(readValue(cloud, SecretId, PREVIOUS))).toBe('DecryptionFailure');
    await enableKey(cloud, keyId);
    await cloud.eventually(async () => expect(await readValue(cloud, SecretId, PREVIOUS)).toBe(VALUE));
  },
};

async function createEncryptedSecret(cloud: Cloud): Promise<{ SecretId: string; keyId: string }> {
  const keyId = await createKey(cloud);
  const { SecretId } = await createSecret(cloud, { KmsKeyId: keyId, SecretString: VALUE });
  return { SecretId, keyId };
}

function changeKey({ secretsManager }: Cloud, SecretId: string, KmsKeyId: string) {
  return secretsManager.send(new UpdateSecretCommand({ SecretId, KmsKeyId }));
}

/** That the secret's key does not work, and that no error tells the value. */
async function expectLocked(cloud: Cloud, SecretId: string): Promise<void> {
  await cloud.eventually(async () => {
    expect(await refusalOf(readValue(cloud, SecretId))).toBe('DecryptionFailure');
    expect(await refusalOf(putValue(cloud, SecretId, VALUE))).toBe('EncryptionFailure');
  });
  const attempts = [readValue(cloud, SecretId), putValue(cloud, SecretId, VALUE)];
  for (const outcome of await Promise.allSettled(attempts)) {
    expect(String((outcome as PromiseRejectedResult).reason)).not.toContain(VALUE);
  }
}
