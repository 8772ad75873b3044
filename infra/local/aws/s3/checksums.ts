import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { invalidRequest, notImplemented, S3Error } from './s3-error.ts';

/** One checksum of an object, in base64 as it is sent. */
export interface Checksum {
  readonly algorithm: string;
  readonly value: string;
}

const PREFIX = 'x-amz-checksum-';
/** The polynomials, reflected. @see https://reveng.sourceforge.io/crc-catalogue/ (CRC-32/ISCSI, CRC-64/NVME) */
const CRC32C = crcTable(0x82f63b78n);
const CRC64NVME = crcTable(0x9a6c9329ac4bc9b5n);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
const ALGORITHMS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  crc32: (bytes) => toBytes(BigInt(crc32(bytes)), 4),
  crc32c: (bytes) => toBytes(crc(CRC32C, 0xffffffffn, bytes), 4),
  crc64nvme: (bytes) => toBytes(crc(CRC64NVME, 0xffffffffffffffffn, bytes), 8),
  sha1: (bytes) => createHash('sha1').update(bytes).digest(),
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
};

export function checksumHeader(algorithm: string): string {
  return PREFIX + algorithm;
}

/**
 * Checks what a request says of its content's integrity, in its header or trailer.
 *
 * @param headers header and trailer together
 * @returns the object's checksum: the one that was sent, or else the one that S3 makes of its own accord; and whether
 *   the request brought any
 * @throws {S3Error} BadDigest, InvalidDigest, InvalidRequest, NotImplemented for an algorithm that the twin lacks
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export function verifyIntegrity(
  headers: Readonly<Record<string, string>>,
  bytes: Buffer,
): { checksum: Checksum; wasSent: boolean } {
  const md5 = headers['content-md5'];
  if (md5 !== undefined) verifyMd5(md5, bytes);
  const sent = Object.keys(headers).find((name) => name.startsWith(PREFIX) && !isAboutChecksums(name));
  const announced = headers['x-amz-sdk-checksum-algorithm']?.toLowerCase();
  if (announced && sent !== PREFIX + announced) {
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  const algorithm = sent?.slice(PREFIX.length) ?? 'crc64nvme';
  const value = digest(algorithm, bytes);
  if (sent !== undefined && headers[sent] !== value) {
    throw badDigest(`The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`);
  }
  return { checksum: { algorithm, value }, wasSent: sent !== undefined || md5 !== undefined };
}

function verifyMd5(md5: string, bytes: Buffer): void {
  if (Buffer.from(md5, 'base64').length !== 16) {
    throw new S3Error(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (createHash('md5').update(bytes).digest('base64') === md5) return;
  throw badDigest('The Content-MD5 you specified did not match what we received.');
}

function isAboutChecksums(name: string): boolean {
  return name === `${PREFIX}mode` || name === `${PREFIX}type`;
}

function digest(algorithm: string, bytes: Buffer): string {
  const calculate = ALGORITHMS[algorithm];
  if (!calculate) throw notImplemented(`the checksum algorithm ${algorithm}`);
  return calculate(bytes).toString('base64');
}

function badDigest(message: string): S3Error {
  return new S3Error(400, 'BadDigest', message);
}

function crcTable(polynomial: bigint): bigint[] {
  return Array.from({ length: 256 }, (_, index) => {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
    return value;
  });
}

/** @param mask all of the checksum's bits: what it begins with and what it is inverted by at the end */
function crc(table: readonly bigint[], mask: bigint, bytes: Buffer): bigint {
  let value = mask;
  for (const byte of bytes) value = (value >> 8n) ^ (table[Number(value & 0xffn) ^ byte] as bigint);
  return value ^ mask;
}

function toBytes(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
}
