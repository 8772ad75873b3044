import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createDynamoDBClient,
  createEventBridgeClient,
  createSecretsManagerClient,
  SECRET_WRITES_PER_S,
} from '../../../lib/aws/clients.ts';

/** An AWS that answers with these statuses, one after the other. */
const answers: number[] = [];
let server: Server;
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(answers.shift() ?? 500, { 'content-type': 'application/x-amz-json-1.1' });
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());
beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(() => vi.unstubAllEnvs());

describe.each([
  [
    'Secrets Manager',
    createSecretsManagerClient,
    (client: SecretsManagerClient) => client.send(new GetSecretValueCommand({ SecretId: 'a' })),
  ],
  [
    'DynamoDB',
    createDynamoDBClient,
    (client: DynamoDBDocumentClient) => client.send(new GetCommand({ TableName: 'a', Key: { id: 'a' } })),
  ],
] as const)('the client of %s', (_, create, call) => {
  it('tries again, twice, when AWS is in trouble, and waits no longer than 5 s for an answer', async () => {
    const client = create();
    try {
      answers.push(503, 500, 200);
      await call(client as never);
      expect(answers, 'answers left').toEqual([]);
      answers.push(503, 503, 503, 200);
      await expect(call(client as never)).rejects.toThrow();
      expect(answers.splice(0), 'answers left').toEqual([200]);
      const { requestHandler } = client.config as { requestHandler: { httpHandlerConfigs(): object } };
      expect(requestHandler.httpHandlerConfigs()).toMatchObject({
        connectionTimeout: 2_000,
        requestTimeout: 5_000,
        throwOnRequestTimeout: true,
      });
    } finally {
      client.destroy();
    }
  });
});

it('the client of EventBridge gives up within seconds: what is told has been done already', async () => {
  const client = createEventBridgeClient();
  try {
    answers.push(503, 503, 200);
    await expect(client.send(new PutEventsCommand({ Entries: [] }))).rejects.toThrow();
    expect(answers.splice(0), 'answers left').toEqual([200]);
    const { requestHandler } = client.config as { requestHandler: { httpHandlerConfigs(): object } };
    expect(requestHandler.httpHandlerConfigs()).toMatchObject({
      connectionTimeout: 1_000,
      requestTimeout: 1_500,
      throwOnRequestTimeout: true,
    });
  } finally {
    client.destroy();
  }
});

describe('the client of Secrets Manager', () => {
  it('keeps within the rate of writes that AWS takes from a whole account, and reads at once', async () => {
    const arrived: string[] = [];
    const client = createSecretsManagerClient();
    client.middlewareStack.add(
      (_next, { commandName = '' }) =>
        async () => {
          arrived.push(commandName);
          return { response: {}, output: { $metadata: {} } };
        },
      { step: 'serialize', priority: 'high' },
    );
    vi.useFakeTimers();
    try {
      const write = { SecretId: 'a', ClientRequestToken: 'b'.repeat(32), SecretString: 'c' };
      const sent = Array.from({ length: SECRET_WRITES_PER_S + 5 }, () =>
        client.send(new PutSecretValueCommand(write)),
      );
      sent.push(client.send(new GetSecretValueCommand({ SecretId: 'a' })) as never);
      await vi.advanceTimersByTimeAsync(500);
      expect(arrived.filter((name) => name === 'PutSecretValueCommand')).toHaveLength(SECRET_WRITES_PER_S);
      expect(arrived).toContain('GetSecretValueCommand');
      await vi.advanceTimersByTimeAsync(1_000);
      await Promise.all(sent);
      expect(arrived).toHaveLength(SECRET_WRITES_PER_S + 6);
    } finally {
      vi.useRealTimers();
      client.destroy();
    }
  });
});
