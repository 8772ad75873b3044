import { randomBytes } from 'node:crypto';
import { type Bucket, NULL_VERSION, type StoredObject, type Version } from './bucket.ts';
import type { OpenBucket } from './bucket-store.ts';
import { S3Error } from './s3-error.ts';

const VERSION_ID_BYTES = 24;

/** The id of a version that comes next. */
export function nextVersionId({ versioning }: Bucket): string {
  return versioning === 'Enabled' ? randomBytes(VERSION_ID_BYTES).toString('base64url') : NULL_VERSION;
}

/** What is current under a key; undefined when nothing is, or a delete marker. */
export function currentVersion(object: StoredObject | undefined): Version | undefined {
  const [newest] = object?.versions ?? [];
  return newest?.content ? newest : undefined;
}

/** Adds a version in front of the others; without versioning, in the place of the one before. */
export function addVersion({ objects }: OpenBucket, key: string, added: Version): void {
  const others = (objects.find(key)?.versions ?? []).filter(({ id }) => id !== added.id);
  objects.save({ key, versions: [added, ...others] });
}

export function removeVersion({ objects }: OpenBucket, key: string, removed: Version): void {
  const versions = (objects.find(key)?.versions ?? []).filter(({ id }) => id !== removed.id);
  objects.save({ key, versions });
  objects.removeContent(key, removed.id);
}

/** The header that names a version; none where S3 knows of no versions. */
export function versionHeader({ settings }: OpenBucket, { id }: Pick<Version, 'id'>): Record<string, string> {
  return settings.versioning === null ? {} : { 'x-amz-version-id': id };
}

/**
 * The version that a request is about: the one that it names, or else the current one.
 *
 * @throws {S3Error} NoSuchKey, NoSuchVersion, MethodNotAllowed for a delete marker that is named
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 */
export function findVersion(bucket: OpenBucket, key: string, versionId: string | null): Version {
  const object = bucket.objects.find(key);
  const version =
    versionId === null ? object?.versions[0] : object?.versions.find(({ id }) => id === versionId);
  const details = { Key: key };
  if (version?.content) return version;
  const headers = version ? { 'x-amz-delete-marker': 'true', ...versionHeader(bucket, version) } : {};
  if (versionId === null) {
    throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { details, headers });
  }
  if (version) {
    const message = 'The specified method is not allowed against this resource.';
    throw new S3Error(405, 'MethodNotAllowed', message, { details, headers });
  }
  const message = 'The specified version does not exist.';
  throw new S3Error(404, 'NoSuchVersion', message, { details: { ...details, VersionId: versionId } });
}
