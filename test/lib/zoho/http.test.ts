import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createZohoHttp, getWithToken, MAX_BODY_BYTES, postForm } from '../../../lib/zoho/http.ts';
import { mintAccessToken } from '../../../lib/zoho/token-endpoint.ts';
import { CLIENT, EU, MINTED, SECRETS } from './responses.ts';
import { UNTRUSTED } from './untrusted-certificate.ts';

/** Long enough for an answer that is on its way, on a busy machine. */
const PATIENT_MS = 10_000;
const IMPATIENT_MS = 60;

let stop: () => Promise<void>;

beforeEach(() => {
  stop = async () => {};
});
afterEach(() => stop());

function* repeat<T>(piece: T, times: number): Generator<T> {
  for (let sent = 0; sent < times; sent += 1) yield piece;
}

function reach(timeoutMs = PATIENT_MS) {
  return createZohoHttp(timeoutMs);
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  stop = async () => {
    server.closeAllConnections();
    await closed(server);
  };
  return `http://${await listen(server)}`;
}

async function serveTcp(listener: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    listener(socket);
  });
  stop = async () => {
    for (const socket of sockets) socket.destroy();
    await closed(server);
  };
  return listen(server);
}

type AnyServer = Pick<TcpServer, 'listen' | 'close' | 'address'>;

function listen(server: AnyServer): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function closed(server: AnyServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

describe('an answer', () => {
  it('comes back with status, content type and body, uninterpreted', async () => {
    const origin = await serve((_, response) => {
      response
        .writeHead(401, { 'content-type': 'application/json;charset=UTF-8' })
        .end('{"code":"拒绝访问"}');
    });
    expect(await getWithToken(reach(), `${origin}/x`, 'token')).toEqual({
      kind: 'answered',
      status: 401,
      contentType: 'application/json;charset=UTF-8',
      body: '{"code":"拒绝访问"}',
      truncated: false,
    });
  });

  it('without a content type or a body is an answer too', async () => {
    const origin = await serve((_, response) => response.writeHead(204).end());
    const empty = { kind: 'answered', status: 204, contentType: null, body: '', truncated: false };
    expect(await getWithToken(reach(), origin, 'token')).toEqual(empty);
  });

  it('is read to the last byte that is allowed', async () => {
    const origin = await serve((_, response) => response.end('x'.repeat(MAX_BODY_BYTES)));
    expect(await getWithToken(reach(), origin, 'token')).toMatchObject({ truncated: false });
  });

  it.each([
    ['10 MB', 160],
    ['no end', Number.POSITIVE_INFINITY],
  ])('of %s is cut off at 64 KiB, and the connection is dropped', async (_, pieces) => {
    const dropped = Promise.withResolvers<void>();
    const origin = await serve((request, response) => {
      request.socket.on('close', dropped.resolve);
      Readable.from(repeat(Buffer.alloc(64 * 1024, 'x'), pieces)).pipe(response);
    });
    const response = await getWithToken(reach(), origin, 'token');
    expect(response).toMatchObject({ kind: 'answered', truncated: true, body: 'x'.repeat(MAX_BODY_BYTES) });
    await dropped.promise;
  });

  it('that redirects is handed back, not followed', async () => {
    const paths: (string | undefined)[] = [];
    const origin = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await getWithToken(reach(), `${origin}/here`, 'token')).toMatchObject({ status: 302 });
    expect(paths).toEqual(['/here']);
  });
});

describe('a request', () => {
  it('carries the access token in its header only, and asks for a connection of its own', async () => {
    const requests: { url: string | undefined; headers: object }[] = [];
    const origin = await serve((request, response) => {
      requests.push({ url: request.url, headers: request.headers });
      response.end('{}');
    });
    await getWithToken(reach(), `${origin}/crm/v8/org?a=b`, SECRETS.accessToken);
    expect(requests).toEqual([
      {
        url: '/crm/v8/org?a=b',
        headers: expect.objectContaining({
          authorization: `Zoho-oauthtoken ${SECRETS.accessToken}`,
          connection: 'close',
        }),
      },
    ]);
  });

  it('is not repeated by itself: each try counts against the mint budget (P4)', async () => {
    let requests = 0;
    const origin = await serve((request) => {
      requests += 1;
      request.socket.destroy();
    });
    await postForm(reach(), origin, { grant_type: 'refresh_token' });
    expect(requests).toBe(1);
  });
});

