import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ChecksumAlgorithm, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Emulator } from '../../../../../infra/local/aws/emulators.ts';
import { openS3 } from './support.ts';

const Bucket = 'backups';
const Key = 'crm.json';
/** The catalogue's check values for this text. @see https://reveng.sourceforge.io/crc-catalogue/ */
const Body = '123456789';
const CRCS = [
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
] as const;

let client: S3Client;
let s3: Emulator;

beforeEach(async () => {
  const opened = await openS3();
  ({ client, s3 } = opened);
  opened.s3.createBucket(Bucket);
});

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

/** Puts what no SDK would send. */
async function putRaw(headers: Record<string, string>, body = Body) {
  const response = await fetch(`${s3.origin}/${Bucket}/${Key}`, { method: 'PUT', headers, body });
  return { status: response.status, code: /<Code>(.*)<\/Code>/.exec(await response.text())?.[1] };
}

async function read(): Promise<string | undefined> {
  const object = await client.send(new GetObjectCommand({ Bucket, Key }));
  return object.Body?.transformToString();
}

describe('a content with its checksum', () => {
  it.each(CRCS)('in %s is taken if it fits', async (algorithm, hex) => {
    expect(await putRaw({ [`x-amz-checksum-${algorithm}`]: base64(hex) })).toMatchObject({ status: 200 });
    const refused = await putRaw({ [`x-amz-checksum-${algorithm}`]: base64(hex) }, 'other');
    expect(refused).toEqual({ status: 400, code: 'BadDigest' });
    expect(await read()).toBe(Body);
  });

  it.each([ChecksumAlgorithm.SHA1, ChecksumAlgorithm.SHA256, ChecksumAlgorithm.CRC32])(
    'in %s comes back with it, and the SDK checks it',
    async (algorithm) => {
      await client.send(new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm: algorithm }));
      const object = await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
      expect(object[`Checksum${algorithm}`]).toEqual(expect.any(String));
      expect(await object.Body?.transformToString()).toBe(Body);
    },
  );

  it('in MD5 is taken if it fits', async () => {
    const md5 = createHash('md5').update(Body).digest('base64');
    expect(await putRaw({ 'content-md5': md5 })).toMatchObject({ status: 200 });
    expect(await putRaw({ 'content-md5': md5 }, 'other')).toEqual({ status: 400, code: 'BadDigest' });
    expect(await putRaw({ 'content-md5': 'short' })).toEqual({ status: 400, code: 'InvalidDigest' });
  });

  it('gets one of S3’s own without', async () => {
    await putRaw({});
    const { ChecksumCRC64NVME } = await client.send(
      new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }),
    );
    expect(ChecksumCRC64NVME).toBe(base64(CRCS[2][1]));
  });

  it('must have the one that is announced', async () => {
    const refused = await putRaw({ 'x-amz-sdk-checksum-algorithm': 'SHA256' });
    expect(refused).toEqual({ status: 400, code: 'InvalidRequest' });
  });

  it('must be the one that was signed', async () => {
    const hash = createHash('sha256').update(Body).digest('hex');
    expect(await putRaw({ 'x-amz-content-sha256': hash })).toMatchObject({ status: 200 });
    const refused = await putRaw({ 'x-amz-content-sha256': hash }, 'other');
    expect(refused).toEqual({ status: 400, code: 'XAmzContentSHA256Mismatch' });
  });
});

describe('a content in chunks', () => {
  const TRAILER = {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-trailer': 'x-amz-checksum-crc32',
    'content-encoding': 'aws-chunked',
  };
  const SUM = `x-amz-checksum-crc32:${base64(CRCS[0][1])}`;

  it('is put together as the SDK has sent it', async () => {
    const parts = ['x'.repeat(70_000), 'y'.repeat(70_000)];
    const ContentLength = 140_000;
    await client.send(new PutObjectCommand({ Bucket, Key, Body: Readable.from(parts), ContentLength }));
    const object = await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(object).toMatchObject({ ContentLength, ChecksumCRC32: expect.any(String) });
    expect(object.ContentEncoding).toBeUndefined();
    expect(await object.Body?.transformToString()).toBe(parts.join(''));
  });

  it('is taken if the checksum behind it fits', async () => {
    const sent = `4;chunk-signature=00\r\n1234\r\n5\r\n56789\r\n0\r\n${SUM}\r\n\r\n`;
    const headers = { ...TRAILER, 'x-amz-decoded-content-length': '9' };
    expect(await putRaw(headers, sent)).toMatchObject({ status: 200 });
    expect(await read()).toBe(Body);
  });

  it.each([
    ['changed', `9\r\n123456780\r\n0\r\n${SUM}\r\n\r\n`, 'BadDigest'],
    ['without the checksum', '9\r\n123456789\r\n0\r\n\r\n', 'MalformedTrailerError'],
    ['shorter than it should be', `8\r\n12345678\r\n0\r\n${SUM}\r\n\r\n`, 'IncompleteBody'],
    ['cut off', '9\r\n1234', 'IncompleteBody'],
    ['in no chunks at all', '123456789', 'IncompleteBody'],
  ])('is refused when it comes %s', async (_, sent, code) => {
    const headers = { ...TRAILER, 'x-amz-decoded-content-length': '9' };
    expect(await putRaw(headers, sent)).toEqual({ status: 400, code });
    await expect(read()).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});
