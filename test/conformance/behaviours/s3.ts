import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { expect, onTestFinished } from 'vitest';
import { type Cloud, refusalOf, uniqueName } from '../cloud.ts';
import type { Behaviours } from './behaviour.ts';

const Key = 'crm/credential.json';
const DAY_MS = 86_400_000;
/** A checksum of nothing that is put here. */
const OTHER_SHA256 = Buffer.alloc(32).toString('base64');
const OTHER_MD5 = Buffer.alloc(16).toString('base64');

/**
 * Versions that nobody deletes before their time.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export const S3: Behaviours = {
  'each put makes a version, and each can be read': async (cloud) => {
    const Bucket = await createBucket(cloud);
    const first = await put(cloud, Bucket, 'first');
    const second = await put(cloud, Bucket, 'second');
    expect(first).not.toBe(second);
    expect(await read(cloud, Bucket)).toBe('second');
    expect(await read(cloud, Bucket, first)).toBe('first');
  },

  'an object comes back with its type and its metadata': async (cloud) => {
    const Bucket = await createBucket(cloud);
    const described = { ContentType: 'application/json', Metadata: { generation: '7' } };
    await put(cloud, Bucket, '{}', described);
    expect(await cloud.s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject(described);
  },

  'versions are listed newest first, in pages': async (cloud) => {
    const Bucket = await createBucket(cloud);
    const ids = [await put(cloud, Bucket, '1'), await put(cloud, Bucket, '2'), await put(cloud, Bucket, '3')];
    const newestFirst = ids.toReversed();
    const { Versions } = await listVersions(cloud, Bucket);
    expect(Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual(
      newestFirst.map((id, index) => [id, index === 0]),
    );
    const page = await listVersions(cloud, Bucket, { MaxKeys: 2 });
    const markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    const rest = await listVersions(cloud, Bucket, markers);
    const listed = [page, rest].map(({ Versions = [] }) => Versions.map(({ VersionId }) => VersionId));
    expect(listed).toEqual([newestFirst.slice(0, 2), newestFirst.slice(2)]);
  },

  'objects are listed by the beginning of their keys': async (cloud) => {
    const Bucket = await createBucket(cloud);
    for (const key of ['b/1', 'a/2', 'a/1']) await put(cloud, Bucket, '{}', { Key: key });
    const { Contents } = await cloud.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/' }));
    expect(Contents?.map((object) => object.Key)).toEqual(['a/1', 'a/2']);
  },

  'a deletion hides an object behind a marker, until the marker is deleted': async (cloud) => {
    const Bucket = await createBucket(cloud);
    const first = await put(cloud, Bucket, 'first');
    const { DeleteMarker, VersionId: marker } = await remove(cloud, Bucket);
    expect(DeleteMarker).toBe(true);
    expect(await refusalOf(read(cloud, Bucket))).toBe('NoSuchKey');
    expect(await read(cloud, Bucket, first)).toBe('first');
    const { DeleteMarkers } = await listVersions(cloud, Bucket);
    expect(DeleteMarkers).toMatchObject([{ Key, VersionId: marker, IsLatest: true }]);
    await remove(cloud, Bucket, { VersionId: marker });
    expect(await read(cloud, Bucket)).toBe('first');
  },

  'a version is not deleted before its time': async (cloud) => {
    const Bucket = await createBucket(cloud, { ObjectLockEnabledForBucket: true });
    const VersionId = await put(cloud, Bucket, 'kept', {
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: new Date(Date.now() + DAY_MS),
    });
    expect(await refusalOf(remove(cloud, Bucket, { VersionId }))).toBe('AccessDenied');
    await remove(cloud, Bucket);
    expect(await read(cloud, Bucket, VersionId)).toBe('kept');
    await remove(cloud, Bucket, { VersionId, BypassGovernanceRetention: true });
    expect(await refusalOf(read(cloud, Bucket, VersionId))).toBe('NoSuchVersion');
  },

  'a bucket keeps each version for the time that it sets': async (cloud) => {
    const Bucket = await createBucket(cloud, { ObjectLockEnabledForBucket: true });
    const ObjectLockConfiguration = {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
    } as const;
    await cloud.s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    const VersionId = await put(cloud, Bucket, 'kept');
    const kept = await cloud.s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(kept).toMatchObject({
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: expect.any(Date),
    });
    expect(await refusalOf(remove(cloud, Bucket, { VersionId }))).toBe('AccessDenied');
  },

  'retention is not shortened': async (cloud) => {
    const Bucket = await createBucket(cloud, { ObjectLockEnabledForBucket: true });
    const VersionId = await put(cloud, Bucket, 'kept', {
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: new Date(Date.now() + 2 * DAY_MS),
    });
    const retain = (days: number) => {
      const Retention = {
        Mode: 'GOVERNANCE',
        RetainUntilDate: new Date(Date.now() + days * DAY_MS),
      } as const;
      return cloud.s3.send(new PutObjectRetentionCommand({ Bucket, Key, VersionId, Retention }));
    };
    await retain(3);
    expect(await refusalOf(retain(1))).toBe('AccessDenied');
  },

  'a put is made only where no object is, if that is asked': async (cloud) => {
    const Bucket = await createBucket(cloud);
    await put(cloud, Bucket, 'first', { IfNoneMatch: '*' });
    const second = put(cloud, Bucket, 'second', { IfNoneMatch: '*' });
    expect(await refusalOf(second)).toBe('PreconditionFailed');
    expect(await read(cloud, Bucket)).toBe('first');
  },

  'a content that its checksum does not fit is refused': async (cloud) => {
    const Bucket = await createBucket(cloud);
    const changed = put(cloud, Bucket, 'changed', { ChecksumSHA256: OTHER_SHA256 });
    expect(await refusalOf(changed)).toBe('BadDigest');
    expect(await refusalOf(read(cloud, Bucket))).toBe('NoSuchKey');
  },

  'a content that its MD5 does not fit is refused': async (cloud) => {
    const Bucket = await createBucket(cloud);
    expect(await refusalOf(put(cloud, Bucket, 'changed', { ContentMD5: OTHER_MD5 }))).toBe('BadDigest');
    expect(await refusalOf(read(cloud, Bucket))).toBe('NoSuchKey');
  },

  'what does not exist is named: the key, or the bucket': async (cloud) => {
    const Bucket = await createBucket(cloud);
    expect(await refusalOf(read(cloud, Bucket))).toBe('NoSuchKey');
    const unknown = uniqueName();
    expect(await refusalOf(read(cloud, unknown))).toBe('NoSuchBucket');
    expect(await refusalOf(put(cloud, unknown, 'x'))).toBe('NoSuchBucket');
  },
};

/** A bucket with versions, until the test ends. */
async function createBucket({ s3, region }: Cloud, lock: { ObjectLockEnabledForBucket?: true } = {}) {
  const Bucket = uniqueName();
  const CreateBucketConfiguration =
    region === 'us-east-1' ? undefined : { LocationConstraint: region as 'eu-west-1' };
  onTestFinished(() => emptyAndDelete(s3, Bucket));
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration, ...lock }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  return Bucket;
}

async function emptyAndDelete(s3: Cloud['s3'], Bucket: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  for (const { Key: key, VersionId } of [...Versions, ...DeleteMarkers]) {
    const isLocked = Versions.some((version) => version.VersionId === VersionId);
    const bypass = isLocked ? { BypassGovernanceRetention: true } : {};
    await s3.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId, ...bypass }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}

async function put({ s3 }: Cloud, Bucket: string, Body: string, more: Partial<PutObjectCommandInput> = {}) {
  return (await s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))).VersionId;
}

async function read({ s3 }: Cloud, Bucket: string, VersionId?: string) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
}

function remove({ s3 }: Cloud, Bucket: string, version: object = {}) {
  return s3.send(new DeleteObjectCommand({ Bucket, Key, ...version }));
}

function listVersions({ s3 }: Cloud, Bucket: string, page: object = {}) {
  return s3.send(new ListObjectVersionsCommand({ Bucket, ...page }));
}
