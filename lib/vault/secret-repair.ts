import { DescribeKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  InvalidRequestException,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { awsErrorName } from '../aws/errors.ts';

/** What it takes to write a secret, also one that was lost. */
export interface SecretWriter {
  readonly secretsManager: SecretsManagerClient;
  readonly kms: KMSClient;
  /** The ARN of the key that the secrets are made with. */
  readonly primaryKeyId: string;
}

/**
 * What had to be done before a secret could be written:
 * - `recreated`: it was gone
 * - `restored`: it was scheduled for deletion
 * - `rekeyed`: its key cannot be used, so it is under AWS's own key for secrets now
 */
export interface SecretRepair {
  readonly secretId: string;
  readonly kind: 'recreated' | 'restored' | 'rekeyed';
}

/**
 * AWS's own key: nobody can delete it, and whoever may read a secret needs no permission on it, so consumers go on
 * reading (docs/adr/0019-when-a-secret-or-its-key-is-lost.md).
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
const FALLBACK_KEY = 'alias/aws/secretsmanager';

/** How Secrets Manager says that it could not use the key. AWS is known to answer an unusable key in several ways. */
const KEY_TROUBLE = new Set([
  'EncryptionFailure',
  'DecryptionFailure',
  'AccessDeniedException',
  'KMSInvalidStateException',
  'DisabledException',
  'NotFoundException',
]);

/**
 * Runs a write to a secret. If that fails because the secret is lost, it is repaired, and the write is run again.
 *
 * @param write safe to be repeated
 * @returns what had to be repaired
 * @throws what the write throws, when there is nothing to repair about it
 */
export async function writeRepairing(
  writer: SecretWriter,
  secretId: string,
  write: () => Promise<void>,
): Promise<SecretRepair[]> {
  const repairs: SecretRepair[] = [];
  for (;;) {
    try {
      await write();
      return repairs;
    } catch (error) {
      const kind = await repair(writer, secretId, error);
      // Repaired once and failed in the same way again: it is something else.
      if (kind === null || repairs.some((earlier) => earlier.kind === kind)) throw error;
      repairs.push({ secretId, kind });
    }
  }
}

/** Takes back the deletion that a secret is scheduled for. What it held is there again. */
export async function restoreSecret(
  { secretsManager }: SecretWriter,
  secretId: string,
): Promise<SecretRepair> {
  await secretsManager.send(new RestoreSecretCommand({ SecretId: secretId }));
  return { secretId, kind: 'restored' };
}

async function repair(
  writer: SecretWriter,
  secretId: string,
  error: unknown,
): Promise<SecretRepair['kind'] | null> {
  if (error instanceof ResourceNotFoundException) {
    await recreate(writer, secretId);
    return 'recreated';
  }
  if (error instanceof InvalidRequestException) return (await restoreSecret(writer, secretId)).kind;
  if (KEY_TROUBLE.has(awsErrorName(error)) && !(await isKeyUsable(writer.kms, writer.primaryKeyId))) {
    await writer.secretsManager.send(new UpdateSecretCommand({ SecretId: secretId, KmsKeyId: FALLBACK_KEY }));
    return 'rekeyed';
  }
  return null;
}

async function recreate(writer: SecretWriter, secretId: string): Promise<void> {
  const isUsable = await isKeyUsable(writer.kms, writer.primaryKeyId);
  const KmsKeyId = isUsable ? writer.primaryKeyId : FALLBACK_KEY;
  try {
    await writer.secretsManager.send(new CreateSecretCommand({ Name: secretId, KmsKeyId }));
  } catch (error) {
    // Somebody else was faster, or our own call's answer was lost.
    if (!(error instanceof ResourceExistsException)) throw error;
  }
}

/**
 * Whether a key can be used: it is there, enabled, and not about to be deleted. What cannot be found out counts as
 * usable: nothing is to be done about a key in a hurry.
 *
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
export async function isKeyUsable(kms: KMSClient, keyId: string): Promise<boolean> {
  try {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }));
    return KeyMetadata?.KeyState === undefined || KeyMetadata.KeyState === 'Enabled';
  } catch (error) {
    return awsErrorName(error) !== 'NotFoundException';
  }
}
