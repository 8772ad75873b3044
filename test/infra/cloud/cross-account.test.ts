import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZohoTokenReader } from '../../../infra/cloud/index.ts';
import { evaluate } from '../../../infra/local/iam/evaluate.ts';
import { parsePolicies, type Statement } from '../../../infra/local/iam/policy-document.ts';
import { embed, openWorkplace, type Workplace } from './embedding.ts';

const KEEPER = { account: '111122223333', region: 'eu-central-1' };
const CONSUMER = { account: '444455556666', region: 'eu-central-1' };
const KEY_ARN = `arn:aws:kms:eu-central-1:${KEEPER.account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const PARTITION_LITERALS = { '@aws-cdk/core:enablePartitionLiterals': true };
const CALLER = {
  arn: `arn:aws:sts::${CONSUMER.account}:assumed-role/consumer/function`,
  principalArn: `arn:aws:iam::${CONSUMER.account}:role/consumer`,
  accountId: CONSUMER.account,
};

/** As CDK made them on either side. */
interface Sides {
  readonly identity: readonly Statement[];
  readonly secret: readonly Statement[];
  readonly key: readonly Statement[];
}

let workplace: Workplace;
let sides: Sides;
beforeAll(() => {
  workplace = openWorkplace();
  const keeper = workplace.openStack({ env: KEEPER, context: PARTITION_LITERALS });
  embed(keeper).grantReadAccessToken(new AccountPrincipal(CONSUMER.account), 'crm');
  const consumer = workplace.openStack({ env: CONSUMER, context: PARTITION_LITERALS });
  const role = new Role(consumer, 'Consumer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  ZohoTokenReader.fromSecretName(consumer, 'Crm', { connection: 'crm', keyArn: KEY_ARN }).grantRead(role);
  sides = {
    identity: statementsIn(consumer, 'AWS::IAM::Policy', 'Consumer', 'PolicyDocument'),
    secret: statementsIn(keeper, 'AWS::SecretsManager::ResourcePolicy', 'Zoho', 'ResourcePolicy'),
    key: statementsIn(keeper, 'AWS::KMS::Key', 'ZohoSecretsPrimaryKey', 'KeyPolicy'),
  };
});
afterAll(() => workplace.dispose());

function statementsIn(stack: Stack, type: string, prefix: string, property: string): readonly Statement[] {
  const documents = Object.entries(Template.fromStack(stack).findResources(type))
    .filter(([logicalId]) => logicalId.startsWith(prefix))
    .map(([, { Properties }]) => Properties[property]);
  expect(documents).toHaveLength(1);
  return parsePolicies(type === 'AWS::IAM::Policy' ? 'identity' : 'resource', prefix, documents);
}

const arnOf = (name: string) => `arn:aws:secretsmanager:eu-central-1:${KEEPER.account}:secret:${name}-AbCdEf`;

/** What comes of reading a secret: the secret itself, then its key by Secrets Manager on the caller's behalf. */
function read(name: string, { identity, secret, key }: Sides): string[] {
  const secretRequest = { action: 'secretsmanager:GetSecretValue', resource: arnOf(name), context: {} };
  const keyRequest = {
    action: 'kms:Decrypt',
    resource: KEY_ARN,
    context: {
      'kms:viaservice': 'secretsmanager.eu-central-1.amazonaws.com',
      'kms:encryptioncontext:secretarn': arnOf(name),
      'kms:calleraccount': CONSUMER.account,
    },
  };
  const decisions = [
    evaluate(CALLER, secretRequest, { identity, resource: { statements: secret, isRequired: false } }),
    evaluate(CALLER, keyRequest, { identity, resource: { statements: key, isRequired: true } }),
  ];
  return decisions.map((decision) =>
    decision.kind === 'allowed' ? 'allowed' : `denied by ${decision.policy}`,
  );
}

describe('another account’s consumer', () => {
  it('reads the access token when both sides allow it', () => {
    expect(read('zoho/crm/access-token', sides)).toEqual(['allowed', 'allowed']);
  });

  it.each<[string, Partial<Sides>, string[]]>([
    ['its own', { identity: [] }, ['denied by identity', 'denied by identity']],
    ['the secret’s', { secret: [] }, ['denied by resource', 'allowed']],
    ['the key’s', { key: [] }, ['allowed', 'denied by resource']],
  ])('cannot without %s policy', (_whose, missing, expected) => {
    expect(read('zoho/crm/access-token', { ...sides, ...missing })).toEqual(expected);
  });

  it.each(['zoho/crm/credential', 'zoho/clients/main', 'zoho/books/access-token'])(
    'P9: cannot read %s, even if that secret had the same policy',
    (name) => {
      expect(read(name, sides)).toEqual(['denied by identity', 'denied by resource']);
    },
  );
});
