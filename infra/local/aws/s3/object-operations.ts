import { createHash } from 'node:crypto';
import * as z from 'zod';
import { renderXml } from '../render-xml.ts';
import type { Version } from './bucket.ts';
import type { OpenBucket } from './bucket-store.ts';
import { checksumHeader } from './checksums.ts';
import type { Operation, S3Response } from './operation.ts';
import { parseXml } from './parse-xml.ts';
import { bucketOf, keyOf, type S3Request } from './request.ts';
import {
  isExtension,
  parseRetention,
  refuseProtected,
  requireObjectLock,
  retentionHeaders,
  retentionOfPut,
} from './retention.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import {
  addVersion,
  currentVersion,
  findVersion,
  nextVersionId,
  removeVersion,
  versionHeader,
} from './versions.ts';

const MAX_KEY_BYTES = 1024;
/** What an object is sent back with, beside its user's metadata. */
const KEPT_HEADERS = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'];
export const METADATA_PREFIX = 'x-amz-meta-';

const retentionSchema = z.union([
  z.strictObject({ Mode: z.string().optional(), RetainUntilDate: z.string().optional() }),
  // An empty element, which removes the retention.
  z.literal(''),
]);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const putObject: Operation = (request, store) => {
  const bucket = store.find(bucketOf(request));
  const key = keyOf(request);
  const { bytes, checksum } = request;
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error(400, 'KeyTooLongError', 'Your key is too long');
  }
  refuseExisting(bucket, key, request);
  const nowMs = store.nowMs();
  const retention = retentionOfPut(bucket.settings, request, nowMs);
  const id = nextVersionId(bucket.settings);
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  const content = { size: bytes.length, etag, checksum, headers: keptHeaders(request) };
  bucket.objects.writeContent(key, id, bytes);
  addVersion(bucket, key, { id, modifiedMs: nowMs, content, retention });
  return { status: 200, headers: { etag, ...versionHeader(bucket, { id }), ...checksumHeaders(checksum) } };
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export const getObject: Operation = (request, store) => {
  const bucket = store.find(bucketOf(request));
  const version = findVersion(bucket, keyOf(request), request.query.get('versionId'));
  const body = bucket.objects.readContent(keyOf(request), version.id);
  return { status: 200, headers: objectHeaders(bucket, version, request), body };
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: Operation = (request, store) => {
  const bucket = store.find(bucketOf(request));
  const key = keyOf(request);
  const versionId = request.query.get('versionId');
  if (versionId !== null) return deleteVersion(bucket, key, versionId, request, store.nowMs());
  if (bucket.settings.versioning === null) {
    const [only] = bucket.objects.find(key)?.versions ?? [];
    if (only) removeVersion(bucket, key, only);
    return { status: 204 };
  }
  const marker = { id: nextVersionId(bucket.settings), modifiedMs: store.nowMs(), content: null };
  bucket.objects.removeContent(key, marker.id);
  addVersion(bucket, key, { ...marker, retention: null });
  return { status: 204, headers: { 'x-amz-delete-marker': 'true', ...versionHeader(bucket, marker) } };
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export const getObjectRetention: Operation = (request, store) => {
  const { version } = lockedVersion(request, store.find(bucketOf(request)));
  const { retention } = version;
  if (!retention) {
    const message = 'The specified object does not have a ObjectLock configuration';
    throw new S3Error(404, 'NoSuchObjectLockConfiguration', message);
  }
  const RetainUntilDate = new Date(retention.untilMs).toISOString();
  return { status: 200, body: renderXml('Retention', { Mode: retention.mode, RetainUntilDate }) };
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
export const putObjectRetention: Operation = (request, store) => {
  const bucket = store.find(bucketOf(request));
  const { key, versions, version } = lockedVersion(request, bucket);
  const nowMs = store.nowMs();
  const { Mode: mode, RetainUntilDate: until } = parseXml(request.bytes, 'Retention', retentionSchema) || {};
  const isRemoval = mode === undefined && until === undefined;
  const retention = isRemoval ? null : parseRetention({ mode, until }, nowMs);
  if (!isExtension(version.retention, retention)) refuseProtected(version, request, nowMs);
  const changed = versions.map((other) => (other.id === version.id ? { ...version, retention } : other));
  bucket.objects.save({ key, versions: changed });
  return { status: 200 };
};

/** Also one that was never there has been deleted. */
function deleteVersion(
  bucket: OpenBucket,
  key: string,
  versionId: string,
  request: S3Request,
  nowMs: number,
): S3Response {
  const version = bucket.objects.find(key)?.versions.find(({ id }) => id === versionId);
  if (!version) return { status: 204, headers: { 'x-amz-version-id': versionId } };
  refuseProtected(version, request, nowMs);
  removeVersion(bucket, key, version);
  const marker = version.content ? {} : { 'x-amz-delete-marker': 'true' };
  return { status: 204, headers: { ...marker, 'x-amz-version-id': versionId } };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
function refuseExisting({ objects }: OpenBucket, key: string, { headers }: S3Request): void {
  const condition = headers['if-none-match'];
  if (condition === undefined) return;
  if (condition !== '*') throw notImplemented('If-None-Match with anything but *');
  if (!currentVersion(objects.find(key))) return;
  const message = 'At least one of the pre-conditions you specified did not hold';
  const details = { Condition: 'If-None-Match' };
  throw new S3Error(412, 'PreconditionFailed', message, { details });
}

function lockedVersion(request: S3Request, bucket: OpenBucket) {
  requireObjectLock(bucket.settings);
  const key = keyOf(request);
  const version = findVersion(bucket, key, request.query.get('versionId'));
  return { key, version, versions: bucket.objects.find(key)?.versions ?? [] };
}

function keptHeaders({ headers }: S3Request): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name]) => KEPT_HEADERS.includes(name) || name.startsWith(METADATA_PREFIX),
  );
  // Being sent in chunks is no property of the object.
  const encodings = (headers['content-encoding'] ?? '').split(',').map((encoding) => encoding.trim());
  const encoding = encodings.filter((name) => name !== 'aws-chunked').join(',');
  const type = { 'content-type': 'binary/octet-stream' };
  return { ...type, ...Object.fromEntries(kept), ...(encoding && { 'content-encoding': encoding }) };
}

function objectHeaders(bucket: OpenBucket, version: Version, request: S3Request): Record<string, string> {
  const { content, modifiedMs, retention } = version;
  if (!content) return {};
  const isChecksumWanted = request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED';
  return {
    ...content.headers,
    etag: content.etag,
    'last-modified': new Date(modifiedMs).toUTCString(),
    ...versionHeader(bucket, version),
    ...retentionHeaders(retention),
    ...(isChecksumWanted && checksumHeaders(content.checksum)),
  };
}

function checksumHeaders({ algorithm, value }: { algorithm: string; value: string }): Record<string, string> {
  return { [checksumHeader(algorithm)]: value, 'x-amz-checksum-type': 'FULL_OBJECT' };
}
