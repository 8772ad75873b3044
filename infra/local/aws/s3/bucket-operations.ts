import * as z from 'zod';
import { renderXml } from '../render-xml.ts';
import { defaultRetentionSchema } from './bucket.ts';
import type { Operation } from './operation.ts';
import { parseXml } from './parse-xml.ts';
import { bucketOf } from './request.ts';
import { S3Error } from './s3-error.ts';

export const OBJECT_LOCK_ENABLED_HEADER = 'x-amz-bucket-object-lock-enabled';

/** The twin is in one region, whichever a bucket asks for. */
const createBucketSchema = z.strictObject({ LocationConstraint: z.string() });
const versioningSchema = z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) });
const objectLockSchema = z.strictObject({
  ObjectLockEnabled: z.literal('Enabled'),
  Rule: z.strictObject({ DefaultRetention: defaultRetentionSchema }).optional(),
});

export const listBuckets: Operation = (_, store) => {
  const Bucket = store.all.map(({ name, settings }) => ({
    Name: name,
    CreationDate: new Date(settings.createdMs).toISOString(),
  }));
  return { status: 200, body: renderXml('ListAllMyBucketsResult', { Buckets: { Bucket } }) };
};

/**
 * One that stands is left as it is: the twin is in us-east-1, where S3 does not mind.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export const createBucket: Operation = (request, store) => {
  const name = bucketOf(request);
  if (request.bytes.length > 0) parseXml(request.bytes, 'CreateBucketConfiguration', createBucketSchema);
  const isLocked = request.headers[OBJECT_LOCK_ENABLED_HEADER]?.toLowerCase() === 'true';
  const locked = { versioning: 'Enabled', objectLock: { rule: null } } as const;
  if (!store.has(name)) store.ensure(name, isLocked ? locked : {});
  return { status: 200, headers: { location: `/${name}` } };
};

export const headBucket: Operation = (request, store) => {
  store.find(bucketOf(request));
  return { status: 200 };
};

export const deleteBucket: Operation = (request, store) => {
  store.remove(bucketOf(request));
  return { status: 204 };
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export const getBucketVersioning: Operation = (request, store) => {
  const { versioning } = store.find(bucketOf(request)).settings;
  return { status: 200, body: renderXml('VersioningConfiguration', { Status: versioning ?? undefined }) };
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export const putBucketVersioning: Operation = (request, store) => {
  const { name, settings } = store.find(bucketOf(request));
  const { Status } = parseXml(request.bytes, 'VersioningConfiguration', versioningSchema);
  if (settings.objectLock && Status !== 'Enabled') {
    throw invalidState(
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    );
  }
  store.ensure(name, { versioning: Status });
  return { status: 200 };
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html */
export const getObjectLockConfiguration: Operation = (request, store) => {
  const { name, settings } = store.find(bucketOf(request));
  if (!settings.objectLock) {
    const message = 'Object Lock configuration does not exist for this bucket';
    const details = { BucketName: name };
    throw new S3Error(404, 'ObjectLockConfigurationNotFoundError', message, { details });
  }
  const { rule } = settings.objectLock;
  const Rule = rule ? { DefaultRetention: rule } : undefined;
  return { status: 200, body: renderXml('ObjectLockConfiguration', { ObjectLockEnabled: 'Enabled', Rule }) };
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html */
export const putObjectLockConfiguration: Operation = (request, store) => {
  const { name, settings } = store.find(bucketOf(request));
  const { Rule } = parseXml(request.bytes, 'ObjectLockConfiguration', objectLockSchema);
  if (settings.versioning !== 'Enabled') {
    throw invalidState("Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration");
  }
  store.ensure(name, { objectLock: { rule: Rule?.DefaultRetention ?? null } });
  return { status: 200 };
};

function invalidState(message: string): S3Error {
  return new S3Error(409, 'InvalidBucketState', message);
}
