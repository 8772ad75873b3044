import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { GatewayResponses } from '../../../infra/cloud/gateway-responses.ts';
import { createDynamoDbService } from '../../../infra/local/aws/dynamodb-client.ts';
import { startDynamoDb } from '../../../infra/local/aws/emulators.ts';
import { VirtualClock } from '../../../infra/local/clock.ts';
import { type Cloud, startCloud } from '../../../infra/local/cloud.ts';
import { DataFolder } from '../../../infra/local/data-folder.ts';
import type { ProvisionContext } from '../../../infra/local/provision/context.ts';
import { provisionTable } from '../../../infra/local/provision/tables.ts';
import { TemplateError } from '../../../infra/local/template.ts';

/** Answers the query's `do`: fails, answers no response, or tells the address that it was given. */
const BUNDLE = `
export const handler = async ({ queryStringParameters: query }) => {
  if (query?.do === 'fail') throw new Error('a secret');
  if (query?.do === 'nothing') return null;
  return { statusCode: 200, body: process.env.ADDRESS };
};`;

let folder: string;
let clock: VirtualClock;
let cloud: Cloud;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'provision-'));
  clock = new VirtualClock();
  const data = DataFolder.open(join(folder, 'data'), { fresh: false });
  cloud = await startCloud({ clock, data, onLog: () => {}, apiPort: 0 });
  const { template, directory } = synthesize();
  await cloud.deploy(template, directory);
});
afterAll(async () => {
  await cloud.close();
  clock.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** An API with answers of its own, and a function that is told the API's address. */
function synthesize() {
  const code = join(folder, 'code');
  mkdirSync(code);
  writeFileSync(join(code, 'index.mjs'), BUNDLE);
  const app = new App({ outdir: join(folder, 'assembly') });
  const stack = new Stack(app, 'Stack');
  const api = new RestApi(stack, 'Api', { cloudWatchRole: false });
  new GatewayResponses(stack, 'Responses', api);
  const address = `https://${api.restApiId}.execute-api.${stack.region}.${stack.urlSuffix}/prod/told`;
  const lambda = new LambdaFunction(stack, 'Function', {
    runtime: Runtime.NODEJS_LATEST,
    handler: 'index.handler',
    code: Code.fromAsset(code),
    environment: { ADDRESS: address },
  });
  api.root.addResource('told').addMethod('GET', new LambdaIntegration(lambda));
  const assembly = app.synth();
  return {
    template: assembly.getStackArtifact(stack.artifactId).template as unknown,
    directory: assembly.directory,
  };
}

describe('a function', () => {
  it('is told the address of the API that stands before it, as it is served here', async () => {
    const response = await fetch(`${cloud.api}/told`);
    expect(await response.text()).toBe(`${cloud.api}/told`);
  });
});

describe('the gateway’s own answers', () => {
  it.each([
    ['/nowhere', 404, 'no-such-route'],
    ['/told?do=fail', 502, 'function-failed'],
    ['/told?do=nothing', 502, 'function-failed'],
  ])('are those of the template: %s', async (path, status, name) => {
    const response = await fetch(`${cloud.api}${path}`);
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.stringMatching(/^max-age=\d+$/),
    });
    expect(await response.json()).toEqual({
      type: `urn:zoho-token-recovery:problem:${name}`,
      title: expect.any(String),
      status,
      detail: expect.any(String),
      requestId: response.headers.get('x-amzn-requestid'),
    });
  });

  const api = { Type: 'AWS::ApiGateway::RestApi' };
  it.each([
    ['a variable', { ResponseTemplates: { 'application/json': '{"m":$context.error.messageString}' } }],
    [
      'a header from the request',
      { ResponseParameters: { 'gatewayresponse.header.x': 'method.request.header.x' } },
    ],
    ['a body of another type', { ResponseTemplates: { 'text/html': '<p>' } }],
    ['a property', { Unknown: true }],
  ])('stop the twin at %s that it does not know', async (_, properties) => {
    const answer = {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResponseType: 'UNAUTHORIZED',
        ResponseTemplates: { 'application/json': '{}' },
        ...properties,
      },
    };
    const deployed = cloud.deploy({ Resources: { Answer: answer, Api: api } }, folder);
    await expect(deployed).rejects.toThrow(TemplateError);
    await expect(deployed).rejects.toThrow(/^Answer cannot be brought up/);
  });
});

describe('a table', () => {
  it('stands with its index, and without what the stand-in does not know', async () => {
    const emulator = await startDynamoDb(null);
    onTestFinished(() => emulator.close());
    const dynamodb = vi.fn(createDynamoDbService(emulator.origin));
    const account = { accountId: '000000000000', region: 'us-east-1', endpoint: '' };
    const properties = {
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'day', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byDay',
          KeySchema: [{ AttributeName: 'day', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      ResourcePolicy: { PolicyDocument: { Version: '2012-10-17', Statement: [] } },
      TimeToLiveSpecification: { AttributeName: 'expiresAtS', Enabled: true },
    };
    const context: Pick<ProvisionContext, 'dynamodb' | 'account'> = { dynamodb, account };
    const provision = () => provisionTable('Audit', properties, context as ProvisionContext);
    const expected = {
      ref: 'Audit',
      attributes: { Arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/Audit' },
    };
    expect(await provision()).toEqual(expected);
    // As after a restart.
    expect(await provision()).toEqual(expected);
    const { input } = dynamodb.mock.calls[0]?.[0] ?? {};
    expect(Object.keys(input ?? {}).sort()).toEqual([
      'AttributeDefinitions',
      'BillingMode',
      'GlobalSecondaryIndexes',
      'KeySchema',
      'TableName',
    ]);
    expect(
      await dynamodb({ operation: 'DescribeTable', input: { TableName: 'Audit' }, principal: 'operator' }),
    ).toMatchObject({ Table: { GlobalSecondaryIndexes: [{ IndexName: 'byDay', IndexStatus: 'ACTIVE' }] } });
  });
});
