import { DescribeKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import { awsErrorName } from '../aws/errors.ts';

/** What KMS knows a key as; `NotFound` for none. */
export interface KeyDescription {
  /** Such as `Enabled`, `Disabled` or `PendingDeletion`. */
  readonly state: string;
  readonly arn: string | null;
}

/**
 * Asks KMS about a key.
 *
 * @param keyId an ARN, an id, or an alias
 * @throws what KMS throws, but for a key that is not there
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
export async function describeKey(kms: KMSClient, keyId: string): Promise<KeyDescription> {
  try {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }));
    return { state: KeyMetadata?.KeyState ?? 'Unknown', arn: KeyMetadata?.Arn ?? null };
  } catch (error) {
    if (awsErrorName(error) === 'NotFoundException') return { state: 'NotFound', arn: null };
    throw error;
  }
}
