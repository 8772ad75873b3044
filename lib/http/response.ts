import { createHash } from 'node:crypto';
import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Problem } from './problem.ts';

/** Nothing of any answer may be kept by a cache, or taken for what it is not. */
const EVERY_ANSWER = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000',
} as const;

/** A successful answer. */
export function json(status: number, body: object): APIGatewayProxyResult {
  return respond(status, { 'content-type': 'application/json' }, JSON.stringify(body));
}

/** Leads to another address, by GET. */
export function seeOther(location: string): APIGatewayProxyResult {
  return respond(303, { location, 'referrer-policy': 'no-referrer' }, '');
}

/** An error's answer. */
export function problem({ retryAfterS, ...fault }: Problem, requestId: string): APIGatewayProxyResult {
  const retryAfter = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) };
  return respond(
    fault.status,
    { 'content-type': 'application/problem+json', ...retryAfter },
    JSON.stringify({ ...fault, requestId }),
  );
}

/**
 * A page for a person. It may run nothing, load nothing and send nothing, and tells nobody where it was.
 *
 * @param page.style the text of its one style element
 * @see https://www.w3.org/TR/CSP3/
 */
export function htmlPage(page: { status: number; html: string; style: string }): APIGatewayProxyResult {
  const styleHash = createHash('sha256').update(page.style).digest('base64');
  return respond(
    page.status,
    {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
    },
    page.html,
  );
}

function respond(
  statusCode: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): APIGatewayProxyResult {
  return { statusCode, headers: { ...EVERY_ANSWER, ...headers }, body };
}
