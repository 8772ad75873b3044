import { describe, expect, it } from 'vitest';
import { OPERATOR } from '../../../../infra/local/aws/access-keys.ts';
import { type AccountPolicies, decide, withRole } from '../../../../infra/local/iam/account-policies.ts';
import { Iam } from '../../../../infra/local/iam/iam.ts';
import { parsePolicies } from '../../../../infra/local/iam/policy-document.ts';

const ACCOUNT = '000000000000';
const TABLE = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Audit`;
const BUCKET = 'arn:aws:s3:::backups';
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1`;
const OWN_KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/2`;

const session = (role: string, name: string) => ({
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`,
  principalArn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
  accountId: ACCOUNT,
  role,
});

const identity = (role: string, ...statements: object[]) =>
  parsePolicies('identity', role, [{ Version: '2012-10-17', Statement: statements }]);
const resource = (isRequired: boolean, ...statements: object[]) => ({
  statements: parsePolicies('resource', 'of-resource', [{ Version: '2012-10-17', Statement: statements }]),
  isRequired,
});

const POLICIES: AccountPolicies = {
  principals: new Map([
    ['writer', session('Writer', 'writer')],
    [OPERATOR, { ...session('', OPERATOR), arn: `arn:aws:iam::${ACCOUNT}:user/operator`, role: OPERATOR }],
  ]),
  roles: new Map([
    [OPERATOR, identity(OPERATOR, { Effect: 'Allow', Action: '*', Resource: '*' })],
    [
      'Writer',
      identity(
        'Writer',
        { Effect: 'Allow', Action: 'dynamodb:*', Resource: [TABLE, `${TABLE}/index/*`] },
        { Effect: 'Allow', Action: ['s3:PutObject', 's3:DeleteObject'], Resource: `${BUCKET}/*` },
        { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
        { Effect: 'Allow', Action: 'ses:*', Resource: 'identity/example.com' },
      ),
    ],
  ]),
  resources: new Map([
    [TABLE, resource(false, { Effect: 'Deny', Principal: '*', Action: 'dynamodb:Delete*', Resource: '*' })],
    [
      BUCKET,
      resource(false, { Effect: 'Deny', Principal: '*', Action: 's3:Delete*', Resource: `${BUCKET}/*` }),
    ],
    [
      OWN_KEY,
      resource(true, {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/Other` },
        Action: 'kms:*',
        Resource: '*',
      }),
    ],
  ]),
};

function anIam(): Iam {
  const iam = new Iam();
  iam.deploy(POLICIES);
  return iam;
}

const ask = (action: string, resourceArn: string) => [{ action, resource: resourceArn, context: {} }];
const refusalOf = (run: () => void): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return 'allowed';
};

describe('IAM', () => {
  it('allows everything until it has policies', () => {
    expect(() => new Iam().authorize('writer', ask('iam:DeleteRole', '*'))).not.toThrow();
  });

  it.each([
    ['writer', 'dynamodb:PutItem', TABLE, 'allowed'],
    ['writer', 'dynamodb:Query', `${TABLE}/index/byDay`, 'allowed'],
    ['writer', 'dynamodb:PutItem', `${TABLE}2`, 'no identity-based policy'],
    ['writer', 's3:PutObject', `${BUCKET}/a`, 'allowed'],
    // A policy on what an ARN is part of speaks for the part.
    ['writer', 'dynamodb:DeleteItem', `${TABLE}/index/byDay`, 'explicit deny in a resource-based policy'],
    ['writer', 's3:DeleteObject', `${BUCKET}/a/b`, 'explicit deny in a resource-based policy'],
    // The operator is an administrator, and no more.
    [OPERATOR, 'dynamodb:PutItem', TABLE, 'allowed'],
    [OPERATOR, 'iam:DeleteRole', '*', 'allowed'],
    [OPERATOR, 'dynamodb:DeleteItem', TABLE, 'explicit deny in a resource-based policy'],
    // A key that was made without a policy leaves it to the account; one with a policy does what it says.
    ['writer', 'kms:Decrypt', KEY, 'allowed'],
    ['writer', 'kms:Decrypt', OWN_KEY, 'no resource-based policy'],
    [OPERATOR, 'kms:Decrypt', OWN_KEY, 'no resource-based policy'],
    ['writer', 'kms:ListKeys', '*', 'allowed'],
    ['stranger', 'dynamodb:PutItem', TABLE, 'no identity-based policy'],
  ])('%s, %s on %s: %s', (name, action, arn, expected) => {
    expect(refusalOf(() => anIam().authorize(name, ask(action, arn)))).toContain(expected);
  });

  it('refuses in AWS’s words', () => {
    const user = `User: arn:aws:sts::${ACCOUNT}:assumed-role/Writer/writer`;
    const iam = anIam();
    expect(refusalOf(() => iam.authorize('writer', ask('sqs:SendMessage', 'arn:q')))).toBe(
      `${user} is not authorized to perform: sqs:SendMessage on resource: arn:q because no identity-based policy allows the sqs:SendMessage action`,
    );
    expect(refusalOf(() => iam.authorize('writer', ask('dynamodb:DeleteItem', TABLE)))).toBe(
      `${user} is not authorized to perform: dynamodb:DeleteItem on resource: ${TABLE} with an explicit deny in a resource-based policy`,
    );
    const [request] = ask('sqs:ListQueues', '*');
    const unnamed = { ...request, action: 'sqs:ListQueues', resource: '*', context: {}, shownAs: null };
    expect(refusalOf(() => iam.authorize('writer', [unnamed]))).toBe(
      `${user} is not authorized to perform: sqs:ListQueues because no identity-based policy allows the sqs:ListQueues action`,
    );
    expect(() => iam.authorize('writer', [unnamed])).toThrow(
      expect.objectContaining({ code: 'AccessDeniedException', statusCode: 400 }),
    );
  });

  it('refuses a call of which one request is refused', () => {
    const requests = [...ask('dynamodb:PutItem', TABLE), ...ask('sqs:SendMessage', '*')];
    expect(refusalOf(() => anIam().authorize('writer', requests))).toContain('sqs:SendMessage');
  });

  it('knows a resource by its other ARN too', () => {
    const iam = anIam();
    const request = { action: 'ses:SendEmail', resource: 'identity/a@example.com', context: {} };
    expect(refusalOf(() => iam.authorize('writer', [request]))).not.toBe('allowed');
    expect(refusalOf(() => iam.authorize('writer', [{ ...request, alias: 'identity/example.com' }]))).toBe(
      'allowed',
    );
    expect(iam.records.at(-1)).toMatchObject({
      resource: 'identity/example.com',
      decision: { kind: 'allowed' },
    });
  });

  it('remembers who asked for what, and why it was decided so', () => {
    const iam = anIam();
    iam.authorize('writer', ask('dynamodb:PutItem', TABLE));
    refusalOf(() => iam.authorize('writer', ask('dynamodb:DeleteItem', TABLE)));
    expect(iam.records).toMatchObject([
      {
        principal: 'writer',
        action: 'dynamodb:PutItem',
        resource: TABLE,
        decision: { kind: 'allowed', by: [{ holder: 'Writer', name: '0' }] },
      },
      { decision: { kind: 'denied', how: 'explicitly', by: [{ holder: 'of-resource', name: '0' }] } },
    ]);
    iam.clear();
    expect(iam.records).toEqual([]);
  });

  it('takes a statement out of a role for a while, also when what runs meanwhile fails', async () => {
    const iam = anIam();
    const put = () => refusalOf(() => iam.authorize('writer', ask('dynamodb:PutItem', TABLE)));
    await iam.withoutStatement('Writer', '0', async () =>
      expect(put()).toContain('no identity-based policy'),
    );
    expect(put()).toBe('allowed');
    const failing = iam.withoutStatement('Writer', '0', () => Promise.reject(new Error('told to')));
    await expect(failing).rejects.toThrow('told to');
    expect(put()).toBe('allowed');
  });
});

describe('policies as a value', () => {
  it('decide otherwise with a statement changed, and stay as they are', () => {
    const [request] = ask('dynamodb:PutItem', TABLE);
    const changed = withRole(POLICIES, 'Writer', (statement) => (statement.name === '0' ? null : statement));
    const writer = session('Writer', 'writer');
    const decideBy = (policies: AccountPolicies) =>
      request && decide(policies, writer, { ...request, context: {} }).kind;
    expect([decideBy(changed), decideBy(POLICIES)]).toEqual(['denied', 'allowed']);
  });
});
