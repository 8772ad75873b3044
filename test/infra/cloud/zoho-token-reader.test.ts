import { App, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, it } from 'vitest';
import { TokenReaderError, ZohoTokenReader, type ZohoTokenReaderProps } from '../../../infra/cloud/index.ts';
import { statementsOf } from './embedding.ts';

const HERE = { account: '111122223333', region: 'eu-central-1' };
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY_ARN = `arn:aws:kms:eu-central-1:111122223333:key/${KEY}`;
const FOREIGN_KEY_ARN = `arn:aws:kms:eu-west-1:444455556666:key/mrk-${KEY.replaceAll('-', '')}`;
const FOREIGN_SECRET = 'arn:aws:secretsmanager:eu-west-1:444455556666:secret:zoho/crm/access-token';

function openStack(env: object | null = HERE): Stack {
  const app = new App({ context: { '@aws-cdk/core:enablePartitionLiterals': true } });
  return new Stack(app, 'Reports', env === null ? {} : { env });
}

function readerIn(stack: Stack, props: ZohoTokenReaderProps): ZohoTokenReader {
  return ZohoTokenReader.fromSecretName(stack, 'Crm', props);
}

describe('the secret id of a reader', () => {
  it('is the name in the keeper’s own account and region', () => {
    expect(readerIn(openStack(), { connection: 'crm', keyArn: KEY_ARN }).secretId).toBe(
      'zoho/crm/access-token',
    );
  });

  it.each([
    ['another account', FOREIGN_KEY_ARN, HERE, FOREIGN_SECRET],
    [
      'another region',
      KEY_ARN.replace('eu-central-1', 'us-east-1'),
      HERE,
      'arn:aws:secretsmanager:us-east-1:111122223333:secret:zoho/crm/access-token',
    ],
    ['a stack that may be deployed anywhere', FOREIGN_KEY_ARN, null, FOREIGN_SECRET],
    [
      'another partition',
      FOREIGN_KEY_ARN.replace('aws:kms:eu-west-1', 'aws-us-gov:kms:us-gov-west-1'),
      HERE,
      'arn:aws-us-gov:secretsmanager:us-gov-west-1:444455556666:secret:zoho/crm/access-token',
    ],
  ])('is the ARN, as far as it is known, seen from %s', (_where, keyArn, env, expected) => {
    expect(readerIn(openStack(env), { connection: 'crm', keyArn }).secretId).toBe(expected);
  });

  it('is the same by the secret’s name', () => {
    const props = { secretName: 'zoho/crm/access-token', keyArn: FOREIGN_KEY_ARN };
    expect(readerIn(openStack(), props).secretId).toBe(FOREIGN_SECRET);
  });

  it('goes by what is said where the key’s ARN is not known yet', () => {
    const stack = openStack();
    const { keyArn } = new Key(stack, 'Key');
    expect(readerIn(stack, { connection: 'crm', keyArn }).secretId).toBe('zoho/crm/access-token');
    const place = { account: '444455556666', region: 'eu-west-1' };
    const elsewhere = ZohoTokenReader.fromSecretName(stack, 'Other', { connection: 'crm', keyArn, ...place });
    expect(elsewhere.secretId).toBe(FOREIGN_SECRET);
  });
});

describe('a reader’s grant', () => {
  it('allows to read this secret, and to use the key through Secrets Manager for this secret only', () => {
    const stack = openStack();
    const consumer = new Role(stack, 'Consumer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    readerIn(stack, { connection: 'crm', keyArn: FOREIGN_KEY_ARN }).grantRead(consumer).assertSuccess();
    expect(statementsOf(stack, 'AWS::IAM::Policy', 'Consumer', 'PolicyDocument')).toEqual([
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: `${FOREIGN_SECRET}-??????` },
      {
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: FOREIGN_KEY_ARN,
        Condition: {
          StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
          StringLike: { 'kms:EncryptionContext:SecretARN': `${FOREIGN_SECRET}-??????` },
        },
      },
    ]);
  });
});

describe('what a reader cannot be made from', () => {
  const good = { connection: 'crm', keyArn: KEY_ARN };
  it.each<[string, object, string]>([
    [
      'the name of a credential',
      { secretName: 'zoho/crm/credential', keyArn: KEY_ARN },
      'secretName: expected zoho/<connection>/access-token; no other',
    ],
    [
      'the name of a client',
      { secretName: 'zoho/clients/main', keyArn: KEY_ARN },
      'secretName: expected zoho/',
    ],
    [
      'a client in place of a connection',
      { secretName: 'zoho/clients/access-token', keyArn: KEY_ARN },
      'secretName: ',
    ],
    ['a pattern', { ...good, connection: '*' }, 'connection: expected 1 to 40 characters'],
    [
      'neither connection nor name',
      { keyArn: KEY_ARN },
      '(top level): expected either connection or secretName',
    ],
    ['both', { ...good, secretName: 'zoho/crm/access-token' }, '(top level): expected either'],
    [
      'an alias',
      { ...good, keyArn: 'arn:aws:kms:eu-central-1:111122223333:alias/zoho-token-recovery/primary' },
      'keyArn: expected the ARN of the keeper’s primary key',
    ],
    [
      'a key in China',
      { ...good, keyArn: KEY_ARN.replace('aws:kms:eu-central-1', 'aws-cn:kms:cn-north-1') },
      'partitions other than aws and aws-us-gov are not supported',
    ],
    ['a key’s id', { ...good, keyArn: KEY }, 'keyArn: expected the ARN'],
    ['an account that is none', { ...good, account: '1111' }, 'account: expected the twelve digits'],
    [
      'another account than the key’s',
      { ...good, account: '444455556666' },
      'account: expected 111122223333, where the key is, or nothing',
    ],
    [
      'another region than the key’s',
      { ...good, region: 'us-east-1' },
      'region: expected eu-central-1, where the key is',
    ],
    ['a region that is none', { ...good, region: 'Europe' }, 'region: expected a region'],
    ['what it does not know', { ...good, kmsKey: KEY }, '(top level): Unrecognized key: "kmsKey"'],
  ])('is told at synthesis: %s', (_what, props, expected) => {
    const make = () => readerIn(openStack(), props as ZohoTokenReaderProps);
    expect(make).toThrow(TokenReaderError);
    expect(make).toThrow('Reports/Crm cannot read an access token:\n');
    expect(make).toThrow(expected);
  });
});
