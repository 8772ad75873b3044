import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRefreshContainer } from '../../functions/container.ts';
import { aConnection } from '../support/builders.ts';

/** Every call to AWS is refused: what the functions do then is theirs alone. */
let aws: Server;
let folder: string;
const calls: string[] = [];

beforeAll(async () => {
  aws = createServer((request, response) => {
    calls.push(String(request.headers['x-amz-target']));
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }));
  }).listen(0, '127.0.0.1');
  await once(aws, 'listening');
  folder = mkdtempSync(join(tmpdir(), 'handlers-'));
  const connections = [aConnection({ id: 'crm' }), aConnection({ id: 'books' })];
  writeFileSync(join(folder, 'connections.json'), JSON.stringify({ connections }));
  const environment = {
    STATE_TABLE_NAME: 'state',
    CONFIGURATION_FILE: 'connections.json',
    LAMBDA_TASK_ROOT: folder,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterAll(() => {
  aws.close();
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

const context = (remainingMs: number) => ({ getRemainingTimeInMillis: () => remainingMs }) as Context;

describe('the refresh function', () => {
  it('fails its invocation when neither it nor the sweep would try again, so that Lambda repeats it', async () => {
    const { handler } = await import('../../functions/refresh/handler.ts');
    await expect(handler({}, context(120_000))).rejects.toMatchObject({
      code: 'REFRESH_INCOMPLETE',
      message: expect.stringContaining('crm, books'),
    });
  });

  it('begins nothing that the rest of its time is too short for', async () => {
    const { handler } = await import('../../functions/refresh/handler.ts');
    calls.length = 0;
    await handler({}, context(20_000));
    expect(calls).toEqual([]);
  });
});

describe('the sweep function', () => {
  it('does nothing without the state, and fails', async () => {
    const { handler } = await import('../../functions/sweep/handler.ts');
    calls.length = 0;
    await expect(handler({}, context(120_000))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(calls).toEqual(['DynamoDB_20120810.BatchGetItem']);
  });
});

describe('the admin function', () => {
  async function call(groups: string | undefined) {
    const { handler } = await import('../../functions/admin-api/handler.ts');
    const claims = groups === undefined ? {} : { 'cognito:groups': groups };
    const requestContext = { requestId: 'request-1', authorizer: { claims } };
    return handler({ requestContext } as unknown as APIGatewayProxyEvent, context(28_000));
  }

  it.each([
    ['no group', undefined],
    ['another group', 'zoho-readers'],
    ['a group that only begins so', 'zoho-admins-of-the-past'],
  ])('lets nobody in with %s, and asks AWS nothing for them', async (_, groups) => {
    calls.length = 0;
    const { statusCode, body } = await call(groups);
    expect([statusCode, calls]).toEqual([403, []]);
    expect(JSON.parse(body)).toMatchObject({ type: 'urn:zoho-token-recovery:problem:not-an-admin' });
  });

  it('tells an admin that a store is out of reach, and no more than that', async () => {
    const { statusCode, body } = await call('zoho-admins');
    expect(statusCode).toBe(503);
    expect(body).not.toContain('AccessDenied');
  });
});

it('each invocation reads the clients anew: a replaced client secret is used at the next', () => {
  const { forInvocation } = createRefreshContainer(process.env);
  expect(forInvocation().readClient).not.toBe(forInvocation().readClient);
});
