import { renderXml, type XmlContent } from '../render-xml.ts';
import type { StoredObject, Version } from './bucket.ts';
import type { OpenBucket } from './bucket-store.ts';
import type { Operation } from './operation.ts';
import { bucketOf } from './request.ts';
import { invalidArgument } from './s3-error.ts';
import { currentVersion } from './versions.ts';

const MAX_KEYS = 1000;

/** What a page holds: entries, and the prefixes that stand for the entries behind a delimiter. */
interface Page<T> {
  readonly entries: readonly T[];
  readonly prefixes: readonly string[];
  /** The last one of the page, when there is more. */
  readonly last: string | undefined;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjects: Operation = ({ query, ...request }, store) => {
  const bucket = store.find(bucketOf({ query, ...request }));
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : decodeToken(token);
  const current = objectsOf(bucket, query).flatMap(({ key, versions }) => {
    const version = currentVersion({ key, versions });
    return version ? [{ key, version }] : [];
  });
  const delimiter = query.get('delimiter') ?? '';
  const page = groupPage(current, {
    after,
    delimiter,
    prefix: query.get('prefix') ?? '',
    size: pageSize(query),
  });
  const encode = encoder(query);
  const content = {
    ...common(bucket, query),
    KeyCount: page.entries.length + page.prefixes.length,
    Delimiter: delimiter ? encode(delimiter) : undefined,
    ContinuationToken: token ?? undefined,
    StartAfter: query.has('start-after') ? encode(query.get('start-after') as string) : undefined,
    IsTruncated: page.last !== undefined,
    NextContinuationToken: page.last && Buffer.from(page.last).toString('base64url'),
    Contents: page.entries.map(({ key, version }) => describe(encode(key), version)),
    CommonPrefixes: page.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
  return { status: 200, body: renderXml('ListBucketResult', content) };
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions: Operation = ({ query, ...request }, store) => {
  const bucket = store.find(bucketOf({ query, ...request }));
  const versions = objectsOf(bucket, query).flatMap(({ key, versions }) =>
    versions.map((version, index) => ({ key, version, isLatest: index === 0 })),
  );
  const rest = versions.slice(startAfterMarkers(versions, query));
  const page = rest.slice(0, pageSize(query));
  const last = page.length < rest.length ? page.at(-1) : undefined;
  const encode = encoder(query);
  const toXml = ({ key, version, isLatest }: (typeof page)[number]) => ({
    VersionId: version.id,
    IsLatest: isLatest,
    ...describe(encode(key), version),
  });
  const content = {
    ...common(bucket, query),
    KeyMarker: encode(query.get('key-marker') ?? ''),
    VersionIdMarker: query.get('version-id-marker') ?? '',
    IsTruncated: last !== undefined,
    NextKeyMarker: last && encode(last.key),
    NextVersionIdMarker: last?.version.id,
    Version: page.filter(({ version }) => version.content).map(toXml),
    DeleteMarker: page.filter(({ version }) => !version.content).map(toXml),
  };
  return { status: 200, body: renderXml('ListVersionsResult', content) };
};

/** Those with the prefix that is asked for, in the order of their keys' bytes. */
function objectsOf({ objects }: OpenBucket, query: URLSearchParams): StoredObject[] {
  const prefix = query.get('prefix') ?? '';
  return objects.all.filter(({ key }) => key.startsWith(prefix)).sort((a, b) => compareKeys(a.key, b.key));
}

function compareKeys(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function groupPage<T extends { key: string }>(
  all: readonly T[],
  { after, delimiter, prefix, size }: { after: string; delimiter: string; prefix: string; size: number },
): Page<T> {
  const entries: T[] = [];
  const prefixes: string[] = [];
  let last = '';
  for (const entry of all) {
    const end = delimiter ? entry.key.indexOf(delimiter, prefix.length) : -1;
    const name = end < 0 ? entry.key : entry.key.slice(0, end + delimiter.length);
    if (name === last || compareKeys(name, after) <= 0) continue;
    if (entries.length + prefixes.length === size) return { entries, prefixes, last: last || undefined };
    if (end < 0) entries.push(entry);
    else prefixes.push(name);
    last = name;
  }
  return { entries, prefixes, last: undefined };
}

/** The index of the first version behind the markers. */
function startAfterMarkers(
  versions: readonly { key: string; version: Version }[],
  query: URLSearchParams,
): number {
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker') ?? '';
  if (versionMarker && !keyMarker) {
    throw invalidArgument('A version-id marker cannot be specified without a key marker.');
  }
  const marked = versions.findIndex(({ key, version }) => key === keyMarker && version.id === versionMarker);
  if (marked >= 0) return marked + 1;
  const next = versions.findIndex(({ key }) => compareKeys(key, keyMarker) > 0);
  return next < 0 ? versions.length : next;
}

function common({ name }: OpenBucket, query: URLSearchParams): Record<string, XmlContent> {
  return {
    Name: name,
    Prefix: encoder(query)(query.get('prefix') ?? ''),
    MaxKeys: pageSize(query),
    EncodingType: query.get('encoding-type') ?? undefined,
  };
}

function describe(Key: string, { modifiedMs, content }: Version): Record<string, XmlContent> {
  const LastModified = new Date(modifiedMs).toISOString();
  if (!content) return { Key, LastModified };
  const ChecksumAlgorithm = content.checksum.algorithm.toUpperCase();
  const { etag: ETag, size: Size } = content;
  return { Key, LastModified, ETag, ChecksumAlgorithm, Size, StorageClass: 'STANDARD' };
}

/** How keys are written: in URL's encoding if that is asked for, since XML cannot hold every character. */
function encoder(query: URLSearchParams): (text: string) => string {
  const encoding = query.get('encoding-type');
  if (encoding === null) return (text) => text;
  if (encoding !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request');
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/');
}

function pageSize(query: URLSearchParams): number {
  const asked = Number(query.get('max-keys') ?? MAX_KEYS);
  if (Number.isSafeInteger(asked) && asked >= 0) return Math.min(asked, MAX_KEYS);
  throw invalidArgument('Argument max-keys must be an integer between 0 and 2147483647');
}

function decodeToken(token: string): string {
  const after = Buffer.from(token, 'base64url').toString();
  if (after) return after;
  throw invalidArgument('The continuation token provided is incorrect');
}
