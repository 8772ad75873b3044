import type { BroughtRequest } from '../iam.ts';
import type { AccountNames } from './call.ts';

/** The KMS key that something stored is encrypted by. */
export interface EncryptionKey {
  /** Its id, ARN or alias, as the template names it. */
  readonly key: string;
  /** Whether one data key serves a whole bucket or table, so that the encryption context names that and no part of it. */
  readonly isOfWhole: boolean;
}

/** What S3 does with it on a caller's behalf; anything else needs no data key. */
const S3_ACTIONS: Readonly<Record<string, string>> = {
  's3:PutObject': 'GenerateDataKey',
  's3:GetObject': 'Decrypt',
  's3:GetObjectVersion': 'Decrypt',
};
const ABOUT_ITEMS =
  /^dynamodb:(Batch|Get|Put|Update|Delete|Query|Scan|ConditionCheck)(GetItem|WriteItem|Item)?$/;
const WHOLE = /^arn:aws:(?:s3:::[^/]+|dynamodb:.*:table\/[^/]+)/;

/**
 * What a request to a bucket or a table makes its service ask KMS for.
 *
 * @param keyOf the key that a bucket or table is encrypted by, by its ARN; undefined for the service's own
 * @param keyArnOf the ARN of a key, by what the template calls it
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html
 */
export function createEncryptionReader(
  { accountId, region }: AccountNames,
  keyOf: (arn: string) => EncryptionKey | undefined,
  keyArnOf: (key: string) => string | undefined,
): (request: BroughtRequest) => readonly BroughtRequest[] {
  return ({ action, resource }) => {
    const [whole = ''] = WHOLE.exec(resource) ?? [];
    const encryption = keyOf(whole);
    const operation = S3_ACTIONS[action] ?? (ABOUT_ITEMS.test(action) ? 'Decrypt' : null);
    if (!encryption || operation === null) return [];
    const service = action.slice(0, action.indexOf(':'));
    const context = {
      'kms:calleraccount': accountId,
      'kms:viaservice': `${service}.${region}.amazonaws.com`,
      ...encryptionContextOf(service, encryption.isOfWhole ? whole : resource, accountId),
    };
    return [{ action: `kms:${operation}`, resource: keyArnOf(encryption.key) ?? encryption.key, context }];
  };
}

function encryptionContextOf(service: string, arn: string, accountId: string): Record<string, string> {
  if (service === 's3') return { 'kms:encryptioncontext:aws:s3:arn': arn };
  return {
    'kms:encryptioncontext:aws:dynamodb:tablename': arn.slice(arn.lastIndexOf('/') + 1),
    'kms:encryptioncontext:aws:dynamodb:subscriberid': accountId,
  };
}
