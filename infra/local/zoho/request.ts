import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { DataCenterCode } from './state.ts';

const LARGEST_BODY_BYTES = 1024 * 1024;

/** One request to the simulator, read to its end. */
export interface SimulatorRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer<ArrayBuffer>;
  /** The data centre whose port was called. */
  readonly dataCenter: DataCenterCode;
}

/** The request cannot be read; answered with 400. */
export class UnreadableRequestError extends Error {
  readonly code = 'UNREADABLE_REQUEST';
}

export async function readRequest(
  incoming: IncomingMessage,
  dataCenter: DataCenterCode,
  origin: string,
): Promise<SimulatorRequest> {
  const target = origin + (incoming.url ?? '/');
  if (!URL.canParse(target)) throw new UnreadableRequestError('the request target is not a path');
  return {
    method: incoming.method ?? 'GET',
    url: new URL(target),
    headers: incoming.headers,
    body: await readBody(incoming),
    dataCenter,
  };
}

async function readBody(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_BODY_BYTES) {
      throw new UnreadableRequestError(`the request's body is larger than ${LARGEST_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * The parameters of a request to the accounts server, which takes them from the query string, from a url-encoded body
 * and from a multipart body; the body's win.
 */
export async function readParameters(request: SimulatorRequest): Promise<URLSearchParams> {
  const parameters = new URLSearchParams(request.url.search);
  const contentType = request.headers['content-type'] ?? '';
  if (/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(contentType)) {
    for (const [name, value] of await parseForm(request.body, contentType)) {
      if (typeof value === 'string') parameters.set(name, value);
    }
  }
  return parameters;
}

async function parseForm(body: Buffer<ArrayBuffer>, contentType: string): Promise<FormData> {
  try {
    return await new Response(body, { headers: { 'content-type': contentType } }).formData();
  } catch (cause) {
    throw new UnreadableRequestError('the body is not the form that its content-type announces', { cause });
  }
}
