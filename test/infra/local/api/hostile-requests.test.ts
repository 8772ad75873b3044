import { once } from 'node:events';
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLocalJWKSet } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Gateway, startGateway } from '../../../../infra/local/api/gateway.ts';
import type { GatewayResponses } from '../../../../infra/local/api/gateway-responses.ts';
import type { Route } from '../../../../infra/local/api/routes.ts';
import type { InvocationOutcome } from '../../../../infra/local/lambda/messages.ts';

const LIMIT_BYTES = 10 * 1024 * 1024;

const open = { functionName: 'open', isAuthorized: false };
const routes: Route[] = [
  { ...open, method: 'GET', resource: '/status' },
  { ...open, method: 'POST', resource: '/refresh' },
  { ...open, method: 'GET', resource: '/by-id/{id}' },
  { ...open, method: 'GET', resource: '/admin', isAuthorized: true },
];
const gatewayResponses: GatewayResponses = new Map([
  problem('MISSING_AUTHENTICATION_TOKEN', 404, 'no-such-route'),
  problem('UNAUTHORIZED', 401, 'unauthenticated'),
  problem('REQUEST_TOO_LARGE', 413, 'request-too-large'),
]);

function problem(type: string, statusCode: number, name: string) {
  const bodyTemplate = JSON.stringify({ type: name, requestId: '$context.requestId' });
  return [
    type,
    { statusCode, headers: { 'Content-Type': 'application/problem+json' }, bodyTemplate },
  ] as const;
}

const invoke = vi.fn<(functionName: string, event: unknown) => Promise<InvocationOutcome>>();
let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({
    accountId: '000000000000',
    issuer: { url: 'https://issuer.example', keys: createLocalJWKSet({ keys: [] }) },
    invoke,
    nowMs: () => Date.UTC(2040, 0, 1),
    port: 0,
  });
  gateway.deploy({
    routes,
    gatewayResponses,
    stage: 'prod',
    clientIds: ['app'],
    compressedFromBytes: Infinity,
  });
});
afterAll(() => gateway.close());
beforeEach(() => {
  invoke.mockReset();
  invoke.mockResolvedValue({ kind: 'succeeded', payload: { statusCode: 200, body: 'served' } });
});

interface Received {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** One request on a connection of its own, with nothing put in order. */
async function send(
  target: string,
  { body, ...options }: RequestOptions & { body?: string | Buffer } = {},
): Promise<Received> {
  const { hostname, port } = new URL(gateway.origin);
  const outgoing = request({ hostname, port, path: target, agent: false, ...options });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Bytes on a socket as they are, and what comes back until the gateway closes it. */
async function sendBytes(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(gateway.origin).port), '127.0.0.1');
  socket.write(bytes, 'latin1');
  return text(socket);
}

/** A whole request before anything of the answer is read, as simple clients do. */
async function sendBeforeReading(parts: readonly (string | Buffer)[]): Promise<Received> {
  const socket = connect(Number(new URL(gateway.origin).port), '127.0.0.1');
  for (const part of parts) {
    await new Promise<void>((resolve, reject) => {
      socket.write(part, (error) => (error ? reject(error) : resolve()));
    });
  }
  let received = '';
  for await (const chunk of socket) {
    received += chunk;
    if (received.endsWith('}')) break;
  }
  const [head = '', body = ''] = received.split('\r\n\r\n');
  const [statusLine = '', ...headers] = head.toLowerCase().split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(headers.map((header) => header.split(': '))),
    body,
  };
}

function refused({ status, headers, body }: Received) {
  return { status, contentType: headers['content-type'], ...JSON.parse(body) };
}

function refusal(status: number, type: string) {
  return { status, contentType: 'application/problem+json', type, requestId: expect.any(String) };
}

function lastEvent(): Record<string, unknown> {
  return invoke.mock.lastCall?.[1] as Record<string, unknown>;
}

