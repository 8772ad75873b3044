import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccessRequest,
  type ApplyingPolicies,
  evaluate,
  type ResourcePolicy,
} from '../../../../infra/local/iam/evaluate.ts';
import { parsePolicies } from '../../../../infra/local/iam/policy-document.ts';
import type { Caller } from '../../../../infra/local/iam/principals.ts';

const ACCOUNT = '000000000000';
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const CALLER: Caller = {
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Refresh/RefreshFunction`,
  principalArn: `arn:aws:iam::${ACCOUNT}:role/Refresh`,
  accountId: ACCOUNT,
};
const TABLE = `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/Audit`;
const PUT: AccessRequest = { action: 'dynamodb:PutItem', resource: TABLE, context: {} };

function policiesOf(kind: 'identity' | 'resource', statements: object[]) {
  const complete = statements.map((statement) => ({ Action: '*', Resource: '*', ...statement }));
  return parsePolicies(kind, kind, [{ Version: '2012-10-17', Statement: complete }]);
}

function applying({
  identity = [],
  resource = null,
  isRequired = false,
}: {
  identity?: object[];
  resource?: object[] | null;
  isRequired?: boolean;
}): ApplyingPolicies {
  const ofResource: ResourcePolicy | null = resource && {
    statements: policiesOf('resource', resource),
    isRequired,
  };
  return { identity: policiesOf('identity', identity), resource: ofResource };
}

/** The outcome in short, such as `allowed` or `denied explicitly by the resource`. */
function outcome(policies: Parameters<typeof applying>[0], request = PUT, caller = CALLER): string {
  const decision = evaluate(caller, request, applying(policies));
  return decision.kind === 'allowed' ? 'allowed' : `${decision.how} ${decision.policy}`;
}

const ALLOW = { Effect: 'Allow' };
const DENY = { Effect: 'Deny' };
const anyone = { Principal: '*' };
const account = { Principal: { AWS: ROOT } };
const itself = { Principal: { AWS: CALLER.principalArn } };

describe('a request', () => {
  it.each<[string, Parameters<typeof applying>[0], string]>([
    ['no policy at all', {}, 'implicitly identity'],
    ['an allowing policy of its own', { identity: [ALLOW] }, 'allowed'],
    ['a denying one besides', { identity: [ALLOW, DENY] }, 'explicitly identity'],
    ['a denying one before', { identity: [DENY, ALLOW] }, 'explicitly identity'],
    ['the resource allowing the caller', { resource: [{ ...ALLOW, ...itself }] }, 'allowed'],
    ['the resource allowing anybody', { resource: [{ ...ALLOW, ...anyone }] }, 'allowed'],
    [
      'the resource allowing its session',
      { resource: [{ ...ALLOW, Principal: { AWS: CALLER.arn } }] },
      'allowed',
    ],
    ['the resource allowing the account', { resource: [{ ...ALLOW, ...account }] }, 'implicitly identity'],
    [
      'the resource allowing somebody else',
      { resource: [{ ...ALLOW, Principal: { AWS: `${CALLER.principalArn}2` } }] },
      'implicitly identity',
    ],
    [
      'the resource allowing a service',
      { resource: [{ ...ALLOW, Principal: { Service: 'lambda.amazonaws.com' } }] },
      'implicitly identity',
    ],
    [
      'the resource denying anybody',
      { identity: [ALLOW], resource: [{ ...DENY, ...anyone }] },
      'explicitly resource',
    ],
    [
      'the resource denying the account',
      { identity: [ALLOW], resource: [{ ...DENY, Principal: { AWS: ACCOUNT } }] },
      'explicitly resource',
    ],
    [
      'the resource denying somebody else',
      { identity: [ALLOW], resource: [{ ...DENY, Principal: { AWS: `${CALLER.principalArn}2` } }] },
      'allowed',
    ],
    [
      'the resource allowing, but its own policy denying',
      { identity: [DENY], resource: [{ ...ALLOW, ...itself }] },
      'explicitly identity',
    ],
    [
      'a key that allows nobody',
      { identity: [ALLOW], resource: [], isRequired: true },
      'implicitly resource',
    ],
    [
      'a key that leaves it to the account, and an allowing policy',
      { identity: [ALLOW], resource: [{ ...ALLOW, ...account }], isRequired: true },
      'allowed',
    ],
    [
      'a key that leaves it to the account, and no policy',
      { resource: [{ ...ALLOW, ...account }], isRequired: true },
      'implicitly identity',
    ],
    [
      'a key that allows the caller, and no policy',
      { resource: [{ ...ALLOW, ...itself }], isRequired: true },
      'allowed',
    ],
    [
      'a key that leaves another action to the account',
      { identity: [ALLOW], resource: [{ ...ALLOW, ...account, Action: 'kms:Encrypt' }], isRequired: true },
      'implicitly resource',
    ],
  ])('with %s', (_, policies, expected) => {
    expect(outcome(policies)).toBe(expected);
  });

  it.each<[string, Parameters<typeof applying>[0], string]>([
    ['only its own account allowing', { identity: [ALLOW] }, 'implicitly resource'],
    ['only the resource allowing the caller', { resource: [{ ...ALLOW, ...itself }] }, 'implicitly identity'],
    [
      'a key that allows the caller, and no policy',
      { resource: [{ ...ALLOW, ...itself }], isRequired: true },
      'implicitly identity',
    ],
    [
      'the resource allowing the caller’s account, and its own policy',
      { identity: [ALLOW], resource: [{ ...ALLOW, ...account }] },
      'allowed',
    ],
    [
      'the resource allowing only its own account',
      { identity: [ALLOW], resource: [{ ...ALLOW, Principal: { AWS: '111122223333' } }] },
      'implicitly resource',
    ],
    [
      'both allowing, and the resource denying anybody',
      {
        identity: [ALLOW],
        resource: [
          { ...ALLOW, ...itself },
          { ...DENY, ...anyone },
        ],
      },
      'explicitly resource',
    ],
  ])('to another account’s resource, with %s', (_, policies, expected) => {
    const foreign = { ...PUT, resource: TABLE.replace(ACCOUNT, '111122223333') };
    expect(outcome(policies, foreign)).toBe(expected);
  });

  it.each([
    ['another action', { Action: ['dynamodb:GetItem', 'dynamodb:Query'] }],
    ['another resource', { Resource: `${TABLE}2` }],
    ['an index of it', { Resource: `${TABLE}/index/byDay` }],
    [
      'a condition that it does not meet',
      { Condition: { ArnNotEquals: { 'aws:PrincipalArn': CALLER.principalArn } } },
    ],
  ])('is not what a statement about %s is about', (_, differing) => {
    expect(outcome({ identity: [{ ...ALLOW, ...differing }] })).toBe('implicitly identity');
    expect(outcome({ identity: [ALLOW, { ...DENY, ...differing }] })).toBe('allowed');
  });

  it('tells the statements that made it so', () => {
    const policies = applying({
      identity: [
        { ...ALLOW, Sid: 'Puts', Action: 'dynamodb:Put*' },
        { ...ALLOW, Action: 'dynamodb:Get*' },
        ALLOW,
      ],
      resource: [{ ...DENY, ...anyone, Action: 'dynamodb:Delete*' }],
    });
    const { by } = evaluate(CALLER, PUT, policies);
    expect(by.map(({ holder, name }) => `${holder}/${name}`)).toEqual(['identity/Puts', 'identity/2']);
    const key = { identity: [ALLOW], resource: [{ ...ALLOW, ...account }] };
    const holdersOf = (isRequired: boolean) =>
      evaluate(CALLER, PUT, applying({ ...key, isRequired })).by.map(({ holder }) => holder);
    expect([holdersOf(true), holdersOf(false)]).toEqual([['identity', 'resource'], ['identity']]);
    const denied = evaluate(CALLER, { ...PUT, action: 'dynamodb:DeleteItem' }, policies);
    expect(denied.by.map(({ holder, name }) => `${holder}/${name}`)).toEqual(['resource/0']);
  });
});

describe('whatever the policies say', () => {
  const action = fc.constantFrom('*', 'dynamodb:*', 'dynamodb:PutItem', 'dynamodb:GetItem');
  const identity = fc.array(fc.record({ Effect: fc.constantFrom('Allow', 'Deny'), Action: action }), {
    maxLength: 4,
  });
  const principal = fc.constantFrom(anyone, account, itself, { Principal: { Service: 'a.amazonaws.com' } });
  const resource = fc.array(
    fc
      .tuple(fc.record({ Effect: fc.constantFrom('Allow', 'Deny'), Action: action }), principal)
      .map(([statement, who]) => ({ ...statement, ...who })),
    { maxLength: 4 },
  );
  const policies = fc.record({ identity, resource, isRequired: fc.boolean() });

  it('their order makes no difference', () => {
    fc.assert(
      fc.property(policies, (given) => {
        const reversed = {
          ...given,
          identity: given.identity.toReversed(),
          resource: given.resource.toReversed(),
        };
        expect(outcome(reversed)).toBe(outcome(given));
      }),
    );
  });

  it('one more denial never allows anything, and one more permission takes nothing away', () => {
    fc.assert(
      fc.property(policies, action, (given, Action) => {
        const withDenial = { ...given, identity: [...given.identity, { ...DENY, Action }] };
        const withPermission = { ...given, identity: [...given.identity, { ...ALLOW, Action }] };
        if (outcome(withDenial) === 'allowed') expect(outcome(given)).toBe('allowed');
        if (outcome(given) === 'allowed') expect(outcome(withPermission)).toBe('allowed');
      }),
    );
  });

  it('what is allowed, a statement allows, and no statement that applies denies', () => {
    fc.assert(
      fc.property(policies, (given) => {
        const decision = evaluate(CALLER, PUT, applying(given));
        if (decision.kind === 'denied') return;
        expect(decision.by.length).toBeGreaterThan(0);
        expect(decision.by.every(({ effect }) => effect === 'Allow')).toBe(true);
        const rest = given.identity.filter(({ Effect }) => Effect === 'Deny');
        expect(outcome({ identity: [ALLOW, ...rest] })).toBe('allowed');
      }),
    );
  });
});
