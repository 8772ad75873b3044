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
 * repeated once if there is another one by now.
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
  const token = await tokens.token();
  const answer = await send(resolveTarget(target, token.apiDomain), authorized(init, token));
  if (!(await refusesToken(answer))) return answer;
  const replacement = await tokens.replacementFor(token.accessToken);
  if (replacement === null || !canBeSentAgain(init.body)) return answer;
  return send(resolveTarget(target, replacement.apiDomain), authorized(init, replacement));
}

function authorized(init: ZohoRequestInit, { accessToken }: ZohoToken): RequestInit {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Zoho-oauthtoken ${accessToken}`);
  return { ...init, headers, redirect: 'manual' };
}

/** Not a stream or an iterator: the first request has used it up. */
function canBeSentAgain(body: RequestInit['body']): boolean {
  return (
    body === undefined ||
    body === null ||
    typeof body === 'string' ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  );
}

/**
 * The URL to call. What counts is where the parsed URL leads: the parser takes `/\host` and a tab between two slashes
 * for `//host`.
 */
function resolveTarget(target: string | URL, apiDomain: string): URL {
  const text = String(target);
  const own = new URL(apiDomain).origin;
  const isPath = ONE_SLASH.test(text);
  const base = isPath ? own : undefined;
  if (!URL.canParse(text, base)) {
    throw new ZohoRequestRefusedError(
      'TARGET_INVALID',
      'What is to be called is neither a path that begins with one slash, such as /crm/v8/org, nor an absolute https URL. No request was sent.',
    );
  }
  const url = new URL(text, base);
  if (url.origin === own || (!isPath && isZohoOrigin(url.origin))) return url;
  throw new ZohoRequestRefusedError(
    'ORIGIN_FORBIDDEN',
    `The access token is for ${own} and Zoho’s own API, Desk and Mail hosts, and the request would have gone to ${url.protocol}//${url.host}. No request was sent. Call other hosts without the token.`,
  );
}

const ONE_SLASH = /^\/(?![/\\])/;