describe('a target that no route has', () => {
  it.each([
    '/%',
    '/status%',
    '/%73tatus',
    '/%E0%A4%A',
    '/%00',
    '/status/%2e%2e',
    '/./status',
    '/x/../status',
    '//',
    '//status',
    '//evil.example/status',
    '///////',
    '/status;a=1',
    '/status#',
    'http://[',
    'http://evil.example',
    'http://evil.example/nowhere?x=%',
    '*',
    '/__proto__',
    '/constructor',
  ])('%s is answered by 404 and nothing else', async (target) => {
    expect(refused(await send(target))).toEqual(refusal(404, 'no-such-route'));
    expect(invoke).not.toHaveBeenCalled();
  });

  it('is answered by 404 at any length', async () => {
    expect((await send(`/${'/'.repeat(8_000)}x`)).status).toBe(404);
    expect((await send(`/by-id/${'x/'.repeat(4_000)}`)).status).toBe(404);
  });

  it('is refused as no HTTP when it is neither a path nor an address', async () => {
    expect((await send('status')).status).toBe(400);
    expect((await send('?')).status).toBe(400);
  });

  it.each(['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'QUERY', 'POST'])(
    'nor has it for the method %s',
    async (method) => {
      const received = await send('/status', { method });
      expect(received.status).toBe(404);
      expect(received.headers['content-type']).toBe('application/problem+json');
      if (method !== 'HEAD') expect(refused(received)).toEqual(refusal(404, 'no-such-route'));
    },
  );
});

describe('a target that a route has', () => {
  it.each([
    ['/status?', '/status'],
    ['/status/', '/status/'],
    ['http://[/status', '/status'],
    ['https://evil.example:99999/status?x', '/status'],
    ['/by-id/%', '/by-id/%'],
    ['/by-id/a%2Fb', '/by-id/a%2Fb'],
  ])('%s is served, and the path handed on as it was sent', async (target, path) => {
    expect((await send(target)).body).toBe('served');
    expect(lastEvent()).toMatchObject({ path, requestContext: { path } });
  });

  it('hands on a placeholder’s value undecoded', async () => {
    await send('/by-id/a%2Fb%');
    expect(lastEvent().pathParameters).toEqual({ id: 'a%2Fb%' });
  });

  it.each<[string, Record<string, string[]> | null]>([
    ['a=1&a=2&b', { a: ['1', '2'], b: [''] }],
    ['a=%&b=%zz&c=%E0%A4', { a: ['%'], b: ['%zz'], c: ['\ufffd'] }],
    ['a=1%002', { a: ['1\x002'] }],
    ['a=b=c&=d', { a: ['b=c'], '': ['d'] }],
    ['a+b=%2B+', { 'a b': ['+ '] }],
    ['__proto__=x&constructor=y', JSON.parse('{"__proto__":["x"],"constructor":["y"]}')],
    ['&&', null],
  ])('takes the query %s as far as it goes', async (query, expected) => {
    await send(`/status?${query}`);
    expect(lastEvent().multiValueQueryStringParameters).toEqual(expected);
    const last = expected && Object.fromEntries(Object.entries(expected).map(([k, v]) => [k, v.at(-1)]));
    expect(lastEvent().queryStringParameters).toEqual(last);
  });
});

describe('headers', () => {
  it.each(['[', 'evil.example/status', 'a b', '127.0.0.1:99999', '', '::'])(
    'may say anything for a host: %j',
    async (host) => {
      expect((await send('/status', { headers: { host } })).body).toBe('served');
    },
  );

  it('without a host are refused, or served to a client of HTTP/1.0', async () => {
    expect(await sendBytes('GET /status HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await sendBytes('GET /status HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 .*served$/s);
    expect(lastEvent()).toMatchObject({ requestContext: { domainName: '' } });
  });

  it('that come twice are handed on as often, in the spelling that was sent', async () => {
    await sendBytes('GET /status HTTP/1.0\r\nHost: a.example:80\r\nX-Twice: 1\r\nx-twice: 2\r\n\r\n');
    expect(lastEvent()).toMatchObject({
      headers: { Host: 'a.example:80', 'X-Twice': '2' },
      multiValueHeaders: { Host: ['a.example:80'], 'X-Twice': ['1', '2'] },
      requestContext: { domainName: 'a.example' },
    });
  });

  it('that concern the connection stay behind, as on AWS', async () => {
    await send('/refresh', { method: 'POST', body: '{}', headers: { te: 'trailers', 'content-length': 2 } });
    expect(Object.keys(lastEvent().headers as object).map((name) => name.toLowerCase())).toEqual(['host']);
  });

  it.each([
    ['of more than 16 KB', `x: ${'x'.repeat(17_000)}\r\n`, 431],
    ['with a null byte', 'x: a\0b\r\n', 400],
    ['without a colon', 'x\r\n', 400],
    ['with a length that is none', 'content-length: -1\r\n', 400],
    ['with two lengths', 'content-length: 1\r\ncontent-length: 2\r\n', 400],
    ['with a length and chunks', 'content-length: 1\r\ntransfer-encoding: chunked\r\n', 400],
  ])('%s are refused as no HTTP', async (_, headers, status) => {
    const answer = await sendBytes(`POST /refresh HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(invoke).not.toHaveBeenCalled();
  });

  it.each([
    '',
    'Bearer',
    'Bearer  ',
    'Basic dTpw',
    'AWS4-HMAC-SHA256 Credential=x',
    'a.b.c',
    '..',
    '....',
    'eyJhbGciOiJSUzI1NiJ9.e30.AA',
    'eyJhbGciOiJub25lIn0.e30.',
    'eyJhbGciOiJSUzI1NiIsImNyaXQiOlsieCJdfQ.e30.AA',
    'bnVsbA.bnVsbA.bnVsbA',
    '\u00ff\u00fe',
  ])('with %j for a token are answered by 401', async (authorization) => {
    expect(refused(await send('/admin', { headers: { authorization } }))).toEqual(
      refusal(401, 'unauthenticated'),
    );
  });
});

describe('a body', () => {
  const post = { method: 'POST' };

  it('of bytes that are no text is handed on as text', async () => {
    await send('/refresh', { ...post, body: Buffer.from([0xff, 0xfe, 0x00, 0x61]) });
    expect(lastEvent()).toMatchObject({ body: '\ufffd\ufffd\0a', isBase64Encoded: false });
  });

  it('of exactly 10 MB is taken', async () => {
    expect((await send('/refresh', { ...post, body: Buffer.alloc(LIMIT_BYTES, 'x') })).status).toBe(200);
    expect(lastEvent().body).toHaveLength(LIMIT_BYTES);
  });

  const BYTES = 32 * 1024 * 1024;
  const LENGTH = { header: `content-length: ${BYTES}`, parts: () => [Buffer.alloc(BYTES)] };
  const CHUNKS = {
    header: 'transfer-encoding: chunked',
    parts: () => [`${BYTES.toString(16)}\r\n`, Buffer.alloc(BYTES), '\r\n0\r\n\r\n'],
  };
  it.each([
    ['with its length', '/refresh', LENGTH, refusal(413, 'request-too-large')],
    ['in chunks', '/refresh', CHUNKS, refusal(413, 'request-too-large')],
    ['with its length, for no route,', '/nowhere', LENGTH, refusal(404, 'no-such-route')],
    ['in chunks, for no route,', '/nowhere', CHUNKS, refusal(404, 'no-such-route')],
  ])('of 32 MB %s is refused, and the client sees it', async (_, target, { header, parts }, expected) => {
    const head = `POST ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}\r\n\r\n`;
    expect(refused(await sendBeforeReading([head, ...parts()]))).toEqual(expected);
    expect(invoke).not.toHaveBeenCalled();
  });

  it('that is announced as too large is refused before it comes', async () => {
    const { hostname, port } = new URL(gateway.origin);
    const headers = { 'content-length': LIMIT_BYTES + 1 };
    const outgoing = request({ hostname, port, path: '/refresh', method: 'POST', headers, agent: false });
    outgoing.flushHeaders();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    outgoing.destroy();
  });

  it('that breaks off reaches no function, and harms nobody else', async () => {
    const socket = connect(Number(new URL(gateway.origin).port), '127.0.0.1');
    socket.write('POST /refresh HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf', () =>
      socket.resetAndDestroy(),
    );
    await once(socket, 'close');
    expect((await send('/status')).body).toBe('served');
    expect(invoke.mock.calls.map(([, event]) => (event as { path: string }).path)).toEqual(['/status']);
  });
});

it('a client that goes away before the answer harms nobody else', async () => {
  const socket = connect(Number(new URL(gateway.origin).port), '127.0.0.1');
  const gone = once(socket, 'close');
  const { promise, resolve } = Promise.withResolvers<InvocationOutcome>();
  invoke.mockImplementationOnce(() => {
    socket.resetAndDestroy();
    return promise;
  });
  socket.write('GET /status HTTP/1.1\r\nHost: x\r\n\r\n');
  await gone;
  resolve({ kind: 'succeeded', payload: { statusCode: 200, body: 'x'.repeat(1_000_000) } });
  expect((await send('/status')).body).toBe('served');
});

it('what a function answers that is no HTTP is a failure of the function, and none of it goes out', async () => {
  for (const wrong of [
    { statusCode: 200, headers: { 'x-injected': 'a\r\nset-cookie: b' } },
    { statusCode: 200, headers: { 'x-ok': '1', 'not a name': 'a' } },
    { statusCode: 200, multiValueHeaders: { 'x-many': ['ok', '\u2019'] } },
    { statusCode: 100 },
  ]) {
    invoke.mockResolvedValueOnce({ kind: 'succeeded', payload: wrong });
    const { status, headers } = await send('/status');
    expect(status).toBe(502);
    expect(
      Object.keys(headers).filter((name) => name.startsWith('x-') && !name.startsWith('x-amzn-')),
    ).toEqual([]);
  }
});

it('the request’s id is the same in the event, in the answer’s header and in a refusal', async () => {
  const served = await send('/status');
  expect(served.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  expect(lastEvent()).toMatchObject({ requestContext: { requestId: served.headers['x-amzn-requestid'] } });
  invoke.mockResolvedValueOnce({
    kind: 'succeeded',
    payload: { statusCode: 200, headers: { 'X-Amzn-RequestId': 'another' } },
  });
  const named = await send('/status');
  expect(lastEvent()).toMatchObject({ requestContext: { requestId: named.headers['x-amzn-requestid'] } });
  const refusedOne = await send('/nowhere');
  expect(JSON.parse(refusedOne.body).requestId).toBe(refusedOne.headers['x-amzn-requestid']);
  expect(refusedOne.headers['x-amzn-requestid']).not.toBe(served.headers['x-amzn-requestid']);
});
