import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRefreshContainer } from '../../functions/container.ts';
import { ALERTS, aConnection } from '../support/builders.ts';

/** Every call to AWS is refused, but for what a test lets through: what the functions do then is theirs alone. */
const answers = new Map<string, object>();
let aws: Server;
let folder: string;
const calls: string[] = [];

beforeAll(async () => {
  aws = createServer((request, response) => {
    const target = String(request.headers['x-amz-target']);
    calls.push(target);
    const answer = answers.get(target);
    response.writeHead(answer ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer ?? { __type: 'AccessDeniedException', message: 'no' }));
  }).listen(0, '127.0.0.1');
  await once(aws, 'listening');
  folder = mkdtempSync(join(tmpdir(), 'handlers-'));
  const connections = [aConnection({ id: 'crm' }), aConnection({ id: 'books' })];
  writeFileSync(join(folder, 'connections.json'), JSON.stringify({ connections, alerts: ALERTS }));
  const environment = {
    STATE_TABLE_NAME: 'state',
    AUDIT_TABLE_NAME: 'audit',
    BACKUP_TABLE_NAME: 'backups',
    BACKUP_BUCKET_NAME: 'backups',
    BACKUP_KEY_ID: 'arn:aws:kms:eu-central-1:000000000000:key/backup',
    PRIMARY_KEY_ID: 'arn:aws:kms:eu-central-1:000000000000:key/primary',
    AUDIT_KEY_ID: 'arn:aws:kms:eu-central-1:000000000000:key/audit',
    REDIRECT_URI: 'https://api.example.com/api/zoho/oauth/callback',
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

const context = (remainingMs: number) =>
  ({ awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => remainingMs }) as Context;

describe('the refresh function', () => {
  it('fails its invocation when neither it nor the sweep would try again, so that Lambda repeats it', async () => {
    const { handler } = await import('../../functions/refresh/handler.ts');
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await expect(handler({}, context(120_000))).rejects.toMatchObject({
      code: 'REFRESH_INCOMPLETE',
      message: expect.stringContaining('crm, books'),
    });
    // Counted all the same.
    expect(write.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
      { connection: 'crm', failureClass: 'store', RefreshFailures: 1 },
      { connection: 'books', failureClass: 'store', RefreshFailures: 1 },
    ]);
  });

  it('refreshes the connections of its shard only', async () => {
    const { handler } = await import('../../functions/refresh/handler.ts');
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const second = { shard: { index: 1, of: 2 } };
    await expect(handler(second, context(120_000))).rejects.toMatchObject({ code: 'REFRESH_INCOMPLETE' });
    expect(write.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
      { connection: 'books' },
    ]);
  });

  it('refreshes nothing for an input that it does not know', async () => {
    const { handler } = await import('../../functions/refresh/handler.ts');
    calls.length = 0;
    const unknown = { shard: { index: 2, of: 2 } };
    await expect(handler(unknown, context(120_000))).rejects.toMatchObject({
      code: 'SCHEDULE_INPUT_INVALID',
    });
    expect(calls).toEqual([]);
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

  it('tells how every connection stands, also where there is nothing to do', async () => {
    const { handler } = await import('../../functions/sweep/handler.ts');
    const inHalfAnHourMs = { N: String(Date.now() + 30 * 60_000) };
    const item = (id: string) => ({
      id: { S: `connection#${id}` },
      generation: { N: '1' },
      accessTokenExpiresAtMs: inHalfAnHourMs,
      // Somebody is at work on it.
      leaseOwner: { S: 'another' },
      leaseExpiresAtMs: inHalfAnHourMs,
    });
    const names = ['crm', 'books'].flatMap((id) => [`zoho/${id}/credential`, `zoho/${id}/access-token`]);
    answers.set('DynamoDB_20120810.BatchGetItem', { Responses: { state: [item('crm'), item('books')] } });
    answers.set('secretsmanager.ListSecrets', { SecretList: names.map((Name) => ({ Name })) });
    answers.set('TrentService.DescribeKey', { KeyMetadata: { KeyId: 'primary', KeyState: 'Enabled' } });
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await handler({}, context(120_000));
    } finally {
      answers.clear();
    }
    const standing = { MinutesLeft: expect.closeTo(30, 0), Health: 2 };
    expect(write.mock.calls.map(([line]) => JSON.parse(String(line)))).toMatchObject([
      { connection: 'crm', ...standing },
      { connection: 'books', ...standing },
    ]);
  });
});

const ADMIN = { sub: 'admin-1', 'cognito:groups': 'zoho-admins' };

function anEvent(claims: unknown, differing: Partial<APIGatewayProxyEvent>): APIGatewayProxyEvent {
  return {
    headers: { 'content-type': 'application/json' },
    multiValueHeaders: {},
    multiValueQueryStringParameters: null,
    body: null,
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      requestTimeEpoch: 1_000,
      identity: { sourceIp: '192.0.2.1' },
      authorizer: claims === null ? undefined : { claims },
    },
    ...differing,
  } as unknown as APIGatewayProxyEvent;
}

