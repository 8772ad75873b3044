import * as buckets from './bucket-operations.ts';
import { listObjects, listObjectVersions } from './listings.ts';
import * as objects from './object-operations.ts';
import type { Operation } from './operation.ts';
import type { S3Target } from './request.ts';
import { BYPASS_HEADER, RETENTION_HEADERS } from './retention.ts';
import { notImplemented } from './s3-error.ts';

/** One operation, with all that a request for it may say: whatever else it says is refused, not overlooked. */
interface Route {
  readonly method: string;
  readonly level: 'service' | 'bucket' | 'object';
  /** The query parameter that names the operation; null when none does. */
  readonly subresource: string | null;
  readonly parameters: readonly string[];
  readonly headers: readonly string[];
  readonly operation: Operation;
}

/** Parameters that the SDK adds for its own statistics. */
const IDLE_PARAMETERS = ['x-id'];
const PAGE = ['prefix', 'max-keys', 'encoding-type'];

/** Headers that change what a request means, by their beginnings. */
const MEANINGFUL_HEADERS = ['x-amz-', 'if-', 'range'];
/** Those that every request may have: who sends it, and how its content is sent. */
const COMMON_HEADERS = [
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-content-sha256',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-checksum-',
];

const { METADATA_PREFIX } = objects;

const ROUTES: readonly Route[] = [
  route('GET', 'service', buckets.listBuckets),
  route('PUT', 'bucket', buckets.createBucket, { headers: [buckets.OBJECT_LOCK_ENABLED_HEADER] }),
  route('HEAD', 'bucket', buckets.headBucket),
  route('DELETE', 'bucket', buckets.deleteBucket),
  route('GET', 'bucket', buckets.getBucketVersioning, { subresource: 'versioning' }),
  route('PUT', 'bucket', buckets.putBucketVersioning, { subresource: 'versioning' }),
  route('GET', 'bucket', buckets.getObjectLockConfiguration, { subresource: 'object-lock' }),
  route('PUT', 'bucket', buckets.putObjectLockConfiguration, { subresource: 'object-lock' }),
  route('GET', 'bucket', listObjects, {
    subresource: 'list-type',
    parameters: [...PAGE, 'delimiter', 'continuation-token', 'start-after'],
  }),
  route('GET', 'bucket', listObjectVersions, {
    subresource: 'versions',
    parameters: [...PAGE, 'key-marker', 'version-id-marker'],
  }),
  route('PUT', 'object', objects.putObject, {
    headers: [...RETENTION_HEADERS, METADATA_PREFIX, 'if-none-match'],
  }),
  route('GET', 'object', objects.getObject, { parameters: ['versionId'] }),
  route('HEAD', 'object', objects.getObject, { parameters: ['versionId'] }),
  route('DELETE', 'object', objects.deleteObject, { parameters: ['versionId'], headers: [BYPASS_HEADER] }),
  route('GET', 'object', objects.getObjectRetention, {
    subresource: 'retention',
    parameters: ['versionId'],
  }),
  route('PUT', 'object', objects.putObjectRetention, {
    subresource: 'retention',
    parameters: ['versionId'],
    headers: [BYPASS_HEADER],
  }),
];

/**
 * Finds the operation that a request asks for.
 *
 * @param headers the request's, by their names in lower case
 * @throws {S3Error} NotImplemented for an operation, a parameter or a header that the twin does not know
 */
export function findOperation(target: S3Target, headers: Readonly<Record<string, unknown>>): Operation {
  const parameters = [...target.query.keys()].filter((name) => !IDLE_PARAMETERS.includes(name));
  const found = ROUTES.find((candidate) => isAskedFor(candidate, target, parameters));
  if (!found) {
    const named = parameters.length > 0 ? ` with ${parameters.join(', ')}` : '';
    throw notImplemented(`${target.method} of ${levelOf(target)}${named}`);
  }
  const known = [...COMMON_HEADERS, ...found.headers];
  const unknown = Object.keys(headers).find(
    (name) => startsWithAny(name, MEANINGFUL_HEADERS) && !startsWithAny(name, known),
  );
  if (unknown) throw notImplemented(`the header ${unknown} here`);
  return found.operation;
}

function isAskedFor(
  { method, level, subresource, parameters }: Route,
  target: S3Target,
  asked: readonly string[],
): boolean {
  const isAddressed = method === target.method && level === levelOf(target);
  const isNamed = subresource === null || asked.includes(subresource);
  return isAddressed && isNamed && asked.every((name) => name === subresource || parameters.includes(name));
}

function levelOf({ bucket, key }: S3Target): Route['level'] {
  if (bucket === null) return 'service';
  return key === null ? 'bucket' : 'object';
}

function startsWithAny(name: string, beginnings: readonly string[]): boolean {
  return beginnings.some((beginning) => name.startsWith(beginning));
}

function route(
  method: string,
  level: Route['level'],
  operation: Operation,
  {
    subresource = null,
    parameters = [],
    headers = [],
  }: Partial<Pick<Route, 'subresource' | 'parameters' | 'headers'>> = {},
): Route {
  return { method, level, operation, subresource, parameters, headers };
}
