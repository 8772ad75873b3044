import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileAction, compileArn, compileWildcards } from '../../../../infra/local/iam/pattern.ts';

describe('wildcards', () => {
  it.each([
    ['GetItem', 'GetItem', true],
    ['GetItem', 'getitem', false],
    ['GetItem', 'GetItems', false],
    ['Get*', 'GetItem', true],
    ['Get*', 'Get', true],
    ['*Item', 'PutItem', true],
    ['?etItem', 'GetItem', true],
    ['?etItem', 'etItem', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a.c', 'abc', false],
    ['a\\b[c]', 'a\\b[c]', true],
    ['*', '', true],
    ['a*', 'a\nb', true],
  ])('%j fits %j: %s', (pattern, text, expected) => {
    expect(compileWildcards(pattern).matches(text)).toBe(expected);
  });

  it('a text fits itself, whatever is in it, and itself with any part of it replaced', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, middle, after) => {
        const text = `${before}${middle}${after}`;
        expect(compileWildcards(text).matches(text)).toBe(true);
        expect(compileWildcards(`${before}*${after}`).matches(text)).toBe(true);
        expect(compileWildcards(`${before}${'?'.repeat(middle.length)}${after}`).matches(text)).toBe(true);
      }),
    );
  });

  it('a text without wildcards fits nothing but itself', () => {
    const plain = fc.string().filter((text) => !/[*?]/.test(text));
    fc.assert(
      fc.property(plain, fc.string(), (pattern, text) => {
        expect(compileWildcards(pattern).matches(text)).toBe(pattern === text);
      }),
    );
  });
});

describe('an action', () => {
  it('is taken in any case', () => {
    expect(compileAction('dynamodb:getITEM').matches('dynamodb:GetItem')).toBe(true);
  });
});

describe('an ARN', () => {
  const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:zoho/crm/credential-AbCdEf';

  it.each([
    ['*', SECRET, true],
    ['*', '*', true],
    ['arn:aws:secretsmanager:us-east-1:000000000000:secret:zoho/*/credential-??????', SECRET, true],
    ['arn:aws:secretsmanager:us-east-1:000000000000:secret:zoho/*/credential-?????', SECRET, false],
    ['arn:aws:secretsmanager:us-east-1:000000000000:secret:zoho/*/access-token-??????', SECRET, false],
    ['arn:aws:secretsmanager:*:*:secret:zoho/*', SECRET, true],
    ['arn:aws:secretsmanager:*', SECRET, true],
    // A wildcard in the middle stays in its part.
    ['arn:aws:*:secret:zoho/crm/credential-AbCdEf', SECRET, false],
    ['arn:aws:s3:::backups/*', 'arn:aws:s3:::backups/a/b:c', true],
    ['arn:aws:s3:::backups', 'arn:aws:s3:::backups/a', false],
    ['arn:aws:s3:::*', 'arn:aws:s3', false],
    // The sixth part is the last, whatever colons it has.
    ['arn:aws:logs:*:*:log-group:*:stream', 'arn:aws:logs:us-east-1:1:log-group:a:b:stream', true],
    ['arn:aws:s3:::backups/*', 'arn:aws:s3:::backups', false],
    ['arn:aws:s3:::backups', '*', false],
  ])('%j fits %j: %s', (pattern, arn, expected) => {
    expect(compileArn(pattern).matches(arn)).toBe(expected);
  });
});
