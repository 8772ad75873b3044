import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, NOW_MS, openS3, type TestClock } from './support.ts';

const Bucket = 'backups';
const Key = 'crm.json';
const IS_PROTECTED = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

let clock: TestClock;
let client: S3Client;

beforeEach(async () => {
  clock = { nowMs: NOW_MS };
  ({ client } = await openS3(null, clock));
  await client.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }));
});

function setDefault(Mode: 'GOVERNANCE' | 'COMPLIANCE', period: { Days: number } | { Years: number }) {
  return client.send(
    new PutObjectLockConfigurationCommand({
      Bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode, ...period } },
      },
    }),
  );
}

async function put(more: object = {}): Promise<string> {
  const { VersionId } = await client.send(new PutObjectCommand({ Bucket, Key, Body: '{}', ...more }));
  return VersionId as string;
}

function remove(VersionId: string, BypassGovernanceRetention?: boolean) {
  return client.send(new DeleteObjectCommand({ Bucket, Key, VersionId, BypassGovernanceRetention }));
}

function retain(VersionId: string, Retention: object, BypassGovernanceRetention?: boolean) {
  const input = { Bucket, Key, VersionId, Retention, BypassGovernanceRetention };
  return client.send(new PutObjectRetentionCommand(input));
}

async function retentionOf(VersionId: string) {
  const answer = await client.send(new GetObjectRetentionCommand({ Bucket, Key, VersionId }));
  return answer.Retention;
}

function until(days: number): Date {
  return new Date(NOW_MS + days * DAY_MS);
}

describe('a bucket with Object Lock', () => {
  it('has versions, and keeps them', async () => {
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }));
    expect(Status).toBe('Enabled');
    const VersioningConfiguration = { Status: 'Suspended' } as const;
    const suspended = client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    await expect(suspended).rejects.toMatchObject({ name: 'InvalidBucketState' });
  });

  it('tells its configuration', async () => {
    const configuration = async () => {
      const answer = await client.send(new GetObjectLockConfigurationCommand({ Bucket }));
      return answer.ObjectLockConfiguration;
    };
    expect(await configuration()).toEqual({ ObjectLockEnabled: 'Enabled' });
    await setDefault('COMPLIANCE', { Years: 2 });
    expect(await configuration()).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Years: 2 } },
    });
  });

  it('keeps each object that is put for the time that it sets', async () => {
    const before = await put();
    await setDefault('COMPLIANCE', { Days: 30 });
    const versionId = await put();
    await expect(retentionOf(before)).rejects.toMatchObject({ name: 'NoSuchObjectLockConfiguration' });
    expect(await retentionOf(versionId)).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: until(30) });
    expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: until(30),
    });
  });

  it('takes nothing to keep without a checksum', async () => {
    await setDefault('COMPLIANCE', { Days: 30 });
    const endpoint = await client.config.endpoint?.();
    const url = `${endpoint?.protocol}//${endpoint?.hostname}:${endpoint?.port}/${Bucket}/${Key}`;
    const response = await fetch(url, { method: 'PUT', body: '{}' });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('<Code>InvalidRequest</Code>'),
    ]);
  });
});

describe('a version that is kept', () => {
  it('is deleted by nobody until its time has come, but may be hidden', async () => {
    const versionId = await put({ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until(1) });
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    await expect(remove(versionId)).rejects.toMatchObject(IS_PROTECTED);
    await expect(remove(versionId, true)).rejects.toMatchObject(IS_PROTECTED);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId: versionId }));
    expect(await Body?.transformToString()).toBe('{}');
    clock.nowMs += DAY_MS;
    await remove(versionId);
  });

  it('is deleted under governance by who asks for it expressly', async () => {
    const versionId = await put({ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until(1) });
    await expect(remove(versionId)).rejects.toMatchObject(IS_PROTECTED);
    await remove(versionId, true);
  });

  it('may be kept for longer, never for shorter', async () => {
    const versionId = await put({ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until(2) });
    await retain(versionId, { Mode: 'COMPLIANCE', RetainUntilDate: until(3) });
    for (const Retention of [
      { Mode: 'COMPLIANCE', RetainUntilDate: until(2) },
      { Mode: 'GOVERNANCE', RetainUntilDate: until(3) },
      {},
    ]) {
      await expect(retain(versionId, Retention, true)).rejects.toMatchObject(IS_PROTECTED);
    }
    expect(await retentionOf(versionId)).toEqual({ Mode: 'COMPLIANCE', RetainUntilDate: until(3) });
  });

  it('is let go under governance by who asks for it expressly', async () => {
    const versionId = await put({ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until(2) });
    await expect(retain(versionId, {})).rejects.toMatchObject(IS_PROTECTED);
    await retain(versionId, {}, true);
    await remove(versionId);
  });
});

describe('retention', () => {
  it.each([
    ['without a time', { ObjectLockMode: 'COMPLIANCE' }, 'InvalidArgument'],
    [
      'in the past',
      { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until(-1) },
      'InvalidArgument',
    ],
    [
      'of another mode',
      { ObjectLockMode: 'FOREVER', ObjectLockRetainUntilDate: until(1) },
      'InvalidArgument',
    ],
  ])('is refused %s', async (_, input, name) => {
    await expect(put(input)).rejects.toMatchObject({ name });
  });

  it('needs a bucket with Object Lock', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'plain' }));
    const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until(1) };
    await expect(put({ ...lock, Bucket: 'plain' })).rejects.toMatchObject({ name: 'InvalidRequest' });
    const asked = client.send(new GetObjectLockConfigurationCommand({ Bucket: 'plain' }));
    await expect(asked).rejects.toMatchObject({ name: 'ObjectLockConfigurationNotFoundError' });
  });

  it('needs versions first', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'plain' }));
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' } as const;
    const lock = new PutObjectLockConfigurationCommand({ Bucket: 'plain', ObjectLockConfiguration });
    await expect(client.send(lock)).rejects.toMatchObject({ name: 'InvalidBucketState' });
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket: 'plain', VersioningConfiguration }));
    await client.send(lock);
  });
});
