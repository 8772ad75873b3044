import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { renderXml } from '../render-xml.ts';
import type { BucketStore } from './bucket-store.ts';
import type { S3Response } from './operation.ts';
import { parseTarget, readRequest } from './request.ts';
import { findOperation } from './routes.ts';
import { S3Error } from './s3-error.ts';

const XML = { 'content-type': 'application/xml' };

/**
 * The stand-in for S3: buckets with versions and Object Lock, addressed by path. Access is not its concern. What it
 * does not know, an operation or a detail of one, it refuses with 501.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export function createS3Server(store: BucketStore) {
  return createServer((message, response) => {
    respond(message, store)
      .catch((error: unknown) => errorResponse(error, message.url))
      .then((answer) => send(answer, message, response))
      .catch(() => response.destroy());
  });
}

async function respond(message: IncomingMessage, store: BucketStore): Promise<S3Response> {
  const target = parseTarget(message);
  const operation = findOperation(target, message.headers);
  return operation(await readRequest(message, target), store);
}

function errorResponse(error: unknown, resource = ''): S3Response {
  const known = error instanceof S3Error ? error : internalError(error);
  const { code, message, details, statusCode, headers } = known;
  const content = { Code: code, Message: message, ...details, Resource: resource.split('?')[0] };
  return { status: statusCode, headers: { ...XML, ...headers }, body: renderXml('Error', content, null) };
}

function internalError(error: unknown): S3Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new S3Error(500, 'InternalError', `The twin failed to answer: ${reason}`);
}

function send(answer: S3Response, { method }: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body = '' } = answer;
  const isXml = typeof body === 'string' && body !== '';
  response.writeHead(status, {
    ...(isXml && XML),
    ...headers,
    ...(status !== 204 && { 'content-length': Buffer.byteLength(body) }),
    'x-amz-request-id': randomBytes(8).toString('hex').toUpperCase(),
  });
  response.end(method === 'HEAD' ? undefined : body);
}
