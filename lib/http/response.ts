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

/** A page for a person, with the one style and the one script that it has. */
export interface Page {
  readonly status: number;
  readonly html: string;
  /** The text of its style element. */
  readonly style: string;
  /** The text of its script element; without it, it may run nothing. */
  readonly script?: string;
  /** To which origins, besides its own, its script may send requests. */
  readonly connectTo?: readonly string[];
}

/**
 * A page may run and load nothing but itself, sends no form, stands in no frame, and tells nobody where it was.
 *
 * @see https://www.w3.org/TR/CSP3/
 */
export function htmlPage(page: Page): APIGatewayProxyResult {
  return respond(
    page.status,
    {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': contentSecurityPolicy(page),
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
    },
    page.html,
  );
}

function contentSecurityPolicy({ style, script, connectTo = [] }: Page): string {
  const whatScriptsMay =
    script === undefined
      ? []
      : [
          `script-src ${hashSource(script)}`,
          `connect-src 'self' ${connectTo.join(' ')}`.trim(),
          // Its icon, which stands in it as well.
          'img-src data:',
          // Nothing that is text becomes code or markup.
          "require-trusted-types-for 'script'",
          "trusted-types 'none'",
        ];
  return [
    "default-src 'none'",
    `style-src ${hashSource(style)}`,
    ...whatScriptsMay,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function respond(
  statusCode: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): APIGatewayProxyResult {
  return { statusCode, headers: { ...EVERY_ANSWER, ...headers }, body };
}
