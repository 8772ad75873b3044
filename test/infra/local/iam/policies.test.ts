import { describe, expect, it } from 'vitest';
import { OPERATOR } from '../../../../infra/local/aws/access-keys.ts';
import type { FunctionDefinition } from '../../../../infra/local/lambda/definition.ts';
import type { ProvisionContext } from '../../../../infra/local/provision/context.ts';
import { readEncryptionKeys } from '../../../../infra/local/provision/encryption-keys.ts';
import { readPolicies } from '../../../../infra/local/provision/policies.ts';
import { parseTemplate, TemplateError, TemplateResolver } from '../../../../infra/local/template.ts';

const account = { accountId: '000000000000', region: 'us-east-1', endpoint: '' };
const BASIC_EXECUTION = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

function documentOf(...statements: object[]): object {
  const complete = statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement }));
  return { Version: '2012-10-17', Statement: complete };
}

function trusting(service: string): object {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  };
}

const ROLE = {
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: trusting('lambda.amazonaws.com') },
};
const FUNCTION = {
  Type: 'AWS::Lambda::Function',
  Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
};
const RESOURCES = { Role: ROLE, Function: FUNCTION };

/** A template of which everything stands: a resource's ARN is `arn:<its logical id>`, a role's is one of IAM. */
function contextOf(Resources: object): ProvisionContext {
  const template = parseTemplate({ Resources });
  const resolver = new TemplateResolver(template, account);
  const functions = new Map<string, FunctionDefinition>();
  for (const [logicalId, { Type }] of Object.entries(template.Resources)) {
    const isRole = Type === 'AWS::IAM::Role';
    const Arn = isRole ? `arn:aws:iam::${account.accountId}:role/${logicalId}` : `arn:${logicalId}`;
    resolver.provide(logicalId, { ref: logicalId, attributes: { Arn } });
    if (Type === 'AWS::Lambda::Function') {
      functions.set(logicalId, { name: `name-of-${logicalId}` } as FunctionDefinition);
    }
  }
  return { account, template, resolver, functions } as unknown as ProvisionContext;
}

const withRole = (properties: object) => ({
  ...RESOURCES,
  Role: { ...ROLE, Properties: { ...ROLE.Properties, ...properties } },
});

