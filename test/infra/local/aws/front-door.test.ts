import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccessKeys } from '../../../../infra/local/aws/access-keys.ts';
import { type Emulator, startDynamoDb, startS3, startSts } from '../../../../infra/local/aws/emulators.ts';
import { EventBus } from '../../../../infra/local/aws/event-bus.ts';
import { type FrontDoor, startFrontDoor } from '../../../../infra/local/aws/front-door.ts';
import { AwsError, type AwsService } from '../../../../infra/local/aws/service.ts';
import { type Ses, startSes } from '../../../../infra/local/aws/ses/ses.ts';
import { VirtualClock } from '../../../../infra/local/clock.ts';

const NOW_MS = Date.UTC(2040, 0, 1);
const secrets = vi.fn<AwsService>();
const accessKeys = new AccessKeys();
const functionKey = accessKeys.issue('refresh');
const bus = new EventBus();
let emulators: Emulator[];
let ses: Ses;
let door: FrontDoor;

beforeAll(async () => {
  const [dynamodb, s3, sts] = await Promise.all([
    startDynamoDb(null),
    startS3(null),
    startSts('000000000000'),
  ]);
  ses = await startSes({ region: 'us-east-1', nowMs: Date.now });
  s3.createBucket('backups');
  emulators = [dynamodb, s3, ses, sts];
  door = await startFrontDoor({
    services: { secretsmanager: secrets, events: bus.call },
    emulators: { dynamodb: dynamodb.origin, s3: s3.origin, sts: sts.origin, ses: ses.origin },
    accessKeys,
    clock: new VirtualClock({ notBeforeMs: NOW_MS }),
  });
});
afterAll(async () => {
  await door.close();
  await Promise.all(emulators.map((emulator) => emulator.close()));
});
beforeEach(() => door.journal.clear());

function settings() {
  return { endpoint: door.endpoint, region: 'us-east-1', credentials: functionKey, maxAttempts: 1 };
}

function signedFor(service: string, accessKeyId = 'AKIDSOMEBODY') {
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
  };
}

