import { Agent, type Dispatcher } from 'undici';

/** A token answer is below 2 KB, a list of organisations a few more; more than this is not read. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Shorter than a function's time-out, so that a hanging Zoho still leaves time to write down what happened. */
const DEFAULT_TIMEOUT_MS = 10_000;

/** How Zoho is reached. */
export interface ZohoHttp {
  readonly dispatcher: Dispatcher;
  /** For the whole exchange: connect, headers and body. */
  readonly timeoutMs: number;
}

/** How Zoho is reached from a function. Close `dispatcher` where the process outlives its use. */
export function createZohoHttp(timeoutMs = DEFAULT_TIMEOUT_MS): ZohoHttp {
  // HTTP/2 would keep its connection open over requests; why that is not wanted is told at `reset`.
  return { dispatcher: new Agent({ allowH2: false }), timeoutMs };
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
 * Sends one request and reads at most {@link MAX_BODY_BYTES} of the body, within the deadline. Follows no redirect and
 * repeats nothing. Never throws for what the network or Zoho does.
 */
async function send(http: ZohoHttp, request: ZohoRequest): Promise<ZohoResponse> {
  const deadline = AbortSignal.timeout(http.timeoutMs);
  try {
    // Undici looks at the signal only once it is connected; the race holds the deadline for the connect as well.
    return await Promise.race([exchange(http.dispatcher, request, deadline), expiry(deadline)]);
  } catch (error) {
    if (deadline.aborted) {
      return { kind: 'unreachable', reason: 'timeout', detail: `after ${http.timeoutMs} ms` };
    }
    return { kind: 'unreachable', reason: 'network', detail: errorCode(error) };
  }
}

async function exchange(
  dispatcher: Dispatcher,
  { method, url, headers, body }: ZohoRequest,
  signal: AbortSignal,
): Promise<ZohoResponse> {
  const { origin, pathname, search } = new URL(url);
  const response = await dispatcher.request({
    origin,
    path: pathname + search,
    method,
    headers: { accept: 'application/json', 'accept-encoding': 'identity', ...headers },
    body: body ?? null,
    signal,
    // A Lambda is frozen between two invocations: a connection kept open would be found dead by the next request.
    reset: true,
  });
  const contentType = response.headers['content-type'];
  return {
    kind: 'answered',
    status: response.statusCode,
    contentType: (Array.isArray(contentType) ? contentType[0] : contentType) ?? null,
    ...(await readAtMost(MAX_BODY_BYTES, response.body)),
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

function expiry(deadline: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    deadline.addEventListener('abort', () => reject(deadline.reason), { once: true });
  });
}

/** Such as `ECONNREFUSED`, `CERT_HAS_EXPIRED` or `UND_ERR_SOCKET`. Messages are left out: they may quote anything. */
function errorCode(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return [code, cause?.code].find((value) => typeof value === 'string') ?? 'UNKNOWN';
}
