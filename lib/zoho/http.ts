import type { IncomingMessage } from 'node:http';
import { Agent, request as requestSecurely } from 'node:https';

/** A token answer is below 2 KB, a list of organisations a few more; more than this is not read. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Shorter than a function's time-out, so that a hanging Zoho still leaves time to write down what happened. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** How Zoho is reached. */
export interface ZohoHttp {
  readonly transport: Transport;
  /** For the whole exchange: connect, headers and body. */
  readonly timeoutMs: number;
}

/**
 * Sends one request, and answers when the headers are there. Follows no redirect and repeats nothing. Rejects for what the
 * network does, and when the signal says so, which ends the body as well.
 */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer>;

export interface TransportRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

export interface TransportAnswer {
  readonly status: number;
  readonly contentType: string | null;
  /** To leave it before its end drops the connection. */
  readonly body: AsyncIterable<Buffer>;
}

/** How Zoho is reached from a function. */
export function createZohoHttp(timeoutMs = DEFAULT_TIMEOUT_MS): ZohoHttp {
  return { transport: createTransport(), timeoutMs };
}

/** Over sockets of Node's own, each for one request: nothing has to be closed. */
function createTransport(): Transport {
  // A Lambda is frozen between two invocations: a connection kept open would be found dead by the next request. An agent
  // of one's own resumes TLS sessions, so that the next connection costs half a handshake.
  const agent = new Agent({ keepAlive: false });
  return async ({ url, body, ...options }) => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const request =
        url.protocol === 'https:'
          ? requestSecurely(url, { ...options, agent })
          : plainHttp().request(url, { ...options, agent: false });
      request.on('response', resolve).on('error', reject).end(body);
    });
    return {
      status: answer.statusCode ?? 0,
      contentType: answer.headers['content-type'] ?? null,
      body: answer,
    };
  };
}

/**
 * For a Zoho on this machine. To import `node:http` takes as long as half a function's module does to load, since Node.js
 * then loads its fetch and HTTP/2 as well.
 */
function plainHttp() {
  return process.getBuiltinModule('node:http');
}

/** What came back, not yet interpreted. `body` may hold tokens; `detail` is an error code and never does. */
export type ZohoResponse =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly contentType: string | null;
      /** UTF-8, at most {@link MAX_BODY_BYTES}. */
      readonly body: string;
      /** Whether there was more than was read. */
      readonly truncated: boolean;
    }
  | { readonly kind: 'unreachable'; readonly reason: 'timeout' | 'network'; readonly detail: string };

interface ZohoRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Posts a form, as the token endpoint takes it. Secrets travel in the body, never in the URL.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
 */
export function postForm(
  http: ZohoHttp,
  url: string,
  form: Readonly<Record<string, string>>,
): Promise<ZohoResponse> {
  return send(http, {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
}

/**
 * Calls one of Zoho's APIs with an access token.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/use-access-token.html
 */
export function getWithToken(http: ZohoHttp, url: string, accessToken: string): Promise<ZohoResponse> {
  return send(http, { method: 'GET', url, headers: { authorization: `Zoho-oauthtoken ${accessToken}` } });
}

/**
 * Sends one request and reads at most {@link MAX_BODY_BYTES} of the body, within the deadline. Never throws for what the
 * network or Zoho does.
 */
async function send(http: ZohoHttp, request: ZohoRequest): Promise<ZohoResponse> {
  const deadline = AbortSignal.timeout(http.timeoutMs);
  try {
    return await exchange(http.transport, request, deadline);
  } catch (error) {
    if (deadline.aborted) {
      return { kind: 'unreachable', reason: 'timeout', detail: `after ${http.timeoutMs} ms` };
    }
    return { kind: 'unreachable', reason: 'network', detail: errorCode(error) };
  }
}

async function exchange(
  transport: Transport,
  { method, url, headers, body }: ZohoRequest,
  signal: AbortSignal,
): Promise<ZohoResponse> {
  const answer = await transport({
    method,
    url: new URL(url),
    headers: { accept: 'application/json', 'accept-encoding': 'identity', ...headers },
    body: body ?? null,
    signal,
  });
  return {
    kind: 'answered',
    status: answer.status,
    contentType: answer.contentType,
    ...(await readAtMost(MAX_BODY_BYTES, answer.body)),
  };
}

/** Leaving the loop destroys the body, and with it the connection: what is not wanted is not downloaded either. */
async function readAtMost(
  maxBytes: number,
  body: AsyncIterable<Buffer>,
): Promise<{ body: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) break;
  }
  return { body: Buffer.concat(chunks).toString('utf8', 0, maxBytes), truncated: bytes > maxBytes };
}

/** Such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`. Messages are left out: they may quote anything. */
function errorCode(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return [code, cause?.code].find((value) => typeof value === 'string') ?? 'UNKNOWN';
}
