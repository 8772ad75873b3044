import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../../../../../infra/local/aws/emulators.ts';
import { NOW_MS, openS3 } from './support.ts';

const Bucket = 'backups';
const Key = 'crm/größe & co.json';

let client: S3Client;
let s3: Emulator;

beforeEach(async () => {
  ({ client, s3 } = await openS3());
  await client.send(new CreateBucketCommand({ Bucket }));
});

async function put(Body: string, more: object = {}): Promise<string | undefined> {
  return (await client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))).VersionId;
}

async function read(VersionId?: string): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
  return Body?.transformToString();
}

async function enableVersioning(Status: 'Enabled' | 'Suspended' = 'Enabled'): Promise<void> {
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
}

describe('a bucket', () => {
  it('is listed, and there until it is deleted', async () => {
    const { Buckets } = await client.send(new ListBucketsCommand());
    expect(Buckets).toEqual([{ Name: Bucket, CreationDate: new Date(NOW_MS) }]);
    await client.send(new HeadBucketCommand({ Bucket }));
    await client.send(new DeleteBucketCommand({ Bucket }));
    await expect(client.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'NotFound' });
    await expect(put('x')).rejects.toMatchObject({ name: 'NoSuchBucket', BucketName: Bucket });
  });

  it('may be created twice, and keeps what it holds', async () => {
    await put('kept');
    await client.send(new CreateBucketCommand({ Bucket }));
    expect(await read()).toBe('kept');
  });

  it('is not deleted while it holds any version, a delete marker too', async () => {
    await enableVersioning();
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    const deleted = client.send(new DeleteBucketCommand({ Bucket }));
    await expect(deleted).rejects.toMatchObject({ name: 'BucketNotEmpty' });
  });

  it.each(['no', 'Upper', 'two..dots', '-dash'])('is not called %s', async (name) => {
    const response = await fetch(`${s3.origin}/${name}`, { method: 'PUT' });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('<Code>InvalidBucketName</Code>'),
    ]);
  });

  it('has no versions until they are enabled', async () => {
    const versioning = async () => (await client.send(new GetBucketVersioningCommand({ Bucket }))).Status;
    expect(await versioning()).toBeUndefined();
    await enableVersioning();
    expect(await versioning()).toBe('Enabled');
    await enableVersioning('Suspended');
    expect(await versioning()).toBe('Suspended');
  });
});

describe('an object', () => {
  it('comes back with its type, its encoding and its metadata', async () => {
    const Metadata = { generation: '7' };
    await put('{}', { ContentType: 'application/json', ContentEncoding: 'identity', Metadata });
    const expected = {
      ContentType: 'application/json',
      ContentEncoding: 'identity',
      ContentLength: 2,
      ETag: '"99914b932bd37a50b983c5e7c90ae93b"',
      LastModified: new Date(NOW_MS),
      Metadata,
    };
    expect(await client.send(new GetObjectCommand({ Bucket, Key }))).toMatchObject(expected);
    expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject(expected);
    expect(await read()).toBe('{}');
  });

  it('has no version without versioning', async () => {
    expect(await put('{}')).toBeUndefined();
  });

  it('that is missing is named by the error', async () => {
    await expect(read()).rejects.toMatchObject({ name: 'NoSuchKey', Key });
    const head = client.send(new HeadObjectCommand({ Bucket, Key }));
    await expect(head).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('is overwritten and deleted without versions', async () => {
    await put('one');
    await put('two');
    expect(await read()).toBe('two');
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    await expect(read()).rejects.toMatchObject({ name: 'NoSuchKey' });
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
  });

  it('is put only where none is, if that is asked', async () => {
    await put('first', { IfNoneMatch: '*' });
    await expect(put('second', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    expect(await read()).toBe('first');
  });

  it('is put once by many who ask that none be there', async () => {
    const puts = Array.from({ length: 10 }, (_, index) => put(`${index}`, { IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(puts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('an object with versions', () => {
  beforeEach(() => enableVersioning());

  it('has each of them', async () => {
    const first = await put('one');
    const second = await put('two');
    expect(first).not.toBe(second);
    expect([await read(), await read(first), await read(second)]).toEqual(['two', 'one', 'two']);
    await expect(read('x'.repeat(32))).rejects.toMatchObject({ name: 'NoSuchVersion' });
  });

  it('is hidden by a delete marker, and comes back when the marker is deleted', async () => {
    const first = await put('one');
    const deleted = await client.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(deleted).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) });
    await expect(read()).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(read(deleted.VersionId)).rejects.toMatchObject({ name: 'MethodNotAllowed' });
    expect(await read(first)).toBe('one');
    const { VersionId } = deleted;
    const restored = await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    expect(restored).toMatchObject({ DeleteMarker: true, VersionId });
    expect(await read()).toBe('one');
  });

  it('loses the version that is named, and no other', async () => {
    const first = await put('one');
    const second = await put('two');
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: second }));
    expect(await read()).toBe('one');
    await expect(read(second)).rejects.toMatchObject({ name: 'NoSuchVersion' });
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: first }));
    await client.send(new DeleteBucketCommand({ Bucket }));
  });

  it('can be put anew behind a delete marker, if none is to be there', async () => {
    await put('one');
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    await put('two', { IfNoneMatch: '*' });
    expect(await read()).toBe('two');
  });

  it('keeps what it had before versioning, and after its suspension has one more that is overwritten', async () => {
    await enableVersioning('Suspended');
    expect(await put('first')).toBe('null');
    await enableVersioning();
    const second = await put('second');
    expect(await read('null')).toBe('first');
    await enableVersioning('Suspended');
    await put('third');
    expect([await read(), await read('null'), await read(second)]).toEqual(['third', 'third', 'second']);
  });
});

describe('what the stand-in does not know', () => {
  it.each([
    ['an operation', () => client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/x` }))],
    ['a header', () => put('x', { ServerSideEncryption: 'aws:kms' })],
    ['a condition', () => put('x', { IfNoneMatch: '"etag"' })],
    ['a parameter', () => client.send(new GetObjectCommand({ Bucket, Key, PartNumber: 1 }))],
    ['a part of an object', () => client.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=0-1' }))],
    ['an algorithm', () => put('x', { ChecksumSHA512: 'eA==' })],
  ])('is refused: %s', async (_, attempt) => {
    await expect(attempt()).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
    });
  });

  it.each(['uploads', 'tagging', 'acl', 'policy', 'location'])('is refused: GET ?%s', async (name) => {
    const response = await fetch(`${s3.origin}/${Bucket}?${name}`);
    expect(response.status).toBe(501);
  });
});
