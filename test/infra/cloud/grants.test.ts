import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Aws, CfnParameter, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  AccountPrincipal,
  AccountRootPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  CompositePrincipal,
  type IGrantable,
  OrganizationPrincipal,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UngrantableError, UnknownConnectionError, ZohoTokenReader } from '../../../infra/cloud/index.ts';
import { embed, openWorkplace, type StatementElement, statementsOf, type Workplace } from './embedding.ts';

const OWN = { account: '111122223333', region: 'eu-central-1' };
const OTHER_ACCOUNT = '444455556666';
const OTHER_ROLE = `arn:aws:iam::${OTHER_ACCOUNT}:role/consumer`;
const SECRET = `arn:aws:secretsmanager:eu-central-1:${OWN.account}:secret:zoho/crm/access-token-??????`;
const ONLY_FOR_SECRET = {
  StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' },
  StringLike: { 'kms:EncryptionContext:SecretARN': SECRET },
};
const PARTITION_LITERALS = { '@aws-cdk/core:enablePartitionLiterals': true };

/** The examples of policies in a guide, as they are for these tests' stack. */
function policiesIn(guide: string): { Version: string; Statement: StatementElement[] }[] {
  const text = readFileSync(fileURLToPath(new URL(`../../../docs/${guide}`, import.meta.url)), 'utf8');
  return [...text.matchAll(/^ *```json\n(.*?)^ *```$/gms)]
    .map(([, json = '']) =>
      JSON.parse(json.replaceAll('<region>', OWN.region).replaceAll('<account>', OWN.account)),
    )
    .filter(({ Statement }) => Statement !== undefined);
}

let workplace: Workplace;
beforeAll(() => {
  workplace = openWorkplace();
});
afterAll(() => workplace.dispose());

function openStack(): Stack {
  return workplace.openStack({ env: OWN, context: PARTITION_LITERALS });
}

function aConsumer(stack: Stack): Role {
  return new Role(stack, 'Consumer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
}

const ofConsumer = (stack: Stack) => statementsOf(stack, 'AWS::IAM::Policy', 'Consumer', 'PolicyDocument');
const ofSecrets = (stack: Stack) =>
  statementsOf(stack, 'AWS::SecretsManager::ResourcePolicy', 'Zoho', 'ResourcePolicy');
const ofPrimaryKey = (stack: Stack) =>
  statementsOf(stack, 'AWS::KMS::Key', 'ZohoSecretsPrimaryKey', 'KeyPolicy');

describe('a grant of an access token', () => {
  it('allows to read this secret, and to use the key through Secrets Manager for this secret only', () => {
    const stack = openStack();
    embed(stack).grantReadAccessToken(aConsumer(stack), 'crm').assertSuccess();
    expect(ofConsumer(stack)).toEqual([
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: SECRET },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ZohoSecretsPrimaryKey/), 'Arn'] },
        Condition: ONLY_FOR_SECRET,
      },
    ]);
  });

  it('is what the guide for consumers has them write by hand', () => {
    const stack = openStack();
    embed(stack).grantReadAccessToken(aConsumer(stack), 'crm');
    const [secret, key] = ofConsumer(stack);
    const Resource = "<the stack's output PrimaryKeyArn>";
    expect(policiesIn('consuming.md')).toEqual([
      { Version: '2012-10-17', Statement: [secret, { ...key, Resource }] },
    ]);
  });

  it('within the account adds nothing to the secret and its key', () => {
    const [granted, bare] = [openStack(), openStack()];
    embed(granted).grantReadAccessToken(aConsumer(granted), 'crm');
    embed(bare);
    expect(ofSecrets(granted)).toEqual([]);
    expect(ofPrimaryKey(granted)).toEqual(ofPrimaryKey(bare));
  });

  it('says the same when it is made twice, and each connection’s own beside another one', () => {
    const stack = openStack();
    const keeper = embed(stack);
    const consumer = aConsumer(stack);
    for (const connection of ['crm', 'crm', 'books']) keeper.grantReadAccessToken(consumer, connection);
    const secrets = ofConsumer(stack).filter(({ Action }) => Action === 'secretsmanager:GetSecretValue');
    expect(secrets.flatMap(({ Resource }) => Resource)).toEqual([SECRET, SECRET.replace('crm', 'books')]);
    expect(ofConsumer(stack)).toHaveLength(4);
  });

  it('holds in a stack that is bound to no account as well', () => {
    const stack = workplace.openStack();
    embed(stack).grantReadAccessToken(aConsumer(stack), 'crm');
    expect(ofConsumer(stack)).toHaveLength(2);
    expect(ofSecrets(stack)).toEqual([]);
    expect(JSON.stringify(ofConsumer(stack)[0]?.Resource)).toContain(':secret:zoho/crm/access-token-??????');
  });

  it('refuses a connection that there is not, and names those that there are', () => {
    const stack = openStack();
    const keeper = embed(stack);
    const consumer = aConsumer(stack);
    expect(() => keeper.grantReadAccessToken(consumer, 'mail')).toThrow(UnknownConnectionError);
    expect(() => keeper.grantReadAccessToken(consumer, 'mail')).toThrow(
      'There is no connection "mail" whose access token could be granted. The connections are: crm, books.',
    );
  });
});

