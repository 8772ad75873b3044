import type { ZohoToken } from './access-token-document.ts';
import { ZohoRequestRefusedError } from './errors.ts';
import { refusesToken } from './refused-token.ts';
import { isZohoOrigin } from './zoho-origins.ts';

/** As for `fetch`, but for redirects: none is followed, since it could lead the token to another origin. */
export type ZohoRequestInit = Omit<RequestInit, 'redirect'>;

/** Where tokens come from. */
export interface TokenSource {
  token(): Promise<ZohoToken>;
  /** Another token than the refused one; null if there is none. */
  replacementFor(refused: string): Promise<ZohoToken | null>;
}

/**
 * Calls Zoho with the published token. One that Zoho refuses as invalid is looked up once more, and the request is
 * repeated once if there is another one by now, and the target is one for that token too. An abort by `init.signal` is
 * heard all the time.
 *
 * @param target a path, such as `/crm/v8/org`, or an absolute URL of one of Zoho's API, Desk or Mail hosts
 * @returns Zoho's answer, whatever its status; a redirect as it came
 * @throws {ZohoTokenUnavailableError}
 * @throws {ZohoRequestRefusedError} and whatever `fetch` throws
 */
export async function zohoFetch(
  tokens: TokenSource,
  send: typeof fetch,
  target: string | URL,
  init: ZohoRequestInit = {},
): Promise<Response> {
  // An iterator can be read once only.
  const request = { ...init, headers: new Headers(init.headers) };
  const token = await orAborted(tokens.token(), init.signal);
  const url = resolveTarget(target, token.apiDomain);
  if (url instanceof ZohoRequestRefusedError) throw url;
  const answer = await send(url, authorized(request, token));
  if (!(await orAborted(refusesToken(answer), init.signal))) return answer;
  const replacement = await orAborted(tokens.replacementFor(token.accessToken), init.signal);
  if (replacement === null || !canBeSentAgain(init.body)) return answer;
  const urlAgain = resolveTarget(target, replacement.apiDomain);
  return urlAgain instanceof ZohoRequestRefusedError
    ? answer
    : send(urlAgain, authorized(request, replacement));
}

/** @throws the signal's reason, as `fetch` does */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  if (!signal) return work;
  let hear = () => {};
  const aborted = new Promise<never>((_, reject) => {
    hear = () => reject(signal.reason);
    signal.addEventListener('abort', hear);
    if (signal.aborted) hear();
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener('abort', hear);
  }
}

function authorized(request: ZohoRequestInit, { accessToken }: ZohoToken): RequestInit {
  const headers = new Headers(request.headers);
  headers.set('authorization', `Zoho-oauthtoken ${accessToken}`);
  return { ...request, headers, redirect: 'manual' };
}

/** Not a stream or an iterator: the first request has used it up. */
function canBeSentAgain(body: RequestInit['body']): boolean {
  return (
    body === undefined ||
    body === null ||
    typeof body === 'string' ||
    ArrayBuffer.isView(body) ||
    [URLSearchParams, FormData, Blob, ArrayBuffer].some((kind) => body instanceof kind)
  );
}

/**
 * The URL to call. What counts is where the parsed URL leads: the parser takes `/\host` and a tab between two slashes
 * for `//host`.
 */
function resolveTarget(target: string | URL, apiDomain: string): URL | ZohoRequestRefusedError {
  const text = String(target);
  const own = new URL(apiDomain).origin;
  const isPath = ONE_SLASH.test(text);
  const base = isPath ? own : undefined;
  if (!URL.canParse(text, base)) {
    return new ZohoRequestRefusedError(
      'TARGET_INVALID',
      'The target is neither a path such as /crm/v8/org, nor an absolute https URL. No request was sent.',
    );
  }
  const url = new URL(text, base);
  if (url.origin === own || (!isPath && isZohoOrigin(url.origin))) return url;
  return new ZohoRequestRefusedError(
    'ORIGIN_FORBIDDEN',
    `The access token is for ${own} and Zoho’s API, Desk and Mail hosts, not for ${url.protocol}//${url.host}. No request was sent. Call other hosts without the token.`,
  );
}

const ONE_SLASH = /^\/(?![/\\])/;
