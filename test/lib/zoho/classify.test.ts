import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyProbeError, classifyTokenError, tellableCode } from '../../../lib/zoho/classify.ts';
import { CLIENT, SECRETS } from './responses.ts';

describe('an error of the token endpoint', () => {
  it.each([
    ['invalid_code', undefined, 'grantRejected'],
    ['invalid_grant', undefined, 'grantRejected'],
    ['invalid_client', undefined, 'misconfigured'],
    ['invalid_client_secret', undefined, 'misconfigured'],
    ['invalid_redirect_uri', undefined, 'misconfigured'],
    ['Access Denied', 'failure', 'throttled'],
    ['Access Denied', undefined, 'throttled'],
    ['拒绝访问', undefined, 'throttled'],
    ['アクセスが拒否されました', 'failure', 'throttled'],
    [undefined, 'failure', 'throttled'],
    // A dead credential is not waited for, should Zoho ever put both into one answer.
    ['invalid_code', 'failure', 'grantRejected'],
    ['invalid_scope', undefined, 'transient'],
    ['general_error', 'error', 'transient'],
    ['INVALID_CODE', undefined, 'transient'],
    [['invalid_code'], undefined, 'transient'],
    ['constructor', undefined, 'transient'],
    [undefined, undefined, 'transient'],
  ])('%j with status %j is %s', (error, status, expected) => {
    expect(classifyTokenError(error, status)).toBe(expected);
  });
});

describe("an error of a product's API", () => {
  it.each([
    ['INVALID_TOKEN', 'invalidToken'],
    ['AUTHENTICATION_FAILURE', 'invalidToken'],
    ['OAUTH_SCOPE_MISMATCH', 'scopeMismatch'],
    ['NO_PERMISSION', 'noPermission'],
    ['14', 'invalidToken'],
    ['57', 'ambiguous'],
    ['INVALID_OAUTH', 'invalidToken'],
    ['SCOPE_MISMATCH', 'scopeMismatch'],
    ['INVALID_OAUTHTOKEN', 'invalidToken'],
    ['INVALID_OAUTHSCOPE', 'scopeMismatch'],
    ['TOO_MANY_REQUESTS', 'throttled'],
    ['INTERNAL_ERROR', 'transient'],
    ['0', 'transient'],
    ['unrecognised', 'transient'],
    ['toString', 'transient'],
  ])('%s is %s', (code, expected) => {
    expect(classifyProbeError(code)).toBe(expected);
  });
});

describe('a code that people are told', () => {
  it.each([
    ['invalid_client_secret', 'invalid_client_secret'],
    ['OAUTH_SCOPE_MISMATCH', 'OAUTH_SCOPE_MISMATCH'],
    [57, '57'],
    ['14', '14'],
    ['Access Denied', 'unrecognised'],
    ['拒绝访问', 'unrecognised'],
    ['', 'unrecognised'],
    [`a${'_word'.repeat(13)}`, 'unrecognised'],
    ['abcdefghijklmnopqrstu', 'unrecognised'],
    ['line\nbreak', 'unrecognised'],
    ['word\n', 'unrecognised'],
    [-1, 'unrecognised'],
    [1e21, 'unrecognised'],
    [{ code: 'INVALID' }, 'unrecognised'],
    [undefined, 'unrecognised'],
  ])('%j becomes %s', (value, expected) => {
    expect(tellableCode(value)).toBe(expected);
  });

  it('is never a token, a code or a secret (P8)', () => {
    for (const secret of [...Object.values(SECRETS), CLIENT.clientId]) {
      expect(tellableCode(secret)).toBe('unrecognised');
    }
    const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 64 });
    const zohoToken = fc.tuple(hex, hex).map(([a, b]) => `1000.${a}.${b}`);
    fc.assert(fc.property(fc.oneof(hex, zohoToken), (secret) => tellableCode(secret) === 'unrecognised'));
  });
});