describe('a grant to another account', () => {
  it.each<[string, (stack: Stack) => IGrantable, string]>([
    ['the account', () => new AccountPrincipal(OTHER_ACCOUNT), `arn:aws:iam::${OTHER_ACCOUNT}:root`],
    ['a role of it', (stack) => Role.fromRoleArn(stack, 'Foreign', OTHER_ROLE), OTHER_ROLE],
    ['whoever has an ARN', () => new ArnPrincipal(OTHER_ROLE), OTHER_ROLE],
  ])('puts a policy on the secret, and a statement into the key’s: %s', (_what, granteeIn, AWS) => {
    const stack = openStack();
    embed(stack).grantReadAccessToken(granteeIn(stack), 'crm').assertSuccess();
    expect(ofSecrets(stack)).toEqual([
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*', Principal: { AWS } },
    ]);
    expect(ofPrimaryKey(stack).at(-1)).toEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: '*',
      Principal: { AWS },
      Condition: ONLY_FOR_SECRET,
    });
  });

  it('puts on the secret what the guide has operators put back', () => {
    const stack = openStack();
    embed(stack).grantReadAccessToken(new AccountPrincipal(OTHER_ACCOUNT), 'crm');
    expect(policiesIn('embedding.md')).toEqual([{ Version: '2012-10-17', Statement: ofSecrets(stack) }]);
  });

  it('puts all of a secret into one policy, which must not be public', () => {
    const stack = openStack();
    const keeper = embed(stack);
    keeper.grantReadAccessToken(new AccountPrincipal(OTHER_ACCOUNT), 'crm');
    keeper.grantReadAccessToken(new AccountPrincipal('777788889999'), 'crm');
    keeper.grantReadAccessToken(new AccountPrincipal(OTHER_ACCOUNT), 'books');
    const policies = Object.values(
      Template.fromStack(stack).findResources('AWS::SecretsManager::ResourcePolicy'),
    );
    const secrets = policies.map(({ Properties }) => Properties.SecretId.Ref);
    expect(secrets).toEqual([
      expect.stringMatching(/^ZohoSecretsAccessTokencrm/),
      expect.stringMatching(/^ZohoSecretsAccessTokenbooks/),
    ]);
    for (const { Properties } of policies) expect(Properties.BlockPublicPolicy).toBe(true);
  });

  it.each<[string, IGrantable]>([
    ['everybody', new AnyPrincipal()],
    ['an organisation', new OrganizationPrincipal('o-1234567890')],
    ['a service', new ServicePrincipal('lambda.amazonaws.com')],
    ['the keeper’s own account', new AccountRootPrincipal()],
    ['its own account by its number', new AccountPrincipal(OWN.account)],
    ['its own account by the ARN', new ArnPrincipal(`arn:aws:iam::${OWN.account}:root`)],
    ['its own account by the number alone', new ArnPrincipal(OWN.account)],
    ['its own account as the deployment knows it', new AccountPrincipal(Aws.ACCOUNT_ID)],
    [
      'its own account on a condition',
      new AccountRootPrincipal().withConditions({ Bool: { 'aws:SecureTransport': 'true' } }),
    ],
    [
      'its own account beside another',
      new CompositePrincipal(new AccountPrincipal(OTHER_ACCOUNT), new AccountRootPrincipal()),
    ],
    ['every account', new AccountPrincipal('*')],
    ['every role of an account', new ArnPrincipal(`arn:aws:iam::${OTHER_ACCOUNT}:role/*`)],
    [
      'an account beside a service',
      new CompositePrincipal(
        new AccountPrincipal(OTHER_ACCOUNT),
        new ServicePrincipal('lambda.amazonaws.com'),
      ),
    ],
  ])('cannot name %s', (_whom, grantee) => {
    const stack = openStack();
    const keeper = embed(stack);
    expect(() => keeper.grantReadAccessToken(grantee, 'crm')).toThrow(UngrantableError);
    expect(ofSecrets(stack)).toEqual([]);
  });
});