describe('the front door, to real SDK clients', () => {
  it('hands a call to the service in process, with its caller’s name', async () => {
    secrets.mockResolvedValueOnce({ Name: 'zoho/crm/credential', SecretString: 'value' });
    const client = new SecretsManagerClient(settings());
    const answer = await client.send(new GetSecretValueCommand({ SecretId: 'zoho/crm/credential' }));
    expect(answer.SecretString).toBe('value');
    expect(secrets).toHaveBeenLastCalledWith({
      operation: 'GetSecretValue',
      input: { SecretId: 'zoho/crm/credential' },
      principal: 'refresh',
    });
  });

  it('turns a service’s error into the SDK’s exception', async () => {
    secrets.mockRejectedValueOnce(new AwsError('ResourceNotFoundException', 'no such secret'));
    const client = new SecretsManagerClient(settings());
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'x' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'no such secret',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('reaches DynamoDB, down to the name of a failed condition', async () => {
    const client = new DynamoDBClient(settings());
    await client.send(
      new CreateTableCommand({
        TableName: 'state',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    const put = new PutItemCommand({
      TableName: 'state',
      Item: { id: { S: 'crm' } },
      ConditionExpression: 'attribute_not_exists(id)',
    });
    await client.send(put);
    await expect(client.send(put)).rejects.toThrow(ConditionalCheckFailedException);
    const { Item } = await client.send(new GetItemCommand({ TableName: 'state', Key: { id: { S: 'crm' } } }));
    expect(Item).toEqual({ id: { S: 'crm' } });
  });

  it('streams an object to S3 and back', async () => {
    const client = new S3Client(settings());
    const body = 'x'.repeat(1_000_000);
    await client.send(new PutObjectCommand({ Bucket: 'backups', Key: 'crm/1.json', Body: body }));
    const object = await client.send(new GetObjectCommand({ Bucket: 'backups', Key: 'crm/1.json' }));
    expect((await object.Body?.transformToString())?.length).toBe(body.length);
  });

  it('delivers mail by SES to the inbox', async () => {
    ses.verify('keeper@example.com');
    const { MessageId } = await new SESClient(settings()).send(
      new SendEmailCommand({
        Source: 'keeper@example.com',
        Destination: { ToAddresses: ['admin@example.com'] },
        Message: { Subject: { Data: 'Zoho is down' }, Body: { Text: { Data: 'Do this' } } },
      }),
    );
    expect(MessageId).toBeTruthy();
    const inbox = await (await fetch(`${ses.inbox}/store`)).text();
    expect(inbox).toContain('Zoho is down');
  });
});

describe('the front door', () => {
  it('tells the AWS CLI whose account this is', async () => {
    const response = await fetch(door.endpoint, {
      method: 'POST',
      headers: { ...signedFor('sts'), 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' }).toString(),
    });
    const text = await response.text();
    expect(text).toContain('<Account>000000000000</Account>');
    expect(text).toContain('<Arn>arn:aws:iam::000000000000:user/operator</Arn>');
  });

  it('refuses what else STS does', async () => {
    const response = await fetch(door.endpoint, {
      method: 'POST',
      headers: { ...signedFor('sts'), 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15' }).toString(),
    });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('<Code>InvalidAction</Code>'),
    ]);
  });

  it('puts events on the bus', async () => {
    const entry = { Source: 'zoho.keeper', DetailType: 'ZohoAccessTokenPublished', Detail: '{}' };
    const response = await fetch(door.endpoint, {
      method: 'POST',
      headers: { ...signedFor('events'), 'x-amz-target': 'AWSEvents.PutEvents' },
      body: JSON.stringify({ Entries: [entry] }),
    });
    expect(await response.json()).toMatchObject({ FailedEntryCount: 0 });
    expect(bus.events).toEqual([entry]);
  });

  it('keeps a journal of who called what, when and with which status', async () => {
    secrets.mockResolvedValueOnce({});
    await new SecretsManagerClient(settings()).send(new GetSecretValueCommand({ SecretId: 'x' }));
    expect(door.journal.entries).toEqual([
      {
        atMs: expect.any(Number),
        principal: 'refresh',
        service: 'secretsmanager',
        operation: 'GetSecretValue',
        status: 200,
      },
    ]);
    expect(door.journal.entries[0]?.atMs).toBeGreaterThanOrEqual(NOW_MS);
  });

  it('takes an unknown key for the operator’s', async () => {
    secrets.mockResolvedValueOnce({});
    await fetch(door.endpoint, { method: 'POST', headers: signedFor('secretsmanager') });
    expect(door.journal.entries.at(-1)?.principal).toBe('operator');
  });

  it('tells the virtual time, by which SDKs set their clocks', async () => {
    const response = await fetch(door.endpoint, { headers: signedFor('sts') });
    expect(Date.parse(response.headers.get('date') ?? '')).toBeGreaterThanOrEqual(NOW_MS);
  });

  it.each([
    ['no signature', {}, 403, 'MissingAuthenticationToken'],
    ['a malformed signature', { authorization: 'Bearer abc' }, 403, 'MissingAuthenticationToken'],
    ['a service that it lacks', signedFor('sqs'), 400, 'UnknownService'],
  ])('refuses a request with %s', async (_, headers, status, code) => {
    const response = await fetch(door.endpoint, {
      method: 'POST',
      headers: headers as Record<string, string>,
    });
    expect([response.status, await response.json()]).toMatchObject([status, { __type: code }]);
  });

  it('answers InternalFailure when a stand-in breaks, so that the SDK tries again', async () => {
    secrets.mockRejectedValueOnce(new Error('a bug'));
    const response = await fetch(door.endpoint, { method: 'POST', headers: signedFor('secretsmanager') });
    expect([response.status, await response.json()]).toMatchObject([500, { __type: 'InternalFailure' }]);
  });
});
