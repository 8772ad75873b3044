import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../../../../../infra/local/aws/emulators.ts';
import { openS3 } from './support.ts';

const Bucket = 'backups';

let client: S3Client;
let s3: Emulator;

beforeEach(async () => {
  const opened = await openS3();
  ({ client, s3 } = opened);
  opened.s3.createBucket(Bucket, { versioned: true, objectLock: null });
});

async function put(Key: string, Body = '{}'): Promise<string | undefined> {
  return (await client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
}

async function keys(input: object = {}): Promise<(string | undefined)[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, ...input }));
  return Contents.map(({ Key }) => Key);
}

describe('a list of objects', () => {
  it('has them in the order of their bytes, without those that are deleted', async () => {
    for (const key of ['b', 'a/2', '\u{1f600}', '\ufb01', 'a/10', 'B', 'gone']) await put(key);
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }));
    expect(await keys()).toEqual(['B', 'a/10', 'a/2', 'b', '\ufb01', '\u{1f600}']);
    expect(await keys({ Prefix: 'a/' })).toEqual(['a/10', 'a/2']);
    expect(await keys({ StartAfter: 'a/2' })).toEqual(['b', '\ufb01', '\u{1f600}']);
  });

  it('comes in pages', async () => {
    for (const key of ['1', '2', '3', '4', '5']) await put(key);
    const pages: unknown[] = [];
    let ContinuationToken: string | undefined;
    do {
      const input = { Bucket, MaxKeys: 2, ContinuationToken };
      const page = await client.send(new ListObjectsV2Command(input));
      pages.push(page.Contents?.map(({ Key }) => Key));
      ContinuationToken = page.NextContinuationToken;
      expect(page.IsTruncated).toBe(ContinuationToken !== undefined);
    } while (ContinuationToken);
    expect(pages).toEqual([['1', '2'], ['3', '4'], ['5']]);
  });

  it('folds what lies behind a delimiter', async () => {
    for (const key of ['a/1', 'a/2', 'b', 'c/1']) await put(key);
    const first = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 2 }));
    expect(first).toMatchObject({
      CommonPrefixes: [{ Prefix: 'a/' }],
      Contents: [{ Key: 'b', Size: 2 }],
      KeyCount: 2,
    });
    const ContinuationToken = first.NextContinuationToken;
    const rest = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/', ContinuationToken }));
    expect(rest).toMatchObject({ CommonPrefixes: [{ Prefix: 'c/' }], IsTruncated: false });
  });

  it('keeps what XML would take for its own', async () => {
    const key = '<a> & "b" \r\n%2F';
    await put(key);
    expect(await keys()).toEqual([key]);
    expect(await keys({ EncodingType: 'url' })).toEqual([encodeURIComponent(key)]);
  });
});

describe('a list of versions', () => {
  it('has the newest of each key first, and the delete markers', async () => {
    const first = await put('a', '1');
    const { VersionId: marker } = await client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    const second = await put('a', '22');
    const other = await put('b');
    const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    expect(Versions).toMatchObject([
      { Key: 'a', VersionId: second, IsLatest: true, Size: 2 },
      { Key: 'a', VersionId: first, IsLatest: false, Size: 1 },
      { Key: 'b', VersionId: other, IsLatest: true },
    ]);
    expect(DeleteMarkers).toMatchObject([{ Key: 'a', VersionId: marker, IsLatest: false }]);
  });

  it('comes in pages, by key and version', async () => {
    const versions = [await put('a'), await put('a'), await put('a')].reverse();
    versions.push(await put('ab'), await put('b'));
    const listed: unknown[] = [];
    let page: ListObjectVersionsCommandOutput | undefined;
    do {
      page = await client.send(
        new ListObjectVersionsCommand({
          Bucket,
          MaxKeys: 2,
          KeyMarker: page?.NextKeyMarker,
          VersionIdMarker: page?.NextVersionIdMarker,
        }),
      );
      expect(page.Versions?.length).toBeLessThanOrEqual(2);
      listed.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId));
    } while (page.IsTruncated);
    expect(listed).toEqual(versions);
    const behind = await client.send(new ListObjectVersionsCommand({ Bucket, KeyMarker: 'a', Prefix: 'a' }));
    expect(behind.Versions).toMatchObject([{ Key: 'ab' }]);
  });

  it('needs a key to begin behind a version', async () => {
    const asked = client.send(new ListObjectVersionsCommand({ Bucket, VersionIdMarker: 'x' }));
    await expect(asked).rejects.toMatchObject({ name: 'InvalidArgument' });
  });
});

it('refuses what is no number of keys', async () => {
  const response = await fetch(`${s3.origin}/${Bucket}?list-type=2&max-keys=many`);
  expect([response.status, await response.text()]).toEqual([
    400,
    expect.stringContaining('<Code>InvalidArgument</Code>'),
  ]);
});