describe('a grant in a stack that is bound to no account', () => {
  it('takes an account that only the deployment knows', () => {
    const stack = workplace.openStack();
    const account = new CfnParameter(stack, 'ConsumerAccount').valueAsString;
    embed(stack).grantReadAccessToken(new AccountPrincipal(account), 'crm').assertSuccess();
    expect(JSON.stringify(ofSecrets(stack))).toContain('{"Ref":"ConsumerAccount"},":root"');
  });

  it('refuses its own', () => {
    const keeper = embed(workplace.openStack());
    for (const principal of [new AccountRootPrincipal(), new AccountPrincipal(Aws.ACCOUNT_ID)]) {
      expect(() => keeper.grantReadAccessToken(principal, 'crm')).toThrow(UngrantableError);
    }
  });
});

it('a function that cannot be granted, since its role is not known, is named by its path', () => {
  const stack = openStack();
  const functionArn = `arn:aws:lambda:eu-central-1:${OWN.account}:function:report`;
  const report = LambdaFunction.fromFunctionAttributes(stack, 'Report', { functionArn });
  expect(() => embed(stack).grantReadAccessToken(report, 'crm')).toThrow(
    'Platform/Report cannot be granted an access token',
  );
});

describe('P9: no grant', () => {
  const PRINCIPALS = ['own role', 'account', 'foreign role', 'arn'] as const;
  const connections = fc.oneof(
    fc.constantFrom('crm', 'books'),
    fc.constantFrom('clients', 'credential', 'crm/credential', '*', '', '../clients/main'),
    fc.string(),
  );

  it('ever lets anybody at a credential or a client secret, whoever asks for whatever', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...PRINCIPALS), connections)), (grants) => {
        const stack = openStack();
        const keeper = embed(stack);
        const grantees: Record<(typeof PRINCIPALS)[number], IGrantable> = {
          'own role': aConsumer(stack),
          account: new AccountPrincipal(OTHER_ACCOUNT),
          'foreign role': Role.fromRoleArn(stack, 'Foreign', OTHER_ROLE),
          arn: new ArnPrincipal(OTHER_ROLE),
        };
        const asked = grants.filter(([principal, connection]) =>
          tryToGrant(() => keeper.grantReadAccessToken(grantees[principal], connection)),
        );
        expect(asked.every(([, connection]) => ['crm', 'books'].includes(connection))).toBe(true);
        assertAccessTokensOnly([...ofConsumer(stack), ...ofSecrets(stack), ...foreign(ofPrimaryKey(stack))]);
        assertNoOtherPolicy(stack);
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  it('nor does a reader, whatever it is made from', () => {
    fc.assert(
      fc.property(connections, fc.boolean(), (text, isName) => {
        const stack = openStack();
        const keyArn = `arn:aws:kms:eu-central-1:${OWN.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
        const named = isName ? { secretName: `zoho/${text}/access-token` } : { connection: text };
        const consumer = aConsumer(stack);
        tryToGrant(() =>
          ZohoTokenReader.fromSecretName(stack, 'Reader', { ...named, keyArn }).grantRead(consumer),
        );
        assertAccessTokensOnly(ofConsumer(stack), /:secret:zoho\/(clients|[^/]+\/credential)/);
      }),
      { numRuns: 50 },
    );
  }, 120_000);

  it('is there for anything but access tokens', () => {
    const keeper = embed(openStack());
    const grants = Object.getOwnPropertyNames(Object.getPrototypeOf(keeper)).filter((name) =>
      /grant/i.test(name),
    );
    expect(grants).toEqual(['grantReadAccessToken']);
  });
});

/** Whether it was granted; what is refused is refused by name. */
function tryToGrant(grant: () => unknown): boolean {
  try {
    grant();
    return true;
  } catch (error) {
    expect((error as { code: string }).code).toMatch(/^(UNKNOWN_CONNECTION|TOKEN_READER_INVALID)$/);
    return false;
  }
}

/** Without what a key's policy says of its own account. */
function foreign(statements: readonly StatementElement[]): StatementElement[] {
  return statements.filter(({ Principal }) => JSON.stringify(Principal).includes(OTHER_ACCOUNT));
}

function assertAccessTokensOnly(
  statements: readonly StatementElement[],
  forbidden = /credential|clients/,
): void {
  for (const statement of statements) {
    const text = JSON.stringify(statement);
    expect(text).not.toMatch(forbidden);
    expect([statement.Action].flat()).toSatisfy((actions: string[]) =>
      actions.every((action) => ['secretsmanager:GetSecretValue', 'kms:Decrypt'].includes(action)),
    );
    const isOnKey = text.includes('kms:Decrypt');
    if (isOnKey) expect(statement.Condition).toHaveProperty('StringLike');
  }
}

/** A secret's policy, where there is any, is one of an access token's. */
function assertNoOtherPolicy(stack: Stack): void {
  const policies = Template.fromStack(stack).findResources('AWS::SecretsManager::ResourcePolicy');
  for (const { Properties } of Object.values(policies)) {
    expect(Properties.SecretId.Ref).toMatch(/^ZohoSecretsAccessToken/);
  }
}