describe('the admin functions', () => {
  const reading = ['/api/zoho/status', '/api/zoho/audit', '/api/zoho/incidents', '/api/zoho/openapi.json'];
  const doing = ['/api/zoho/emergency-reauth', '/api/zoho/manual-token-update', '/api/zoho/refresh'];
  const routes = [
    ...reading.map((resource) => ({ httpMethod: 'GET', resource, name: 'admin-api' })),
    ...doing.map((resource) => ({ httpMethod: 'POST', resource, name: 'admin-operations' })),
    { httpMethod: 'GET', resource: '/api/zoho/health-check', name: 'admin-api' },
    { httpMethod: 'POST', resource: '/api/zoho/health-check', name: 'health-check' },
  ];

  async function call({ name, ...route }: (typeof routes)[number], claims: unknown) {
    const { handler } = await import(`../../functions/${name}/handler.ts`);
    const reason = name === 'health-check' ? {} : { reason: 'Lost on Monday' };
    const body = { connection: 'crm', ...reason };
    const token = route.resource.endsWith('update') ? { refreshToken: '1000.aa.bb' } : {};
    const posted = route.httpMethod === 'POST' ? { body: JSON.stringify({ ...body, ...token }) } : {};
    return handler(anEvent(claims, { ...route, ...posted }), context(28_000));
  }

  const strangers = [
    ['no token', null],
    ['no group', { sub: 'admin-1' }],
    ['another group', { ...ADMIN, 'cognito:groups': 'zoho-readers' }],
    ['a group that only begins so', { ...ADMIN, 'cognito:groups': 'zoho-admins-of-the-past' }],
  ] as const;

  it.each(routes.flatMap((route) => strangers.map(([who, claims]) => ({ ...route, who, claims }))))(
    'P8: let nobody into $resource with $who, and ask AWS nothing for them',
    async ({ claims, ...route }) => {
      calls.length = 0;
      const { statusCode, body } = await call(route, claims);
      expect([statusCode, calls]).toEqual([403, []]);
      expect(JSON.parse(body)).toMatchObject({ type: 'urn:zoho-token-recovery:problem:not-an-admin' });
    },
  );

  it.each(routes.filter(({ resource }) => !resource.endsWith('openapi.json')))(
    'tell an admin at $resource that a store is out of reach, and no more than that',
    async (route) => {
      const { statusCode, body } = await call(route, ADMIN);
      expect(statusCode).toBe(503);
      expect(body).not.toContain('AccessDenied');
      expect(JSON.parse(body)).toMatchObject({ detail: expect.any(String), requestId: 'request-1' });
    },
  );
});

describe('the health check’s function', () => {
  const check = async (event: unknown, remainingMs = 120_000) => {
    const { handler } = await import('../../functions/health-check/handler.ts');
    calls.length = 0;
    return handler(event, context(remainingMs));
  };
  const changed = (connection: string) => ({
    source: 'zoho-token-recovery',
    'detail-type': 'ZohoConnectionHealthChanged',
    detail: { schemaVersion: 1, connection },
  });
  const secretsAsked = () => calls.filter((call) => call === 'secretsmanager.DescribeSecret').length;

  it('looks at every connection by its schedule, and at one when that one’s health has changed', async () => {
    expect(await check({})).toBeUndefined();
    // Two secrets of each, one of them twice because it is refused; and the client that they share.
    expect(secretsAsked()).toBe(7);
    expect(await check(changed('books'))).toBeUndefined();
    expect(secretsAsked()).toBe(4);
    await check(changed('sales'));
    expect(calls).toEqual([]);
  });

  it('begins nothing that the rest of its time is too short for', async () => {
    await check({}, 20_000);
    // But for whose turn it is.
    expect(calls).toEqual(['DynamoDB_20120810.BatchGetItem']);
  });

  it.each([
    ['another source', { ...changed('crm'), source: 'aws.s3' }],
    ['another event', { ...changed('crm'), 'detail-type': 'ZohoCredentialReplaced' }],
    ['no connection', { ...changed('crm'), detail: {} }],
    ['something else', { connection: 'crm' }],
    ['nothing', null],
  ])('refuses %s, and asks AWS nothing', async (_, event) => {
    await expect(check(event)).rejects.toMatchObject({ code: 'EVENT_UNKNOWN' });
    expect(calls).toEqual([]);
  });
});

describe('the callback function', () => {
  it('answers a page also when no store is in reach', async () => {
    const { handler } = await import('../../functions/oauth-callback/handler.ts');
    const state = [`crm.${'x'.repeat(43)}`];
    const event = anEvent(null, { multiValueQueryStringParameters: { state, code: ['1000.a.b'] } });
    const { statusCode, headers, body } = await handler(event, context(28_000));
    expect(statusCode).toBe(503);
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8' });
    expect(body).not.toMatch(/AccessDenied|x{43}|1000/);
  });
});

it('each invocation reads the clients anew: a replaced client secret is used at the next', () => {
  const { forInvocation } = createRefreshContainer(process.env);
  expect(forInvocation().readClient).not.toBe(forInvocation().readClient);
});
