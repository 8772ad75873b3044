import * as z from 'zod';
import type { BucketSettings } from '../aws/emulators.ts';
import { type Provisioner, parseProperties } from './context.ts';

const retentionSchema = z.strictObject({
  Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']),
  Days: z.coerce.number().int().min(1),
});

/**
 * What the stand-in makes of a bucket. Encryption, access, life cycle and access logs have no meaning on one machine.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
 */
const propertiesSchema = z.strictObject({
  BucketName: z.string().optional(),
  VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }).optional(),
  ObjectLockEnabled: z.boolean().default(false),
  ObjectLockConfiguration: z
    .strictObject({
      ObjectLockEnabled: z.literal('Enabled'),
      Rule: z.strictObject({ DefaultRetention: retentionSchema }),
    })
    .optional(),
  BucketEncryption: z.unknown().optional(),
  PublicAccessBlockConfiguration: z.unknown().optional(),
  OwnershipControls: z.unknown().optional(),
  LifecycleConfiguration: z.unknown().optional(),
  LoggingConfiguration: z.unknown().optional(),
});

const bucketSchema = propertiesSchema.refine(
  ({ ObjectLockEnabled, ObjectLockConfiguration }) => ObjectLockEnabled === Boolean(ObjectLockConfiguration),
  'the twin knows Object Lock with a default retention: ObjectLockEnabled and ObjectLockConfiguration together',
);

/** A bucket that stands from an earlier run is kept, with its objects. */
export const provisionBucket: Provisioner = (logicalId, properties, { createBucket }) => {
  const { BucketName: name = logicalId.toLowerCase(), ...declared } = parseProperties(
    logicalId,
    bucketSchema,
    properties,
  );
  createBucket(name, settingsOf(declared));
  return { ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } };
};

function settingsOf(declared: Omit<z.infer<typeof bucketSchema>, 'BucketName'>): BucketSettings {
  const retention = declared.ObjectLockConfiguration?.Rule.DefaultRetention;
  return {
    versioned: declared.VersioningConfiguration?.Status === 'Enabled',
    objectLock: retention ? { mode: retention.Mode, days: retention.Days } : null,
  };
}
