import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditAnchor } from '../../../infra/cloud/audit-anchor.ts';
import { AuditTable } from '../../../infra/cloud/audit-table.ts';
import { KeeperFunction } from '../../../infra/cloud/keeper-function.ts';
import { StateTable } from '../../../infra/cloud/state-table.ts';
import { createApp } from '../../../infra/cloud/synthesize.ts';

let folder: string;
let template: Template;

/** The audit in a stack of its own: its table, what seals it, and a function that reads it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'audit-'));
  const directory = join(folder, 'code');
  mkdirSync(directory);
  writeFileSync(join(directory, 'index.mjs'), '');
  const app = createApp(join(folder, 'out'));
  const stack = new Stack(app, 'Audit');
  const tables = { stateTable: new StateTable(stack, 'State'), auditTable: new AuditTable(stack, 'Audit') };
  const aFunction = (id: string) =>
    new KeeperFunction(stack, id, {
      bundle: { name: 'anchor', directory },
      description: id,
      timeout: Duration.minutes(1),
      ...tables,
    });
  const anchor = aFunction('Anchor');
  new AuditAnchor(stack, 'AuditAnchor', { anchor, auditTable: tables.auditTable });
  aFunction('Reader').allow(tables.auditTable.listStatement());
  // A finding of cdk-nag fails it all.
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  template = Template.fromStack(stack);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [TABLE, KEY] = [/^AuditTable/, /^AuditAnchorKey/];

function only(type: string, id: RegExp): { DeletionPolicy: string; Properties: Record<string, unknown> } {
  const found = Object.entries(template.findResources(type)).filter(([logicalId]) => id.test(logicalId));
  expect(found).toHaveLength(1);
  return found[0]?.[1] as { DeletionPolicy: string; Properties: Record<string, unknown> };
}

/** What a function's role may do, as CloudFormation resolves it, without its log and its traces. */
function statementsOf(functionId: string): { Action: unknown; Resource: unknown }[] {
  const { PolicyDocument } = only('AWS::IAM::Policy', new RegExp(`^${functionId}Role`)).Properties;
  const { Statement } = PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] };
  return Statement.filter(({ Action }) => !/logs:|xray:/.test(JSON.stringify(Action)));
}

const arnOf = (logicalId: RegExp) => ({ 'Fn::GetAtt': [expect.stringMatching(logicalId), 'Arn'] });

describe('P7: the audit table', () => {
  it('is a chain per connection, and a list by day over all of them', () => {
    expect(only('AWS::DynamoDB::Table', TABLE).Properties).toMatchObject({
      KeySchema: [
        { AttributeName: 'connection', KeyType: 'HASH' },
        { AttributeName: 'sequence', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'connection', AttributeType: 'S' },
        { AttributeName: 'sequence', AttributeType: 'N' },
        { AttributeName: 'day', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byDay',
          KeySchema: [
            { AttributeName: 'day', KeyType: 'HASH' },
            { AttributeName: 'at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    });
  });

  it('cannot be deleted by mistake, and can be had back as of any second', () => {
    const { DeletionPolicy, Properties } = only('AWS::DynamoDB::Table', TABLE);
    expect(DeletionPolicy).toBe('Retain');
    expect(Properties).toMatchObject({
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(Properties).not.toHaveProperty('TimeToLiveSpecification');
  });

  it('lets nobody at all change or delete an entry, and locks nobody out of the policy that says so', () => {
    const { ResourcePolicy } = only('AWS::DynamoDB::Table', TABLE).Properties;
    expect(ResourcePolicy).toEqual({
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'AppendOnly',
            Effect: 'Deny',
            Principal: '*',
            Action: [
              'dynamodb:BatchWriteItem',
              'dynamodb:DeleteItem',
              'dynamodb:DeleteTable',
              'dynamodb:PartiQLDelete',
              'dynamodb:PartiQLInsert',
              'dynamodb:PartiQLUpdate',
              'dynamodb:UpdateItem',
              'dynamodb:UpdateTimeToLive',
            ],
            Resource: '*',
          },
        ],
      },
    });
  });

  it('is for readers to query, also by day, and for nothing else', () => {
    expect(statementsOf('Reader')).toEqual([
      {
        Effect: 'Allow',
        Action: 'dynamodb:Query',
        Resource: [arnOf(TABLE), { 'Fn::Join': ['', [arnOf(TABLE), '/index/byDay']] }],
      },
    ]);
  });
});

describe('P7: what seals the audit', () => {
  it('is a key for MACs that is kept when the stack goes', () => {
    const { DeletionPolicy, Properties } = only('AWS::KMS::Key', KEY);
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(Properties).toMatchObject({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
  });

  it('is one function alone: also nobody else whose role allows it', () => {
    const { KeyPolicy } = only('AWS::KMS::Key', KEY).Properties;
    expect((KeyPolicy as { Statement: unknown[] }).Statement).toContainEqual({
      Sid: 'OnlyTheAnchorSeals',
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:GenerateMac',
      Resource: '*',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': arnOf(/^AnchorRole/) } },
    });
  });

  it('may make seals and add them to the chains, and no more', () => {
    expect(statementsOf('Anchor')).toEqual([
      { Effect: 'Allow', Action: 'kms:GenerateMac', Resource: arnOf(KEY) },
      { Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:Query'], Resource: arnOf(TABLE) },
    ]);
  });

  it('knows its key, and is called once a day', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          AUDIT_KEY_ID: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AuditAnchorKey'), 'Arn'] },
        }),
      },
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 day)',
      State: 'ENABLED',
      Targets: [
        Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AnchorFunction'), 'Arn'] } }),
      ],
    });
  });
});