describe('the deadline covers', () => {
  const expired = { kind: 'unreachable', reason: 'timeout', detail: `after ${IMPATIENT_MS} ms` };

  it('a server that never answers, and drops the connection: nothing goes on behind', async () => {
    const dropped = Promise.withResolvers<void>();
    const origin = await serve((request) => request.socket.on('close', dropped.resolve));
    expect(await getWithToken(reach(IMPATIENT_MS), origin, 'token')).toEqual(expired);
    await dropped.promise;
  });

  it('a body that drips in, also when each byte is quick', async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const drip = setInterval(() => response.write(' '), 5);
      response.on('close', () => clearInterval(drip));
    });
    expect(await getWithToken(reach(IMPATIENT_MS), origin, 'token')).toEqual(expired);
  });

  it('a body that stops short of its length', async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"access_token":');
    });
    expect(await getWithToken(reach(IMPATIENT_MS), origin, 'token')).toEqual(expired);
  });

  it('a connect that hangs: the server accepts and never says a word of TLS', async () => {
    const address = await serveTcp(() => {});
    expect(await getWithToken(reach(IMPATIENT_MS), `https://${address}`, 'token')).toEqual(expired);
  });
});

describe('the network', () => {
  it('refuses the connection', async () => {
    const origin = await serve(() => {});
    await stop();
    stop = async () => {};
    const refused = { kind: 'unreachable', reason: 'network', detail: 'ECONNREFUSED' };
    expect(await getWithToken(reach(), origin, 'token')).toEqual(refused);
  });

  it('resets before the answer', async () => {
    const address = await serveTcp((socket) => socket.on('data', () => socket.resetAndDestroy()));
    const response = await getWithToken(reach(), `http://${address}`, 'token');
    expect(response).toMatchObject({ kind: 'unreachable', reason: 'network' });
  });

  it('resets in the middle of the body', async () => {
    const address = await serveTcp((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"access_', () =>
          socket.resetAndDestroy(),
        );
      });
    });
    const response = await getWithToken(reach(), `http://${address}`, 'token');
    expect(response).toMatchObject({ kind: 'unreachable', reason: 'network' });
  });

  it('speaks no HTTP', async () => {
    const address = await serveTcp((socket) =>
      socket.once('data', () => socket.end('220 mail.example.com\r\n')),
    );
    const response = await getWithToken(reach(), `http://${address}`, 'token');
    expect(response).toMatchObject({ kind: 'unreachable', reason: 'network' });
  });

  it('shows a certificate that nobody vouches for: no token is sent', async () => {
    let requests = 0;
    const server = createTlsServer(UNTRUSTED, (_, response) => {
      requests += 1;
      response.end('{}');
    });
    stop = () => closed(server);
    const untrusted = { kind: 'unreachable', reason: 'network', detail: 'DEPTH_ZERO_SELF_SIGNED_CERT' };
    expect(await getWithToken(reach(), `https://${await listen(server)}`, 'token')).toEqual(untrusted);
    expect(requests).toBe(0);
  });

  it('speaks no TLS', async () => {
    const origin = await serve((_, response) => response.end('{}'));
    const response = await getWithToken(reach(), origin.replace('http:', 'https:'), 'token');
    expect(response).toMatchObject({ kind: 'unreachable', reason: 'network' });
  });
});

describe('a mint', () => {
  const request = { dataCenter: EU, client: CLIENT, refreshToken: SECRETS.refreshToken };

  it('works over a real socket', async () => {
    const bodies: string[] = [];
    const accountsServer = await serve(async (incoming, response) => {
      bodies.push(Buffer.concat(await incoming.toArray()).toString());
      response.end(JSON.stringify(MINTED));
    });
    expect(await mintAccessToken(reach(), { ...request, accountsServer })).toMatchObject({ kind: 'minted' });
    expect(new URLSearchParams(bodies[0]).get('refresh_token')).toBe(SECRETS.refreshToken);
  });

  it('whose answer is huge is transient, though the token stands at its start', async () => {
    const accountsServer = await serve((_, response) => {
      response.end(JSON.stringify({ ...MINTED, padding: 'x'.repeat(MAX_BODY_BYTES) }));
    });
    expect(await mintAccessToken(reach(), { ...request, accountsServer })).toMatchObject({
      kind: 'transient',
    });
  });

  it('that nobody answers is transient', async () => {
    const accountsServer = await serve(() => {});
    expect(await mintAccessToken(reach(IMPATIENT_MS), { ...request, accountsServer })).toEqual({
      kind: 'transient',
      reason: `no complete answer (after ${IMPATIENT_MS} ms)`,
    });
  });
});
