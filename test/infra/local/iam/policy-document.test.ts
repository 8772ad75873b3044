// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of policy variables
import { describe, expect, it } from 'vitest';
import { parsePolicies } from '../../../../infra/local/iam/policy-document.ts';
import { assertAssumable } from '../../../../infra/local/iam/trust-policy.ts';
import { TemplateError } from '../../../../infra/local/template.ts';

const STATEMENT = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*' };
const documentOf = (Statement: unknown) => ({ Version: '2012-10-17', Statement });

describe('a policy', () => {
  it('names its statements by Sid, or by their place among all of the holder’s', () => {
    const first = documentOf([STATEMENT, { ...STATEMENT, Sid: 'Named' }]);
    const statements = parsePolicies('identity', 'Role', [first, documentOf(STATEMENT)]);
    expect(statements.map(({ holder, name }) => `${holder}/${name}`)).toEqual([
      'Role/0',
      'Role/Named',
      'Role/2',
    ]);
  });

  it('takes one value as well as a list', () => {
    const one = documentOf(STATEMENT);
    const list = documentOf([{ ...STATEMENT, Action: ['dynamodb:GetItem'], Resource: ['*'] }]);
    const [read] = parsePolicies('identity', 'Role', [one]);
    const [readList] = parsePolicies('identity', 'Role', [list]);
    expect(read?.actions.map(({ text }) => text)).toEqual(readList?.actions.map(({ text }) => text));
  });

  it.each<[string, 'identity' | 'resource', object]>([
    ['NotAction', 'identity', { NotAction: 'kms:*' }],
    ['NotResource', 'identity', { NotResource: '*' }],
    ['NotPrincipal', 'resource', { Principal: '*', NotPrincipal: '*' }],
    ['another effect', 'identity', { Effect: 'Maybe' }],
    ['no action', 'identity', { Action: undefined }],
    ['what is no action', 'identity', { Action: 'GetItem' }],
    ['no resource', 'identity', { Resource: undefined }],
    ['a policy variable', 'identity', { Resource: 'arn:aws:s3:::${aws:username}' }],
    ['a variable in a condition', 'identity', { Condition: { StringEquals: { 'kms:ViaService': '${a}' } } }],
    ['a principal in a role’s policy', 'identity', { Principal: '*' }],
    ['no principal in a resource’s', 'resource', {}],
    ['a federated principal', 'resource', { Principal: { Federated: 'accounts.google.com' } }],
    ['an operator', 'identity', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
  ])('stops the twin at %s', (_, kind, differing) => {
    const parse = () => parsePolicies(kind, 'Role', [documentOf([{ ...STATEMENT, ...differing }])]);
    expect(parse).toThrow(TemplateError);
    expect(parse).toThrow(/Role/);
  });

  it.each([
    ['an older version', { ...documentOf(STATEMENT), Version: '2008-10-17' }],
    ['another element', { ...documentOf(STATEMENT), Strange: true }],
    ['nothing', undefined],
  ])('stops the twin at %s', (_, document) => {
    expect(() => parsePolicies('identity', 'Role', [document])).toThrow(
      /^A policy of Role cannot be enforced/,
    );
  });
});

describe('a trust policy', () => {
  const trusting = (differing: object) =>
    documentOf([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'lambda.amazonaws.com' },
        ...differing,
      },
    ]);
  const assertFor = (document: unknown) => () => assertAssumable('Role', document, 'lambda.amazonaws.com');

  it('lets its service take the role', () => {
    expect(assertFor(trusting({}))).not.toThrow();
  });

  it.each([
    ['another service', { Principal: { Service: 'apigateway.amazonaws.com' } }],
    ['another action', { Action: 'sts:TagSession' }],
    ['nobody', { Effect: 'Deny' }],
    ['a condition', { Condition: {} }],
  ])('stops the twin when it trusts %s', (_, differing) => {
    expect(assertFor(trusting(differing))).toThrow(TemplateError);
  });
});
