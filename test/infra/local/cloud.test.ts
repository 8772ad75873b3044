// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of Fn::Sub
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../../../infra/local/clock.ts';
import { type Cloud, type DeployedStack, startCloud } from '../../../infra/local/cloud.ts';
import { DataFolder } from '../../../infra/local/data-folder.ts';
import { TemplateError } from '../../../infra/local/template.ts';

const LAMBDA_ARN = { 'Fn::GetAtt': ['Function', 'Arn'] };
const policyOf = (...statements: object[]) => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
});
const RESOURCES = {
  Key: {
    Type: 'AWS::KMS::Key',
    Properties: {
      KeyPolicy: policyOf(
        { Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } }, Action: 'kms:*' },
        { Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } }, Action: 'kms:Decrypt' },
      ),
    },
  },
  Alias: {
    Type: 'AWS::KMS::Alias',
    Properties: { AliasName: 'alias/primary', TargetKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
  },
  Secret: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { Name: 'zoho/crm/credential', KmsKeyId: { Ref: 'Key' } },
  },
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    },
  },
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 } },
      },
    },
  },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
        ],
      },
      Policies: [
        {
          PolicyName: 'inline',
          PolicyDocument: policyOf(
            { Action: 'secretsmanager:DescribeSecret', Resource: { Ref: 'Secret' } },
            { Action: 'lambda:InvokeFunction', Resource: LAMBDA_ARN },
          ),
        },
      ],
    },
  },
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Handler: 'index.handler',
      Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}' }, S3Key: 'abc123.zip' },
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Environment: {
        Variables: { TABLE: { Ref: 'Table' }, BUCKET: { Ref: 'Bucket' }, SECRET: { Ref: 'Secret' } },
      },
    },
  },
  InvokeConfig: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName: { Ref: 'Function' }, Qualifier: '$LATEST', MaximumRetryAttempts: 0 },
  },
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: LAMBDA_ARN, Id: 'Target0', Input: '{"tick":true}' }],
    },
  },
  RulePermission: permission('events.amazonaws.com', { 'Fn::GetAtt': ['Rule', 'Arn'] }),
  EventRule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['keeper'], detail: { kind: ['opened'] } },
      Targets: [
        { Arn: LAMBDA_ARN, Id: 'Target0' },
        {
          Arn: { Ref: 'Topic' },
          Id: 'Target1',
          InputTransformer: { InputPathsMap: { kind: '$.detail.kind' }, InputTemplate: '"<kind>"' },
        },
      ],
    },
  },
  EventRulePermission: permission('events.amazonaws.com', { 'Fn::GetAtt': ['EventRule', 'Arn'] }),
  Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
  TopicPolicy: {
    Type: 'AWS::SNS::TopicPolicy',
    Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: {} },
  },
  Subscription: {
    Type: 'AWS::SNS::Subscription',
    Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: 'admin@example.org' },
  },
  Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions: [{ Ref: 'Topic' }] } },
  Dashboard: { Type: 'AWS::CloudWatch::Dashboard', Properties: { DashboardBody: '{}' } },
  Pool: { Type: 'AWS::Cognito::UserPool', Properties: {} },
  Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Pool' } } },
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api' } },
  Resource: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: {
      ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      PathPart: 'status',
      RestApiId: { Ref: 'Api' },
    },
  },
  Authorizer: {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: { Type: 'COGNITO_USER_POOLS', ProviderARNs: [{ 'Fn::GetAtt': ['Pool', 'Arn'] }] },
  },
  Method: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      HttpMethod: 'GET',
      ResourceId: { Ref: 'Resource' },
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizerId: { Ref: 'Authorizer' },
      Integration: {
        Type: 'AWS_PROXY',
        Uri: {
          'Fn::Join': [
            '',
            ['arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/', LAMBDA_ARN, '/invocations'],
          ],
        },
      },
    },
  },
  Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { StageName: 'prod', RestApiId: { Ref: 'Api' } } },
  MethodPermission: permission('apigateway.amazonaws.com', {
    'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/${Stage}/GET/status',
  }),
};

function permission(principal: string, source: object, functionName: string | object = LAMBDA_ARN) {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: functionName,
      Principal: principal,
      SourceArn: source,
    },
  };
}
const TEMPLATE = {
  Resources: RESOURCES,
  Outputs: {
    SecretArn: { Value: { Ref: 'Secret' } },
    KeyId: { Value: { Ref: 'Key' } },
    TopicArn: { Value: { Ref: 'Topic' } },
  },
};

/** Tells its event in the log, asks Secrets Manager as its role, and answers what it was told by its environment. */
const BUNDLE = `
export const handler = async (event) => {
  if (event.fail) throw new Error('told to');
  console.log(JSON.stringify({ tick: event.tick ?? false, ...event.detail }));
  const scope = process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/secretsmanager/aws4_request';
  await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=' + scope + ', SignedHeaders=host, Signature=0',
      'x-amz-target': 'secretsmanager.DescribeSecret',
    },
    body: JSON.stringify({ SecretId: process.env.SECRET }),
  });
  const { TABLE, BUCKET, SECRET } = process.env;
  return { statusCode: 200, body: JSON.stringify({ TABLE, BUCKET, SECRET }) };
};`;

