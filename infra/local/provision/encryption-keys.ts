import * as z from 'zod';
import type { EncryptionKey } from '../iam/requests/encryption-keys.ts';
import type { ProvisionContext } from './context.ts';
import { resourcesOf } from './resources.ts';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-bucketencryption.html */
const bucketSchema = z.object({
  BucketEncryption: z
    .strictObject({
      ServerSideEncryptionConfiguration: z.tuple([
        z.strictObject({
          ServerSideEncryptionByDefault: z.strictObject({
            SSEAlgorithm: z.string(),
            KMSMasterKeyID: z.string().optional(),
          }),
          BucketKeyEnabled: z.boolean().default(false),
        }),
      ]),
    })
    .optional(),
});

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dynamodb-table-ssespecification.html */
const tableSchema = z.object({
  SSESpecification: z
    .strictObject({
      SSEEnabled: z.boolean().optional(),
      SSEType: z.literal('KMS').optional(),
      KMSMasterKeyId: z.string().optional(),
    })
    .optional(),
});

/** The KMS key of each bucket and table that is encrypted by one of the account's own, by ARN. */
export function readEncryptionKeys(context: ProvisionContext): ReadonlyMap<string, EncryptionKey> {
  const keys = new Map<string, EncryptionKey>();
  const add = (logicalId: string, key: string | undefined, isOfWhole: boolean) => {
    const arn = context.resolver.resolve({ 'Fn::GetAtt': [logicalId, 'Arn'] }, logicalId);
    if (key !== undefined) keys.set(String(arn), { key, isOfWhole });
  };
  for (const { logicalId, properties } of resourcesOf('AWS::S3::Bucket', bucketSchema, context)) {
    const [rule] = properties.BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    const { KMSMasterKeyID } = rule?.ServerSideEncryptionByDefault ?? {};
    add(logicalId, KMSMasterKeyID, rule?.BucketKeyEnabled ?? false);
  }
  for (const { logicalId, properties } of resourcesOf('AWS::DynamoDB::Table', tableSchema, context)) {
    add(logicalId, properties.SSESpecification?.KMSMasterKeyId, true);
  }
  return keys;
}
