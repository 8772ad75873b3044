import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Gateway, startGateway } from '../../../../infra/local/api/gateway.ts';
import { type Issuer, startIssuer } from '../../../../infra/local/api/issuer.ts';
import type { Route } from '../../../../infra/local/api/routes.ts';
import type { InvocationOutcome } from '../../../../infra/local/lambda/messages.ts';

const NOW_MS = Date.UTC(2040, 0, 1);
const NOW_S = NOW_MS / 1000;
const nowMs = () => NOW_MS;
const invoke = vi.fn<(functionName: string, event: unknown) => Promise<InvocationOutcome>>();

const route = { functionName: 'admin-api', isAuthorized: true };
const routes: Route[] = [
  { ...route, method: 'GET', resource: '/api/zoho/status' },
  { ...route, method: 'POST', resource: '/api/zoho/refresh' },
  { ...route, method: 'GET', resource: '/api/zoho/oauth/callback', isAuthorized: false },
  { ...route, method: 'ANY', resource: '/api/zoho/{proxy+}', functionName: 'fallback', isAuthorized: false },
  { ...route, method: 'GET', resource: '/api/zoho/{id}', functionName: 'by-id', isAuthorized: false },
];

let issuer: Issuer;
let stranger: Issuer;
let gateway: Gateway;

beforeAll(async () => {
  [issuer, stranger] = await Promise.all([startIssuer(nowMs), startIssuer(nowMs)]);
  gateway = await startGateway({ accountId: '000000000000', issuer, invoke, nowMs, port: 0 });
  gateway.deploy({
    routes,
    gatewayResponses: new Map(),
    stage: 'prod',
    clientIds: ['app'],
    compressedFromBytes: 1_000,
  });
});
afterAll(() => Promise.all([issuer.close(), stranger.close(), gateway.close()]));
beforeEach(() => {
  invoke.mockReset();
  answer({ statusCode: 200, body: '{"ok":true}' });
});

function answer(payload: unknown): void {
  invoke.mockResolvedValue({ kind: 'succeeded', payload });
}

async function request(path: string, options: RequestInit & { token?: string } = {}): Promise<Response> {
  const { token, headers, ...rest } = options;
  return fetch(`${gateway.origin}${path}`, {
    ...rest,
    headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
  });
}

function tamper(token: string): string {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'someone-else' })).toString('base64url');
  return `${header}.${forged}.${signature}`;
}

function unsigned(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: issuer.url, aud: 'app', sub: 'x', token_use: 'id', exp: NOW_S + 60 };
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}

describe('the authorizer', () => {
  it('lets an admin’s token through, with or without "Bearer", and hands on its claims as text', async () => {
    const token = await issuer.mintAdminToken('app', { 'cognito:groups': ['zoho-admins', 'readers'] });
    expect((await request('/api/zoho/status', { token })).status).toBe(200);
    expect((await request('/api/zoho/status', { headers: { authorization: token } })).status).toBe(200);
    expect(invoke.mock.lastCall?.[1]).toMatchObject({
      requestContext: {
        authorizer: {
          claims: {
            email: 'admin@example.com',
            token_use: 'id',
            'cognito:groups': 'zoho-admins,readers',
            iat: 'Sun Jan 01 00:00:00 UTC 2040',
          },
        },
      },
    });
  });

  it.each<[string, () => Promise<string> | string, string]>([
    ['no token', () => '', 'Unauthorized'],
    ['something that is no token', () => 'abc', 'Unauthorized'],
    ['a changed token', async () => tamper(await issuer.mintAdminToken('app')), 'Unauthorized'],
    ['an unsigned token', () => unsigned(), 'Unauthorized'],
    [
      'a token signed by a stranger in our name',
      () => stranger.mintAdminToken('app', { iss: issuer.url }),
      'Unauthorized',
    ],
    [
      'a token of another issuer',
      () => issuer.mintAdminToken('app', { iss: 'https://elsewhere.example' }),
      'Unauthorized',
    ],
    ['a token for another app', () => issuer.mintAdminToken('other-app'), 'Unauthorized'],
    ['an access token', () => issuer.mintAdminToken('app', { token_use: 'access' }), 'Unauthorized'],
    [
      'a token expired by virtual time',
      () => issuer.mintAdminToken('app', { exp: NOW_S - 1 }),
      'The incoming token has expired',
    ],
  ])('refuses %s and does not ask the function', async (_, mint, message) => {
    const response = await request('/api/zoho/status', { token: await mint() });
    expect([response.status, await response.json()]).toEqual([401, { message }]);
    expect(invoke).not.toHaveBeenCalled();
  });
});