let folder: string;
let clock: VirtualClock;
let cloud: Cloud;
let stack: DeployedStack;
const onLog = vi.fn<(functionName: string, line: string) => void>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloud-'));
  mkdirSync(join(folder, 'assembly', 'asset.abc123'), { recursive: true });
  writeFileSync(join(folder, 'assembly', 'asset.abc123', 'index.mjs'), BUNDLE);
  await start();
});
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  clock = new VirtualClock();
  const data = DataFolder.open(join(folder, 'data'), { fresh: false });
  cloud = await startCloud({ clock, data, onLog, apiPort: 0 });
  stack = await cloud.deploy(TEMPLATE, join(folder, 'assembly'));
}

async function stop(): Promise<void> {
  await cloud.close();
  clock.stop();
}

function callApi(): Promise<Response> {
  return fetch(`${cloud.api}/status`, { headers: { authorization: `Bearer ${stack.adminToken}` } });
}

describe('a template on this machine', () => {
  it('answers its API, for the administrator only, with the names of what stands', async () => {
    expect((await fetch(`${cloud.api}/status`)).status).toBe(401);
    const response = await callApi();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      TABLE: 'Table',
      BUCKET: 'bucket',
      SECRET: expect.stringMatching(
        /^arn:aws:secretsmanager:us-east-1:000000000000:secret:zoho\/crm\/credential-/,
      ),
    });
  });

  it('knows each caller by its function', async () => {
    cloud.journal.clear();
    await callApi();
    expect(cloud.journal.entries).toMatchObject([
      { principal: 'Function', service: 'secretsmanager', operation: 'DescribeSecret', status: 200 },
    ]);
  });

  it('fires its schedules once it is let', async () => {
    onLog.mockClear();
    const fired = new Promise<string>((resolve) => onLog.mockImplementationOnce((_, line) => resolve(line)));
    stack.start();
    expect(await fired).toBe('{"tick":true}');
  });

  it('hands an event on its bus to the function that a rule names', async () => {
    onLog.mockClear();
    const heard = new Promise<string>((resolve) => onLog.mockImplementationOnce((_, line) => resolve(line)));
    const event = (kind: string) => ({
      Source: 'keeper',
      DetailType: 'Incident',
      Detail: `{"kind":"${kind}"}`,
    });
    const input = { Entries: [event('closed'), event('opened')] };
    await cloud.bus.call({ operation: 'PutEvents', input, principal: 'Function' });
    expect(JSON.parse(await heard)).toEqual({ tick: false, kind: 'opened' });
  });

  it('repeats an event that failed as often as the template says: here not at all', async () => {
    onLog.mockClear();
    const outcome = await cloud.lambda.invokeAsync('Function', { fail: true });
    expect(outcome).toEqual({ kind: 'dropped', reason: 'Error: told to' });
    expect(onLog.mock.calls.filter(([, line]) => line.includes('FUNCTION_FAILED'))).toHaveLength(1);
  });

  it('resolves its outputs', () => {
    expect(stack.outputs).toEqual({
      SecretArn: expect.stringContaining('secret:zoho/crm/credential'),
      KeyId: expect.any(String),
      TopicArn: 'arn:aws:sns:us-east-1:000000000000:Topic',
    });
  });

  it('keeps what is put into a bucket for as long as the template says', async () => {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new S3Client({ endpoint: cloud.endpoint, region: 'us-east-1', credentials });
    const input = { Bucket: 'bucket', Key: 'crm.json' };
    const { VersionId } = await client.send(new PutObjectCommand({ ...input, Body: '{}' }));
    const deleted = client.send(new DeleteObjectCommand({ ...input, VersionId }));
    await expect(deleted).rejects.toMatchObject({ name: 'AccessDenied' });
    const { ObjectLockRetainUntilDate: until } = await client.send(new HeadObjectCommand(input));
    const days = ((until?.getTime() ?? 0) - clock.nowMs()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });

  it('sends mail as whom it was told, from then on', async () => {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new SESClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials });
    const mail = new SendEmailCommand({
      Source: 'keeper@example.com',
      Destination: { ToAddresses: ['admin@example.org'] },
      Message: { Subject: { Data: 'Zoho is down' }, Body: { Text: { Data: 'Do this' } } },
    });
    await expect(client.send(mail)).rejects.toThrow('in region US-EAST-1: keeper@example.com');
    cloud.ses.verify('keeper@example.com');
    await client.send(mail);
    expect(await cloud.ses.sent()).toMatchObject([{ subject: 'Zoho is down', to: ['admin@example.org'] }]);
    expect(await (await fetch(`${cloud.inbox}/store`)).text()).toContain('Zoho is down');
  });

  it('comes back after a restart as it was: same names, same keys, same values, same endpoint', async () => {
    const before = { outputs: stack.outputs, endpoint: cloud.endpoint };
    const call = (operation: string, input: object) =>
      cloud.secretsManager.service({ operation, input, principal: 'operator' });
    await call('PutSecretValue', { SecretId: 'zoho/crm/credential', SecretString: 'kept' });
    await stop();
    await start();
    expect({ outputs: stack.outputs, endpoint: cloud.endpoint }).toEqual(before);
    expect(await call('GetSecretValue', { SecretId: 'zoho/crm/credential' })).toMatchObject({
      SecretString: 'kept',
    });
  });

  it.each([
    [
      'a type that the twin does not know',
      { Queue: { Type: 'AWS::SQS::Queue' } },
      /^Queue is of the type AWS::SQS::Queue/,
    ],
    [
      'a schedule that it does not know',
      {
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { ScheduleExpression: 'cron(0 1 * * ? *)', Targets: [] },
        },
      },
      /^Rule has the schedule cron/,
    ],
    [
      'an event pattern that it does not know',
      {
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: { EventPattern: { source: [{ prefix: 'aws.' }] }, Targets: [] },
        },
      },
      /^Rule matches EventPattern.source by prefix/,
    ],
    [
      'a rule that nothing fires',
      { Rule: { Type: 'AWS::Events::Rule', Properties: { Targets: [] } } },
      /^Rule cannot be brought up: .*either a ScheduleExpression or an EventPattern/,
    ],
    [
      'a target that it does not know',
      {
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            EventPattern: { source: ['a'] },
            Targets: [{ Arn: 'arn:aws:sqs:us-east-1:000000000000:queue', Id: 'Target0' }],
          },
        },
      },
      /^Rule targets arn:aws:sqs/,
    ],
    [
      'a function whose event is to be transformed',
      {
        ...RESOURCES,
        EventRule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            EventPattern: { source: ['a'] },
            Targets: [{ Arn: LAMBDA_ARN, Id: 'Target0', InputTransformer: { InputTemplate: '"a"' } }],
          },
        },
      },
      /^EventRule has an InputTransformer for Function/,
    ],
    [
      'a bundle that is missing',
      {
        Other: {
          Type: 'AWS::Lambda::Function',
          Properties: { Handler: 'index.handler', Code: { S3Key: 'gone.zip' } },
        },
      },
      /^Other's bundle is missing/,
    ],
    [
      'a property of a bucket that it does not know',
      { Bucket: { Type: 'AWS::S3::Bucket', Properties: { ReplicationConfiguration: {} } } },
      /^Bucket cannot be brought up/,
    ],
    [
      'Object Lock without a default retention',
      { Bucket: { Type: 'AWS::S3::Bucket', Properties: { ObjectLockEnabled: true } } },
      /^Bucket cannot be brought up/,
    ],
    [
      'a mocked integration',
      {
        ...RESOURCES,
        Method: {
          Type: 'AWS::ApiGateway::Method',
          Properties: {
            HttpMethod: 'OPTIONS',
            ResourceId: { Ref: 'Resource' },
            Integration: { Type: 'MOCK' },
          },
        },
      },
      /^Method cannot be brought up/,
    ],
    [
      'a rule that may not invoke its target',
      { ...RESOURCES, RulePermission: permission('events.amazonaws.com', LAMBDA_ARN) },
      /rule\/Rule may not invoke Function/,
    ],
    [
      'a rule by event that may not invoke its target',
      { ...RESOURCES, EventRulePermission: RESOURCES.RulePermission },
      /rule\/EventRule may not invoke Function/,
    ],
    [
      'a rule that may only invoke another',
      {
        ...RESOURCES,
        RulePermission: permission('events.amazonaws.com', { 'Fn::GetAtt': ['Rule', 'Arn'] }, 'Other'),
      },
      /rule\/Rule may not invoke Function/,
    ],
    [
      'a rule whose permission is another service’s',
      {
        ...RESOURCES,
        RulePermission: permission('apigateway.amazonaws.com', { 'Fn::GetAtt': ['Rule', 'Arn'] }),
      },
      /rule\/Rule may not invoke Function/,
    ],
    [
      'a route that may not',
      { ...RESOURCES, MethodPermission: RESOURCES.RulePermission },
      /Api\/prod\/GET\/status may not invoke Function/,
    ],
    [
      'a policy that it cannot enforce',
      {
        ...RESOURCES,
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: policyOf({ NotAction: 'kms:*' }) },
        },
      },
      /^A policy of Role cannot be enforced/,
    ],
  ])('is refused for %s: nothing is silently missing', async (_, Resources, message) => {
    const deployed = cloud.deploy({ Resources }, join(folder, 'assembly'));
    await expect(deployed).rejects.toThrow(TemplateError);
    await expect(deployed).rejects.toThrow(message);
  });
});