describe('the policies of a template', () => {
  it('are those of each function’s role, inline and attached, in this order', () => {
    const attached = (type: string, Roles: object[], action: string) => ({
      Type: type,
      Properties: { Roles, PolicyDocument: documentOf({ Action: action }) },
    });
    const { principals, roles } = readPolicies(
      contextOf({
        ...withRole({
          Policies: [{ PolicyName: 'inline', PolicyDocument: documentOf({ Action: 'kms:*', Sid: 'Keys' }) }],
          ManagedPolicyArns: [BASIC_EXECUTION],
        }),
        Attached: attached('AWS::IAM::Policy', [{ Ref: 'Role' }], 'dynamodb:*'),
        Overflow: attached('AWS::IAM::ManagedPolicy', [{ Ref: 'Role' }], 's3:*'),
        Foreign: attached('AWS::IAM::Policy', [{ Ref: 'Other' }], 'ses:*'),
        Other: { ...ROLE },
      }),
    );
    expect(principals.get('name-of-Function')).toEqual({
      arn: 'arn:aws:sts::000000000000:assumed-role/Role/name-of-Function',
      principalArn: 'arn:aws:iam::000000000000:role/Role',
      accountId: '000000000000',
      role: 'Role',
    });
    expect(roles.get('Role')?.map(({ name, actions }) => [name, actions[0]?.text])).toEqual([
      ['Keys', 'kms:*'],
      ['1', 'dynamodb:*'],
      ['2', 's3:*'],
      ['3', 'logs:CreateLogGroup'],
    ]);
    expect([...roles.keys()].sort()).toEqual(['Role', OPERATOR]);
  });

  it('give nothing to a function without a role', () => {
    const { principals, roles } = readPolicies(contextOf({ Function: { Type: 'AWS::Lambda::Function' } }));
    expect(roles.get(principals.get('name-of-Function')?.role ?? '')).toBeUndefined();
  });

  it('are those of keys, tables, secrets and buckets', () => {
    const policy = documentOf({ Principal: '*', Action: 's3:*' });
    const { resources } = readPolicies(
      contextOf({
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policy } },
        BareKey: { Type: 'AWS::KMS::Key' },
        Table: { Type: 'AWS::DynamoDB::Table', Properties: { ResourcePolicy: { PolicyDocument: policy } } },
        BareTable: { Type: 'AWS::DynamoDB::Table' },
        Secret: { Type: 'AWS::SecretsManager::Secret' },
        SecretPolicy: {
          Type: 'AWS::SecretsManager::ResourcePolicy',
          Properties: { SecretId: 'arn:secret', ResourcePolicy: policy, BlockPublicPolicy: true },
        },
        Bucket: { Type: 'AWS::S3::Bucket' },
        BucketPolicy: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: { Bucket: { Ref: 'Bucket' }, PolicyDocument: policy },
        },
      }),
    );
    expect([...resources].map(([arn, { isRequired }]) => [arn, isRequired])).toEqual([
      ['arn:Key', true],
      ['arn:Table', false],
      ['arn:secret', false],
      ['arn:aws:s3:::Bucket', false],
    ]);
  });

  it('stay unread when only a service of AWS’s takes their role', () => {
    const other = {
      AssumeRolePolicyDocument: trusting('apigateway.amazonaws.com'),
      ManagedPolicyArns: ['arn:x'],
    };
    const read = readPolicies(
      contextOf({ ...RESOURCES, Other: { Type: 'AWS::IAM::Role', Properties: other } }),
    );
    expect(read.roles.has('Other')).toBe(false);
  });

  it.each<[string, object, RegExp]>([
    [
      'a role that Lambda may not take',
      withRole({ AssumeRolePolicyDocument: trusting('apigateway.amazonaws.com') }),
      /^Role cannot be assumed by lambda.amazonaws.com/,
    ],
    [
      'a role that is not of the template',
      { Function: { ...FUNCTION, Properties: { Role: 'arn:aws:iam::000000000000:role/Foreign' } } },
      /^Function has the role arn:aws:iam::000000000000:role\/Foreign/,
    ],
    [
      'a managed policy that the twin does not know',
      withRole({ ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
      /^Role has the managed policy arn:aws:iam::aws:policy\/AdministratorAccess/,
    ],
    ['a permissions boundary', withRole({ PermissionsBoundary: 'arn:x' }), /^Role cannot be brought up/],
    [
      'a policy of a user',
      {
        ...RESOURCES,
        Policy: { Type: 'AWS::IAM::Policy', Properties: { Users: ['me'], PolicyDocument: documentOf() } },
      },
      /^Policy cannot be brought up/,
    ],
  ])('stop the twin at %s', (_, resources, message) => {
    const read = () => readPolicies(contextOf(resources));
    expect(read).toThrow(TemplateError);
    expect(read).toThrow(message);
  });
});

describe('the keys of what is stored', () => {
  const KEY = { 'Fn::GetAtt': ['Key', 'Arn'] };
  const bucket = (byDefault: object, differing: object = {}) => ({
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: byDefault, ...differing }],
      },
    },
  });
  const table = (SSESpecification?: object) => ({
    Type: 'AWS::DynamoDB::Table',
    Properties: SSESpecification ? { SSESpecification } : {},
  });

  it('are known where a bucket or a table has one of the account’s', () => {
    const byKey = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY };
    const keys = readEncryptionKeys(
      contextOf({
        Key: { Type: 'AWS::KMS::Key' },
        Bucket: bucket(byKey),
        Saving: bucket(byKey, { BucketKeyEnabled: true }),
        OfS3: bucket({ SSEAlgorithm: 'AES256' }),
        Plain: { Type: 'AWS::S3::Bucket' },
        Table: table({ SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY }),
        OfDynamoDb: table({ SSEEnabled: true }),
        PlainTable: table(),
      }),
    );
    expect([...keys]).toEqual([
      ['arn:Bucket', { key: 'arn:Key', isOfWhole: false }],
      ['arn:Saving', { key: 'arn:Key', isOfWhole: true }],
      ['arn:Table', { key: 'arn:Key', isOfWhole: true }],
    ]);
  });

  it('stop the twin at an encryption that it does not know', () => {
    const resources = { Bucket: bucket({ SSEAlgorithm: 'AES256' }, { Strange: true }) };
    expect(() => readEncryptionKeys(contextOf(resources))).toThrow(/^Bucket cannot be brought up/);
  });
});
