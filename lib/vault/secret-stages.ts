import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** Which versions of a secret bear a label, whether they can be read or not. */
export interface SecretStages {
  readonly current: string | null;
  readonly pending: string | null;
}

const NONE: SecretStages = { current: null, pending: null };

/** Asks what bears the labels of a secret; nothing does where there is no secret. Throws what Secrets Manager throws. */
export async function readStages(
  secretsManager: SecretsManagerClient,
  secretId: string,
): Promise<SecretStages> {
  try {
    const { VersionIdsToStages = {} } = await secretsManager.send(
      new DescribeSecretCommand({ SecretId: secretId }),
    );
    const holderOf = (label: string) =>
      Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0] ?? null;
    return { current: holderOf('AWSCURRENT'), pending: holderOf('AWSPENDING') };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return NONE;
    throw error;
  }
}
