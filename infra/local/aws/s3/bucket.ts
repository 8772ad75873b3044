import * as z from 'zod';

/** What S3 calls the one version that an object has without versioning. */
export const NULL_VERSION = 'null';

export const lockModeSchema = z.enum(['GOVERNANCE', 'COMPLIANCE']);

/** As a bucket's Object Lock configuration has it: for so many days, or so many years. */
export const defaultRetentionSchema = z.union([
  z.strictObject({ Mode: lockModeSchema, Days: z.coerce.number().int().min(1).max(36_500) }),
  z.strictObject({ Mode: lockModeSchema, Years: z.coerce.number().int().min(1).max(100) }),
]);

export const bucketSchema = z.strictObject({
  createdMs: z.number(),
  /** Null until it is enabled for the first time. */
  versioning: z.enum(['Enabled', 'Suspended']).nullable(),
  /** Null without Object Lock; its rule is null when only retention that a put asks for counts. */
  objectLock: z.strictObject({ rule: defaultRetentionSchema.nullable() }).nullable(),
});

const retentionSchema = z.strictObject({ mode: lockModeSchema, untilMs: z.number() });

const versionSchema = z.strictObject({
  id: z.string(),
  modifiedMs: z.number(),
  /** Null for a delete marker. */
  content: z
    .strictObject({
      size: z.number(),
      etag: z.string(),
      checksum: z.strictObject({ algorithm: z.string(), value: z.string() }),
      /** What is sent back with it, such as its type and its user's metadata. */
      headers: z.record(z.string(), z.string()),
    })
    .nullable(),
  retention: retentionSchema.nullable(),
});

/** An object with its versions, newest first; it is gone when none is left. */
export const objectSchema = z.strictObject({ key: z.string(), versions: z.array(versionSchema) });

export type Bucket = z.infer<typeof bucketSchema>;
export type DefaultRetention = z.infer<typeof defaultRetentionSchema>;
export type Retention = z.infer<typeof retentionSchema>;
export type Version = z.infer<typeof versionSchema>;
export type StoredObject = z.infer<typeof objectSchema>;
