import { AwsError } from '../../aws/service.ts';
import type { BroughtRequest } from '../iam.ts';
import { type IncomingCall, NO_RESOURCE, type RequestReader } from './call.ts';

/**
 * The twin is on loopback, where there is nothing to encrypt for: what the template wants said over TLS only, counts as
 * said so. In AWS the endpoint is `https`, and nobody changes that without changing the client.
 */
const CONTEXT = { 'aws:securetransport': 'true' };

/** By method, and by what the query asks for besides (`''` for nothing): what it takes on the bucket. */
const BUCKET_ACTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  HEAD: { '': 'ListBucket' },
  GET: {
    '': 'ListBucket',
    versions: 'ListBucketVersions',
    uploads: 'ListBucketMultipartUploads',
    location: 'GetBucketLocation',
    versioning: 'GetBucketVersioning',
    'object-lock': 'GetBucketObjectLockConfiguration',
    policy: 'GetBucketPolicy',
    encryption: 'GetEncryptionConfiguration',
    lifecycle: 'GetLifecycleConfiguration',
    tagging: 'GetBucketTagging',
  },
  PUT: {
    '': 'CreateBucket',
    versioning: 'PutBucketVersioning',
    'object-lock': 'PutBucketObjectLockConfiguration',
    policy: 'PutBucketPolicy',
    encryption: 'PutEncryptionConfiguration',
    lifecycle: 'PutLifecycleConfiguration',
    tagging: 'PutBucketTagging',
  },
  DELETE: { '': 'DeleteBucket', policy: 'DeleteBucketPolicy', lifecycle: 'PutLifecycleConfiguration' },
};

/** The same on an object. */
const OBJECT_ACTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  HEAD: { '': 'GetObject', versionId: 'GetObjectVersion' },
  GET: {
    '': 'GetObject',
    versionId: 'GetObjectVersion',
    retention: 'GetObjectRetention',
    'legal-hold': 'GetObjectLegalHold',
    tagging: 'GetObjectTagging',
    acl: 'GetObjectAcl',
    attributes: 'GetObjectAttributes',
    uploadId: 'ListMultipartUploadParts',
  },
  PUT: {
    '': 'PutObject',
    uploadId: 'PutObject',
    retention: 'PutObjectRetention',
    'legal-hold': 'PutObjectLegalHold',
    tagging: 'PutObjectTagging',
    acl: 'PutObjectAcl',
  },
  POST: { uploads: 'PutObject', uploadId: 'PutObject' },
  DELETE: {
    '': 'DeleteObject',
    versionId: 'DeleteObjectVersion',
    uploadId: 'AbortMultipartUpload',
    tagging: 'DeleteObjectTagging',
  },
};

/** What a request does besides, by its headers. */
const BY_HEADER: Readonly<Record<string, string>> = {
  'x-amz-object-lock-mode': 'PutObjectRetention',
  'x-amz-object-lock-legal-hold': 'PutObjectLegalHold',
  'x-amz-tagging': 'PutObjectTagging',
  'x-amz-acl': 'PutObjectAcl',
  'x-amz-bypass-governance-retention': 'BypassGovernanceRetention',
};

/**
 * What a request asks for, told from its method, path and query, with the bucket's name in the path.
 *
 * @throws {AwsError} NotImplemented for a request whose action the twin does not know
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export const readS3Requests: RequestReader = (call: IncomingCall) => {
  const { pathname, searchParams } = new URL(call.url, 'http://s3');
  const [bucket = '', ...key] = decodeURIComponent(pathname.slice(1)).split('/');
  const object = key.join('/');
  if (bucket === '') return [ask('ListAllMyBuckets', NO_RESOURCE)];
  if (object !== '') return readObjectRequests(call, `arn:aws:s3:::${bucket}/${object}`, searchParams);
  if (call.method === 'POST' && searchParams.has('delete')) return readDeletions(call, bucket);
  return [ask(actionOf(BUCKET_ACTIONS, call, searchParams), `arn:aws:s3:::${bucket}`)];
};

function readObjectRequests(call: IncomingCall, arn: string, query: URLSearchParams): BroughtRequest[] {
  const main = ask(actionOf(OBJECT_ACTIONS, call, query), arn);
  const others = Object.entries(BY_HEADER).flatMap(([header, action]) =>
    call.headers[header] === undefined ? [] : [ask(action, arn)],
  );
  const source = call.headers['x-amz-copy-source'];
  return [main, ...others, ...(typeof source === 'string' ? [readSource(source)] : [])];
}

/** The object that is copied. */
function readSource(header: string): BroughtRequest {
  const { pathname, searchParams } = new URL(header.replace(/^\/?/, '/'), 'http://s3');
  const arn = `arn:aws:s3:::${decodeURIComponent(pathname.slice(1))}`;
  return ask(searchParams.has('versionId') ? 'GetObjectVersion' : 'GetObject', arn);
}

/** Many objects at once. AWS answers for each by itself; here all are deleted or none. */
function readDeletions({ body }: IncomingCall, bucket: string): BroughtRequest[] {
  const objects = body.toString().match(/<Object>.*?<\/Object>/gs) ?? [];
  return objects.map((object) => {
    const key = unescapeXml(/<Key>(.*?)<\/Key>/s.exec(object)?.[1] ?? '');
    return ask(
      object.includes('<VersionId>') ? 'DeleteObjectVersion' : 'DeleteObject',
      `arn:aws:s3:::${bucket}/${key}`,
    );
  });
}

function actionOf(
  actions: typeof OBJECT_ACTIONS,
  { method, operation }: IncomingCall,
  query: URLSearchParams,
): string {
  const known = actions[method] ?? {};
  const asked = Object.keys(known).filter((name) => name !== '' && query.has(name));
  const strange = [...query.keys()].find((name) => !(name in known) && !HARMLESS.has(name));
  const action = known[asked.find((name) => name !== 'versionId') ?? asked[0] ?? ''];
  if (action !== undefined && strange === undefined) return action;
  throw new AwsError('NotImplemented', `The twin does not know which action ${operation} is.`, 501);
}

/** What a query may say without asking for something else. */
const HARMLESS = new Set([
  'x-id',
  'list-type',
  'prefix',
  'delimiter',
  'max-keys',
  'start-after',
  'continuation-token',
  'fetch-owner',
  'encoding-type',
  'key-marker',
  'version-id-marker',
  'upload-id-marker',
  'max-uploads',
  'max-parts',
  'part-number-marker',
  'partNumber',
  'versionId',
]);

function ask(action: string, resource: string): BroughtRequest {
  return { action: `s3:${action}`, resource, context: CONTEXT, shownAs: `"${resource}"` };
}

function unescapeXml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