describe('the gateway', () => {
  it('sends the event of a proxy integration', async () => {
    await request('/api/zoho/oauth/callback?state=a%20b&code=1&code=2', { headers: { 'x-custom': 'v' } });
    expect(invoke).toHaveBeenCalledExactlyOnceWith(
      'admin-api',
      expect.objectContaining({
        resource: '/api/zoho/oauth/callback',
        path: '/api/zoho/oauth/callback',
        httpMethod: 'GET',
        queryStringParameters: { state: 'a b', code: '2' },
        multiValueQueryStringParameters: { state: ['a b'], code: ['1', '2'] },
        pathParameters: null,
        body: null,
        isBase64Encoded: false,
        headers: expect.objectContaining({ 'x-custom': 'v' }),
        multiValueHeaders: expect.objectContaining({ 'x-custom': ['v'] }),
        requestContext: expect.objectContaining({
          stage: 'prod',
          authorizer: null,
          requestId: expect.any(String),
          requestTimeEpoch: NOW_MS,
          requestTime: '01/Jan/2040:00:00:00 +0000',
          identity: expect.objectContaining({ sourceIp: '127.0.0.1' }),
        }),
      }),
    );
  });

  it.each([
    ['POST', '/api/zoho/refresh', 'admin-api', null],
    ['GET', '/api/zoho/crm', 'by-id', { id: 'crm' }],
    ['POST', '/api/zoho/crm', 'fallback', { proxy: 'crm' }],
    ['GET', '/api/zoho/a/b', 'fallback', { proxy: 'a/b' }],
  ])('routes %s %s to %s', async (method, path, functionName, pathParameters) => {
    const token = await issuer.mintAdminToken('app');
    await request(path, { method, token, ...(method === 'POST' ? { body: '{"a":1}' } : {}) });
    expect(invoke).toHaveBeenCalledExactlyOnceWith(
      functionName,
      expect.objectContaining({ pathParameters, body: method === 'POST' ? '{"a":1}' : null }),
    );
  });

  it.each([
    ['GET', '/nowhere'],
    ['GET', '/api/zoho/'],
    ['DELETE', '/'],
  ])('answers %s %s, which it does not know, as AWS does', async (method, path) => {
    const response = await request(path, { method });
    expect([response.status, await response.json()]).toEqual([
      403,
      { message: 'Missing Authentication Token' },
    ]);
  });

  it('hands back status, headers and body', async () => {
    answer({
      statusCode: 302,
      headers: { location: '/x', 'x-count': 3 },
      multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] },
      body: Buffer.from('bye').toString('base64'),
      isBase64Encoded: true,
    });
    const response = await request('/api/zoho/oauth/callback', { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/x');
    expect(response.headers.get('x-count')).toBe('3');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('bye');
  });

  it('compresses a large body for a client that takes it, and no other', async () => {
    const body = JSON.stringify({ text: 'a'.repeat(1_000) });
    const lengthOf = async (headers: Record<string, string>, payload: string) => {
      answer({ statusCode: 200, body: payload });
      const response = await request('/api/zoho/oauth/callback', { headers });
      expect(await response.text()).toBe(payload);
      return [response.headers.get('content-encoding'), Number(response.headers.get('content-length'))];
    };
    const [encoding, length] = await lengthOf({ 'accept-encoding': 'gzip, deflate' }, body);
    expect([encoding, Number(length) < 100]).toEqual(['gzip', true]);
    expect(await lengthOf({ 'accept-encoding': 'identity' }, body)).toEqual([null, body.length]);
    expect(await lengthOf({ 'accept-encoding': 'gzip' }, '{}')).toEqual([null, 2]);
  });

  it('tells the time by the virtual clock', async () => {
    const response = await request('/api/zoho/oauth/callback');
    expect(response.headers.get('date')).toBe(new Date(NOW_MS).toUTCString());
  });

  it.each<[string, InvocationOutcome, number]>([
    ['fails', { kind: 'failed', error: { errorType: 'Error', errorMessage: 'secret' } }, 502],
    ['answers no response', { kind: 'succeeded', payload: { ok: true } }, 502],
    ['is throttled', { kind: 'throttled' }, 500],
  ])('answers %i when the function %s, and does not say why', async (_, outcome, status) => {
    invoke.mockResolvedValue(outcome);
    const response = await request('/api/zoho/oauth/callback');
    expect([response.status, await response.json()]).toEqual([status, { message: 'Internal server error' }]);
  });

  it('gives up on a function after 29 seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      invoke.mockImplementation(() => {
        setImmediate(() => vi.advanceTimersByTime(29_000));
        return new Promise(() => {});
      });
      const response = await request('/api/zoho/oauth/callback');
      expect([response.status, await response.json()]).toEqual([
        504,
        { message: 'Endpoint request timed out' },
      ]);
    } finally {
      vi.useRealTimers();
    }
  });
});
