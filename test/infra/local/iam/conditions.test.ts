import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileConditions, type RequestContext } from '../../../../infra/local/iam/conditions.ts';
import { TemplateError } from '../../../../infra/local/template.ts';

const ROLE = 'arn:aws:iam::000000000000:role/Anchor';
const VIA = { 'kms:viaservice': 'secretsmanager.eu-central-1.amazonaws.com' };

function isMet(operator: string, key: string, values: string[], context: RequestContext): boolean {
  return compileConditions({ [operator]: { [key]: values } }, 'Here').every((condition) =>
    condition(context),
  );
}

describe('a condition', () => {
  it.each<[string, string, string[], RequestContext, boolean]>([
    ['StringEquals', 'kms:ViaService', ['secretsmanager.eu-central-1.amazonaws.com'], VIA, true],
    ['StringEquals', 'KMS:viaSERVICE', ['secretsmanager.eu-central-1.amazonaws.com'], VIA, true],
    ['StringEquals', 'kms:ViaService', ['SecretsManager.eu-central-1.amazonaws.com'], VIA, false],
    ['StringEquals', 'kms:ViaService', ['secretsmanager.*'], VIA, false],
    ['StringEquals', 'kms:ViaService', ['s3', 'secretsmanager.eu-central-1.amazonaws.com'], VIA, true],
    ['StringEquals', 'kms:ViaService', ['s3'], {}, false],
    ['StringEqualsIfExists', 'kms:ViaService', ['s3'], {}, true],
    ['StringEqualsIfExists', 'kms:ViaService', ['s3'], VIA, false],
    ['StringNotEquals', 'kms:ViaService', ['s3'], VIA, true],
    ['StringNotEquals', 'kms:ViaService', ['s3', 'secretsmanager.eu-central-1.amazonaws.com'], VIA, false],
    ['StringNotEquals', 'kms:ViaService', ['s3'], {}, true],
    ['StringNotEqualsIfExists', 'kms:ViaService', ['s3'], {}, true],
    ['StringLike', 'kms:ViaService', ['secretsmanager.*'], VIA, true],
    ['StringLike', 'kms:ViaService', ['s3.*'], VIA, false],
    ['StringNotLike', 'kms:ViaService', ['secretsmanager.*'], VIA, false],
    ['StringNotLike', 'kms:ViaService', ['s3.*'], VIA, true],
    ['ArnEquals', 'aws:PrincipalArn', [ROLE], { 'aws:principalarn': ROLE }, true],
    ['ArnEquals', 'aws:PrincipalArn', ['arn:aws:iam::*:role/A*'], { 'aws:principalarn': ROLE }, true],
    ['ArnLike', 'aws:PrincipalArn', ['arn:aws:iam::*:user/*'], { 'aws:principalarn': ROLE }, false],
    ['ArnNotEquals', 'aws:PrincipalArn', [ROLE], { 'aws:principalarn': ROLE }, false],
    ['ArnNotEquals', 'aws:PrincipalArn', [ROLE], { 'aws:principalarn': `${ROLE}2` }, true],
    ['ArnNotLike', 'aws:PrincipalArn', ['arn:aws:iam::*:role/*'], { 'aws:principalarn': ROLE }, false],
    ['Bool', 'aws:SecureTransport', ['false'], { 'aws:securetransport': 'true' }, false],
    ['Bool', 'aws:SecureTransport', ['True'], { 'aws:securetransport': 'true' }, true],
    ['Bool', 'aws:SecureTransport', ['false'], {}, false],
    ['BoolIfExists', 'aws:SecureTransport', ['false'], {}, true],
    ['Null', 'kms:ViaService', ['true'], {}, true],
    ['Null', 'kms:ViaService', ['true'], VIA, false],
    ['Null', 'kms:ViaService', ['false'], VIA, true],
    ['Null', 'kms:ViaService', ['false'], {}, false],
    [
      'StringEquals',
      'kms:EncryptionContext:SecretARN',
      ['arn:secret'],
      { 'kms:encryptioncontext:secretarn': 'arn:secret' },
      true,
    ],
  ])('%s on %s %j, with %j: %s', (operator, key, values, context, expected) => {
    expect(isMet(operator, key, values, context)).toBe(expected);
  });

  it('is one of several that must all be met', () => {
    const conditions = compileConditions(
      {
        StringEquals: { 'kms:CallerAccount': ['1'], 'kms:ViaService': ['s3'] },
        Bool: { 'aws:SecureTransport': ['true'] },
      },
      'Here',
    );
    const context = { 'kms:calleraccount': '1', 'kms:viaservice': 's3', 'aws:securetransport': 'true' };
    const meets = (differing: RequestContext) =>
      conditions.every((condition) => condition({ ...context, ...differing }));
    expect(meets({})).toBe(true);
    for (const key of Object.keys(context)) expect(meets({ [key]: 'other' })).toBe(false);
  });

  it.each([
    ['String', 'Equals'],
    ['String', 'Like'],
    ['Arn', 'Like'],
  ])('%sNot%s is met exactly when its opposite is not', (type, comparison) => {
    const values = fc.array(fc.constantFrom('a', 'b', '*', '?', ''), { minLength: 1, maxLength: 3 });
    const contexts = fc.constantFrom<RequestContext>(
      {},
      { 'kms:viaservice': 'a' },
      { 'kms:viaservice': 'c' },
    );
    fc.assert(
      fc.property(values, contexts, (expected, context) => {
        const met = isMet(`${type}${comparison}`, 'kms:ViaService', expected, context);
        expect(isMet(`${type}Not${comparison}`, 'kms:ViaService', expected, context)).toBe(!met);
      }),
    );
  });

  it.each([
    ['an operator', 'NumericEquals', 'kms:ViaService', /^Here has a condition with NumericEquals/],
    ['a set operator', 'ForAnyValue:StringEquals', 'kms:ViaService', /with ForAnyValue:StringEquals/],
    ['a key', 'StringEquals', 'aws:SourceIp', /^Here has a condition on aws:SourceIp/],
    ['half a key', 'StringEquals', 'kms:EncryptionContext:', /on kms:EncryptionContext:/],
  ])('stops the twin at %s that it does not know', (_, operator, key, message) => {
    const compile = () => compileConditions({ [operator]: { [key]: ['x'] } }, 'Here');
    expect(compile).toThrow(TemplateError);
    expect(compile).toThrow(message);
  });
});
