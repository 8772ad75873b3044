import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { decodeChunks } from './aws-chunked.ts';
import { type Checksum, verifyIntegrity } from './checksums.ts';
import { invalidRequest, S3Error } from './s3-error.ts';

/** A request with its content, which is what the request says of it. */
export interface S3Request {
  readonly method: string;
  /** Null for the service itself. */
  readonly bucket: string | null;
  /** Null for a bucket itself. */
  readonly key: string | null;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly checksum: Checksum;
  /** Whether the request brought a checksum of its content. */
  readonly isChecksummed: boolean;
}

/** Only the address of a request, which says what is asked for. */
export type S3Target = Pick<S3Request, 'method' | 'bucket' | 'key' | 'query'>;

/** In the path style: `/bucket/key`. @throws {S3Error} InvalidURI */
export function parseTarget({ method = '', url = '/' }: IncomingMessage): S3Target {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  const [, bucket = '', key = ''] = path.split(/^\/([^/]*)\/?/s);
  return {
    method,
    bucket: decode(bucket) || null,
    key: decode(key) || null,
    query: new URLSearchParams(query),
  };
}

/**
 * Reads and checks a request's content.
 *
 * @throws {S3Error} such as BadDigest
 */
export async function readRequest(message: IncomingMessage, target: S3Target): Promise<S3Request> {
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
  );
  const sent = await buffer(message);
  const declared = headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  const isChunked = declared.startsWith('STREAMING-');
  const { bytes, trailer } = isChunked ? decodeChunks(sent, headers) : { bytes: sent, trailer: {} };
  if (/^[0-9a-f]{64}$/.test(declared)) verifySignedHash(declared, bytes);
  const { checksum, wasSent } = verifyIntegrity({ ...headers, ...trailer }, bytes);
  return { ...target, headers, bytes, checksum, isChecksummed: wasSent };
}

function verifySignedHash(declared: string, bytes: Buffer): void {
  if (createHash('sha256').update(bytes).digest('hex') === declared) return;
  const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  throw new S3Error(400, 'XAmzContentSHA256Mismatch', message);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error(400, 'InvalidURI', "Couldn't parse the specified URI.");
  }
}

/** The bucket that a route's operation is about: routes make sure that there is one. */
export function bucketOf({ bucket }: S3Target): string {
  if (bucket === null) throw invalidRequest('The request names no bucket.');
  return bucket;
}

export function keyOf({ key }: S3Target): string {
  if (key === null) throw invalidRequest('The request names no key.');
  return key;
}
