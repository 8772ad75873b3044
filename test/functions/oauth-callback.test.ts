import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ALERTS, aConnection } from '../support/builders.ts';

const SECRET = '5ec2e75ec2e75ec2e7';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callback-'));
  writeFileSync(
    join(folder, 'connections.json'),
    JSON.stringify({ connections: [aConnection({ id: 'crm' })], alerts: ALERTS }),
  );
  const environment = {
    STATE_TABLE_NAME: 'state',
    AUDIT_TABLE_NAME: 'audit',
    BACKUP_TABLE_NAME: 'backups',
    BACKUP_BUCKET_NAME: 'backups',
    BACKUP_KEY_ID: 'arn:aws:kms:eu-central-1:000000000000:key/backup',
    PRIMARY_KEY_ID: 'arn:aws:kms:eu-central-1:000000000000:key/primary',
    CONFIGURATION_FILE: 'connections.json',
    LAMBDA_TASK_ROOT: folder,
    AWS_REGION: 'eu-central-1',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const hostileText = fc.oneof(
  fc.constant(`1000.${SECRET}.${SECRET}`),
  fc.string({ unit: 'binary' }).map((text) => `${text}${SECRET}`),
  fc.constantFrom('access_denied', 'https://accounts.zoho.eu', '', `<script>${SECRET}</script>`),
  fc.string({ minLength: 190, maxLength: 600 }),
);
const names = fc.oneof(
  fc.constantFrom('state', 'code', 'error', 'accounts-server', 'location', '__proto__'),
  fc.string(),
);
const hostileQuery = fc.dictionary(names, fc.array(hostileText, { minLength: 1, maxLength: 2 }));
/** What only the table can tell from a state that was issued. */
const guess = fc.record({
  state: fc.stringMatching(/^crm\.[A-Za-z0-9_-]{43}$/).map((state) => [state]),
  code: fc.constant([`1000.${SECRET}`]),
});
const query = fc.oneof(fc.constant(null), hostileQuery, guess);

it('P8: whatever a stranger sends to the callback gets a page of 400, and touches no credential (property)', async () => {
  const dynamodb = mockClient(DynamoDBDocumentClient);
  const secretsManager = mockClient(SecretsManagerClient);
  dynamodb
    .on(DeleteCommand)
    .rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }))
    .on(QueryCommand)
    .resolves({ Items: [] })
    .on(PutCommand)
    .resolves({});
  const { handler } = await import('../../functions/oauth-callback/handler.ts');
  await fc.assert(
    fc.asyncProperty(query, async (multiValueQueryStringParameters) => {
      const event = {
        multiValueQueryStringParameters,
        requestContext: { requestId: 'request-1', identity: { sourceIp: '192.0.2.1' } },
      } as unknown as APIGatewayProxyEvent;
      const { statusCode, headers, body } = await handler(event, {} as Context);
      expect(statusCode).toBe(400);
      expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
      expect(body).not.toContain(SECRET);
      expect(body).not.toContain('<script');
    }),
    { numRuns: 2_500 },
  );
  expect(secretsManager.calls()).toEqual([]);
  const puts = dynamodb.commandCalls(PutCommand).map(({ args: [{ input }] }) => input);
  expect(puts.length).toBeGreaterThan(500);
  expect(puts.every(({ TableName }) => TableName === 'audit')).toBe(true);
  expect(JSON.stringify(puts)).not.toContain(SECRET);
  expect(dynamodb.commandCalls(UpdateCommand)).toEqual([]);
  const deletes = dynamodb.commandCalls(DeleteCommand).map(({ args: [{ input }] }) => input);
  expect(deletes.length).toBeGreaterThan(500);
  expect(deletes.every(({ ConditionExpression }) => ConditionExpression)).toBe(true);
});
