import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openS3 } from './support.ts';

const Bucket = 'backups';
const KEYS = [
  'crm/1.json',
  '..',
  '.',
  'ä'.repeat(400),
  `${'ä'.repeat(400)}2`,
  'versions.json',
  '%2E%2E',
  '/',
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 's3-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('finds buckets, versions and retention as they were', async () => {
  const path = join(folder, 's3');
  const before = await openS3(path);
  before.s3.createBucket(Bucket, { versioned: true, objectLock: { mode: 'COMPLIANCE', days: 7 } });
  for (const Key of KEYS) {
    for (const Body of [`${Key} 1`, `${Key} 2`])
      await before.client.send(new PutObjectCommand({ Bucket, Key, Body }));
  }
  await before.client.send(new DeleteObjectCommand({ Bucket, Key: '..' }));
  const listed = await before.client.send(new ListObjectVersionsCommand({ Bucket }));
  await before.close();

  const { client, s3 } = await openS3(path);
  s3.createBucket(Bucket, { versioned: true, objectLock: { mode: 'COMPLIANCE', days: 8 } });
  const { $metadata: _, ...found } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  expect(listed).toMatchObject(found);
  expect(found.Versions).toHaveLength(2 * KEYS.length);
  const bodies: (string | undefined)[] = [];
  for (const { Key, VersionId } of found.Versions ?? []) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    bodies.push(await Body?.transformToString());
    const deleted = client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    await expect(deleted).rejects.toMatchObject({ name: 'AccessDenied' });
  }
  expect(bodies).toEqual([...KEYS].sort().flatMap((key) => [`${key} 2`, `${key} 1`]));
  const lock = await client.send(new GetObjectLockConfigurationCommand({ Bucket }));
  expect(lock.ObjectLockConfiguration?.Rule?.DefaultRetention?.Days).toBe(8);
});

it('keeps an object’s content as a plain file', async () => {
  const { s3, client } = await openS3(folder);
  s3.createBucket(Bucket);
  await client.send(new PutObjectCommand({ Bucket, Key: 'crm/1.json', Body: 'plain' }));
  expect(readFileSync(join(folder, Bucket, 'objects', 'crm%2F1.json', 'null'), 'utf8')).toBe('plain');
});

it('leaves nothing of what is deleted', async () => {
  const { s3, client } = await openS3(folder);
  s3.createBucket(Bucket);
  await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
  expect(readdirSync(join(folder, Bucket, 'objects'))).toEqual([]);
  await client.send(new DeleteBucketCommand({ Bucket }));
  expect(readdirSync(folder)).toEqual([]);
  expect((await client.send(new ListBucketsCommand())).Buckets).toEqual([]);
});
