/**
 * What Zoho's errors mean. The body decides, never the HTTP status: the token endpoint answers its errors with 200.
 * What stands in neither table is transient: it is tried again, and everything is kept.
 */

export type TokenErrorClass = 'grantRejected' | 'misconfigured' | 'throttled';

/**
 * `grantRejected` is about what was presented: a refresh token is dead, a grant code is used, expired or wrong.
 *
 * @see https://www.zoho.com/crm/developer/docs/api/v8/refresh.html (possible errors)
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 (`invalid_grant`)
 */
const TOKEN_ERRORS: ReadonlyMap<unknown, TokenErrorClass> = new Map([
  ['invalid_code', 'grantRejected'],
  ['invalid_grant', 'grantRejected'],
  ['invalid_client', 'misconfigured'],
  ['invalid_client_secret', 'misconfigured'],
  ['invalid_redirect_uri', 'misconfigured'],
  ['Access Denied', 'throttled'],
  ['拒绝访问', 'throttled'],
]);

/**
 * Classifies an error of the token endpoint.
 *
 * The throttle's `error` is text in the user's language, so its `status: "failure"` counts as well; an error code that
 * is known counts for more.
 *
 * @param error the body's `error`
 * @param status the body's `status`
 */
export function classifyTokenError(error: unknown, status: unknown): TokenErrorClass | 'transient' {
  return TOKEN_ERRORS.get(error) ?? (status === 'failure' ? 'throttled' : 'transient');
}

/** `noPermission` is about the user's profile; `ambiguous` is a dead token or a missing scope. */
export type ProbeErrorClass = 'invalidToken' | 'scopeMismatch' | 'noPermission' | 'ambiguous' | 'throttled';

const PROBE_ERRORS: ReadonlyMap<string, ProbeErrorClass> = new Map([
  // CRM. @see https://www.zoho.com/crm/developer/docs/api/v8/status-codes.html
  ['INVALID_TOKEN', 'invalidToken'],
  ['AUTHENTICATION_FAILURE', 'invalidToken'],
  ['OAUTH_SCOPE_MISMATCH', 'scopeMismatch'],
  ['NO_PERMISSION', 'noPermission'],
  // Books, Invoice, Inventory. @see https://www.zoho.com/books/api/v3/errors/
  ['14', 'invalidToken'],
  ['57', 'ambiguous'],
  // Desk. @see https://desk.zoho.com/DeskAPIDocument#ErrorCodes
  ['INVALID_OAUTH', 'invalidToken'],
  ['SCOPE_MISMATCH', 'scopeMismatch'],
  // Mail. @see https://www.zoho.com/mail/help/api/response-codes.html
  ['INVALID_OAUTHTOKEN', 'invalidToken'],
  ['INVALID_OAUTHSCOPE', 'scopeMismatch'],
  // CRM and Desk.
  ['TOO_MANY_REQUESTS', 'throttled'],
]);

/** Classifies an error code of one of Zoho's products; Books' numbers as strings. */
export function classifyProbeError(code: string): ProbeErrorClass | 'transient' {
  return PROBE_ERRORS.get(code) ?? 'transient';
}

/**
 * An error code as it may be told to people. Codes are words or small numbers; tokens, codes and secrets of Zoho's carry
 * dots or mix digits with letters, so none passes, should a body ever repeat one where its error belongs.
 */
export function tellableCode(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.length <= 64 && TELLABLE.test(text) ? text : 'unrecognised';
}

const TELLABLE = /^(?:\d{1,6}|[A-Za-z]{1,20}(?:_[A-Za-z]{1,20})*)$/;
