import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** What can be told of a secret without reading it. */
export type SecretState =
  | { readonly kind: 'missing' }
  /** It is scheduled for deletion. */
  | { readonly kind: 'deleting' }
  | {
      readonly kind: 'standing';
      /** As it was given to Secrets Manager: an ARN, an id or an alias; null for AWS's own key. */
      readonly keyId: string | null;
      readonly hasValue: boolean;
    };

/** Asks what is known of a secret. Throws what Secrets Manager throws. */
export async function describeSecret(
  secretsManager: SecretsManagerClient,
  secretId: string,
): Promise<SecretState> {
  try {
    const { DeletedDate, KmsKeyId, VersionIdsToStages } = await secretsManager.send(
      new DescribeSecretCommand({ SecretId: secretId }),
    );
    if (DeletedDate !== undefined) return { kind: 'deleting' };
    const labels = Object.values(VersionIdsToStages ?? {}).flat();
    return { kind: 'standing', keyId: KmsKeyId ?? null, hasValue: labels.includes('AWSCURRENT') };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return { kind: 'missing' };
    throw error;
  }
}
