/** Holds how Zoho is called: with which token, how often, and that no token ever leaves for another origin. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ZohoToken } from '../../../lib/client/access-token-document.ts';
import { ZohoRequestRefusedError, ZohoTokenUnavailableError } from '../../../lib/client/errors.ts';
import { refusesToken } from '../../../lib/client/refused-token.ts';
import { type ZohoRequestInit, zohoFetch } from '../../../lib/client/zoho-fetch.ts';
import { isTrustworthyDomain, isZohoOrigin } from '../../../lib/client/zoho-origins.ts';
import { DATA_CENTERS } from '../../../lib/domain/data-center.ts';
import { classifyProbeError } from '../../../lib/zoho/classify.ts';
import { startZoho } from '../../infra/local/zoho/support.ts';
import { aDocument, aReader, aToken, MINUTE_MS, NOW_MS, startSecrets } from './support.ts';

const INVALID_TOKEN = { code: 'INVALID_TOKEN', details: {}, message: 'invalid oauth token', status: 'error' };

interface Refusal {
  readonly code?: unknown;
  readonly errorCode?: unknown;
  readonly message?: string;
  readonly data?: { readonly errorCode: string };
}

interface Received {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** A server that answers as told, and remembers what it got. */
async function startServer(
  answer: (request: IncomingMessage) => {
    status: number;
    headers?: Record<string, string>;
    body?: object;
  },
) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const { url = '', headers } = request;
    const body = (await buffer(request)).toString();
    received.push({ url, authorization: headers.authorization, body });
    const { status, headers: more = {}, body: json = {} } = answer(request);
    response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** Takes the token `1000.new` only. */
function startStrictServer() {
  return startServer(({ headers }) =>
    headers.authorization === 'Zoho-oauthtoken 1000.new'
      ? { status: 200, body: { ok: true } }
      : { status: 401, body: INVALID_TOKEN },
  );
}

/** Tokens as a reader would give them; `1000.old` until it is replaced. */
function tokensFor(apiDomain: string, replacement: ZohoToken | null = null) {
  return {
    token: async () => aToken({ apiDomain, accessToken: '1000.old' }),
    replacementFor: vi.fn(async (_refused: string) => replacement),
  };
}

describe('a call', () => {
  it('carries the published token to the API domain, beside the caller’s own headers', async () => {
    const server = await startServer(() => ({ status: 201, body: { id: '1' } }));
    const init = {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'x-own': '1', authorization: 'of the caller' },
    };
    const answer = await zohoFetch(tokensFor(server.origin), fetch, '/crm/v8/Leads?page=2', init);
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ id: '1' });
    expect(server.received).toEqual([
      { url: '/crm/v8/Leads?page=2', authorization: 'Zoho-oauthtoken 1000.old', body: '{"a":1}' },
    ]);
  });

  it('does not change what the caller passed in', async () => {
    const server = await startServer(() => ({ status: 200 }));
    const headers = new Headers({ 'x-own': '1' });
    await zohoFetch(tokensFor(server.origin), fetch, '/', { headers });
    expect([...headers.keys()]).toEqual(['x-own']);
  });

  it('fails by name, and sends nothing, when there is no token', async () => {
    const send = vi.fn<typeof fetch>();
    const none = new ZohoTokenUnavailableError('TOKEN_EXPIRED', 'over');
    const tokens = { token: () => Promise.reject(none), replacementFor: async () => null };
    await expect(zohoFetch(tokens, send, '/crm/v8/org')).rejects.toBe(none);
    expect(send).not.toHaveBeenCalled();
  });

  it('hands on what the network throws', async () => {
    await expect(zohoFetch(tokensFor('http://127.0.0.1:9'), fetch, '/')).rejects.toThrow(TypeError);
  });
});

describe('an abort is heard', () => {
  const never = () => new Promise<never>(() => {});
  const reason = new Error('The caller has no time left.');
  const refused = () => Response.json(INVALID_TOKEN, { status: 401 });
  const aTokenAtOnce = async () => aToken();

  it.each([
    ['while the token is waited for', { token: never, replacementFor: never }, refused],
    [
      'while a refusal is read',
      { token: aTokenAtOnce, replacementFor: never },
      () => new Response(new ReadableStream(), { status: 401 }),
    ],
    ['while a replacement is waited for', { token: aTokenAtOnce, replacementFor: never }, refused],
  ])('%s', async (_when, tokens, answer) => {
    const controller = new AbortController();
    const outcome = zohoFetch(tokens, async () => answer(), '/', { signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(reason);
    await expect(outcome).rejects.toBe(reason);
  });

  it('before anything is sent', async () => {
    const send = vi.fn<typeof fetch>();
    const call = zohoFetch(tokensFor('https://x.example'), send, '/', { signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
    expect(send).not.toHaveBeenCalled();
  });
});

describe('a token that Zoho refuses', () => {
  it('is replaced by one that is published by now, once, with the same request', async () => {
    const server = await startStrictServer();
    const tokens = tokensFor(server.origin, aToken({ apiDomain: server.origin, accessToken: '1000.new' }));
    const answer = await zohoFetch(tokens, fetch, '/crm/v8/Leads', { method: 'POST', body: 'the same' });
    expect(answer.status).toBe(200);
    expect(tokens.replacementFor).toHaveBeenCalledExactlyOnceWith('1000.old');
    expect(server.received.map(({ body }) => body)).toEqual(['the same', 'the same']);
  });

  it('is answered with Zoho’s 401, still to be read, when there is no other', async () => {
    const server = await startStrictServer();
    const tokens = tokensFor(server.origin);
    const answer = await zohoFetch(tokens, fetch, '/crm/v8/org');
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual(INVALID_TOKEN);
    expect(tokens.replacementFor).toHaveBeenCalledOnce();
    expect(server.received).toHaveLength(1);
  });

  it('is replaced once only: a second refusal is answered', async () => {
    const server = await startServer(() => ({ status: 401, body: INVALID_TOKEN }));
    const tokens = tokensFor(server.origin, aToken({ apiDomain: server.origin, accessToken: '1000.new' }));
    expect((await zohoFetch(tokens, fetch, '/')).status).toBe(401);
    expect(tokens.replacementFor).toHaveBeenCalledOnce();
    expect(server.received).toHaveLength(2);
  });

  it('follows the connection to another data centre', async () => {
    const [old, moved] = [await startStrictServer(), await startStrictServer()];
    const tokens = tokensFor(old.origin, aToken({ apiDomain: moved.origin, accessToken: '1000.new' }));
    expect((await zohoFetch(tokens, fetch, '/crm/v8/org')).status).toBe(200);
    expect(old.received.map(({ authorization }) => authorization)).toEqual(['Zoho-oauthtoken 1000.old']);
    expect(moved.received.map(({ authorization }) => authorization)).toEqual(['Zoho-oauthtoken 1000.new']);
  });

  it('is answered with Zoho’s 401 when the target is none for the token that took its place', async () => {
    const [old, moved] = [await startStrictServer(), await startStrictServer()];
    const tokens = tokensFor(old.origin, aToken({ apiDomain: moved.origin, accessToken: '1000.new' }));
    const answer = await zohoFetch(tokens, fetch, `${old.origin}/crm/v8/org`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual(INVALID_TOKEN);
    expect([old.received.length, moved.received.length]).toEqual([1, 0]);
  });

  it('is replaced with the same headers, also those that can be read once only', async () => {
    const server = await startServer(({ headers }) =>
      headers.authorization === 'Zoho-oauthtoken 1000.new' && headers['x-own'] === '1'
        ? { status: 200 }
        : { status: 401, body: INVALID_TOKEN },
    );
    const tokens = tokensFor(server.origin, aToken({ apiDomain: server.origin, accessToken: '1000.new' }));
    const headers = new Map([['x-own', '1']]).entries() as unknown as [string, string][];
    expect((await zohoFetch(tokens, fetch, '/', { headers })).status).toBe(200);
  });

  it.each<[string, NonNullable<ZohoRequestInit['body']>]>([
    ['text', 'body'],
    ['a form', new URLSearchParams({ a: 'b' })],
    ['form data', formData()],
    ['a blob', new Blob(['body'])],
    ['bytes', Buffer.from('body')],
    ['an array buffer', new TextEncoder().encode('body').buffer as ArrayBuffer],
  ])('with %s as its body is sent again', async (_, body) => {
    const server = await startStrictServer();
    const tokens = tokensFor(server.origin, aToken({ apiDomain: server.origin, accessToken: '1000.new' }));
    expect((await zohoFetch(tokens, fetch, '/', { method: 'POST', body })).status).toBe(200);
    expect(server.received[1]?.body.length).toBe(server.received[0]?.body.length);
    expect(server.received[1]?.body).not.toBe('');
  });

  it.each<[string, () => NonNullable<ZohoRequestInit['body']>]>([
    ['a stream', () => new Blob(['body']).stream() as NonNullable<ZohoRequestInit['body']>],
    ['a stream of Node’s', () => Readable.from(['body']) as unknown as NonNullable<ZohoRequestInit['body']>],
  ])('with %s as its body is not sent again, but the next call has the new token', async (_, body) => {
    const server = await startStrictServer();
    const tokens = tokensFor(server.origin, aToken({ apiDomain: server.origin, accessToken: '1000.new' }));
    const answer = await zohoFetch(tokens, fetch, '/', { method: 'POST', body: body(), duplex: 'half' });
    expect(answer.status).toBe(401);
    expect(server.received).toHaveLength(1);
    expect(tokens.replacementFor).toHaveBeenCalledOnce();
  });

  it.each<[string, number, Refusal]>([
    ['CRM', 401, INVALID_TOKEN],
    ['CRM without a token', 401, { code: 'AUTHENTICATION_FAILURE' }],
    ['Books', 401, { code: 57, message: 'You are not authorized to perform this operation' }],
    ['Books, with its other code', 401, { code: 14 }],
    ['Desk', 401, { errorCode: 'INVALID_OAUTH', message: 'invalid' }],
    ['Mail', 401, { data: { errorCode: 'INVALID_OAUTHTOKEN' } }],
  ])('is known by what %s answers', async (_, status, body) => {
    expect(await refusesToken(Response.json(body, { status }))).toBe(true);
    const code = body.code ?? body.errorCode ?? body.data?.errorCode;
    expect(['invalidToken', 'ambiguous']).toContain(classifyProbeError(String(code)));
  });

  it.each([
    ['a missing scope', 401, { code: 'OAUTH_SCOPE_MISMATCH' }],
    ['a missing permission', 403, { code: 'NO_PERMISSION' }],
    ['another status', 403, INVALID_TOKEN],
    ['a list', 401, []],
    ['null', 401, null],
  ])('is not what %s is', async (_, status, body) => {
    expect(await refusesToken(Response.json(body, { status }))).toBe(false);
  });

  it('is not what a page is', async () => {
    expect(await refusesToken(new Response('<html>', { status: 401 }))).toBe(false);
  });
});

describe('against the simulated Zoho, with the secret behind a socket', () => {
  it('a revoked token is read anew exactly once, and the call goes on with the next one', async () => {
    const { zoho, authorize } = await startZoho();
    const { client, publish, reads } = await startSecrets();
    const [old, next] = [await authorize(), await authorize()];
    await publish({ accessToken: old.accessToken, apiDomain: zoho.origin });
    const { reader } = aReader(client);
    expect((await reader.zohoFetch('/crm/v8/org')).status).toBe(200);

    zoho.revokeRefreshToken({ refreshToken: old.refreshToken });
    expect((await reader.zohoFetch('/crm/v8/org')).status).toBe(401);
    expect(reads()).toBe(2);

    await publish({ accessToken: next.accessToken, apiDomain: zoho.origin });
    const answer = await reader.zohoFetch('/crm/v8/org');
    expect(await answer.json()).toMatchObject({ org: [{ company_name: 'Acme' }] });
    expect(reads()).toBe(3);
  });

  it('answers of CRM, Books, Desk and Mail come as they are', async () => {
    const { zoho, authorize } = await startZoho();
    const { client, publish } = await startSecrets();
    const scopes = [
      'ZohoCRM.org.READ',
      'ZohoBooks.settings.READ',
      'Desk.basic.READ',
      'ZohoMail.accounts.READ',
    ];
    const { accessToken } = await authorize(scopes);
    await publish({ accessToken, apiDomain: zoho.origin });
    const { reader } = aReader(client);
    for (const path of ['/crm/v8/org', '/books/v3/organizations', '/api/v1/organizations', '/api/accounts']) {
      expect((await reader.zohoFetch(path)).status).toBe(200);
    }
    expect((await reader.zohoFetch(`${zoho.origin}/api/accounts`)).status).toBe(200);
  });

  it('while Secrets Manager fails, a refused token is answered with Zoho’s 401', async () => {
    const { zoho } = await startZoho();
    const { client, publish, putText } = await startSecrets();
    await publish({ accessToken: '1000.dead', apiDomain: zoho.origin });
    const { reader } = aReader(client);
    await reader.getAccessToken();
    await putText('garbage');
    expect((await reader.zohoFetch('/crm/v8/org')).status).toBe(401);
  });
});

describe('no token leaves for another origin', () => {
  const send = vi.fn<typeof fetch>(async () => new Response());
  const tokens = tokensFor('https://www.zohoapis.eu');
  const call = (target: string | URL) => zohoFetch(tokens, send, target);

  it.each([
    ['//evil.example/x', 'TARGET_INVALID'],
    ['//www.zohoapis.eu/x', 'TARGET_INVALID'],
    ['/\\evil.example/x', 'TARGET_INVALID'],
    ['/\t/evil.example/x', 'ORIGIN_FORBIDDEN'],
    ['/\n\\evil.example/x', 'ORIGIN_FORBIDDEN'],
    ['/\t/[evil', 'TARGET_INVALID'],
    ['/\t/desk.zoho.eu/x', 'ORIGIN_FORBIDDEN'],
    ['\\\\evil.example', 'TARGET_INVALID'],
    ['crm/v8/org', 'TARGET_INVALID'],
    ['', 'TARGET_INVALID'],
    ['?page=2', 'TARGET_INVALID'],
    ['https://evil.example/crm', 'ORIGIN_FORBIDDEN'],
    ['https://www.zohoapis.eu.evil.example/', 'ORIGIN_FORBIDDEN'],
    ['https://www.zohoapis.eu@evil.example/', 'ORIGIN_FORBIDDEN'],
    ['https://www.zohoapis.eu:8443/', 'ORIGIN_FORBIDDEN'],
    ['http://www.zohoapis.eu/', 'ORIGIN_FORBIDDEN'],
    ['http://desk.zoho.eu/', 'ORIGIN_FORBIDDEN'],
    ['https://accounts.zoho.eu/', 'ORIGIN_FORBIDDEN'],
    ['https://desk.zoho.example/', 'ORIGIN_FORBIDDEN'],
    ['https://desk.zoho.ca/', 'ORIGIN_FORBIDDEN'],
    ['https://xdesk.zoho.eu/', 'ORIGIN_FORBIDDEN'],
    ['https:evil.example', 'ORIGIN_FORBIDDEN'],
    ['javascript:alert(1)', 'ORIGIN_FORBIDDEN'],
    ['data:text/plain,x', 'ORIGIN_FORBIDDEN'],
  ])('%j is refused before anything is sent', async (target, code) => {
    const error = await call(target).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ZohoRequestRefusedError);
    expect(error).toMatchObject({ name: 'ZohoRequestRefusedError', code });
    expect((error as Error).message).toContain('No request was sent.');
    expect((error as Error).message).not.toContain('1000.');
    expect(send).not.toHaveBeenCalled();
  });

  it.each([
    ['/crm/v8/org', 'https://www.zohoapis.eu/crm/v8/org'],
    ['/../crm', 'https://www.zohoapis.eu/crm'],
    ['/x?u=//evil.example', 'https://www.zohoapis.eu/x?u=//evil.example'],
    ['https://www.zohoapis.eu/books/v3/items', 'https://www.zohoapis.eu/books/v3/items'],
    ['https://desk.zoho.eu/api/v1/tickets', 'https://desk.zoho.eu/api/v1/tickets'],
    ['https://mail.zoho.eu/api/accounts', 'https://mail.zoho.eu/api/accounts'],
  ])('%s is called', async (target, url) => {
    await call(target);
    expect(String(send.mock.lastCall?.[0])).toBe(url);
    await call(URL.canParse(target) ? new URL(target) : target);
    expect(String(send.mock.lastCall?.[0])).toBe(url);
  });

  it('whatever the target, what is called is the API domain, or one of Zoho’s hosts', async () => {
    const origins = ['https://www.zohoapis.eu', 'https://desk.zoho.eu', 'https://mail.zoho.eu'];
    const part = fc.constantFrom(
      '/',
      '\\',
      '\t',
      '\n',
      ' ',
      ':',
      '@',
      '#',
      '?',
      '.',
      'https',
      'evil.example',
    );
    const target = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.array(fc.oneof(part, fc.constantFrom(...origins)), { maxLength: 8 }).map((parts) => parts.join('')),
    );
    await fc.assert(
      fc.asyncProperty(target, async (text) => {
        send.mockClear();
        await call(text).catch((error: unknown) => expect(error).toBeInstanceOf(ZohoRequestRefusedError));
        for (const [url] of send.mock.calls) expect(origins).toContain((url as URL).origin);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a redirect is answered and not followed, also not if the caller asks for it', async () => {
    const evil = await startServer(() => ({ status: 200 }));
    const server = await startServer(() => ({ status: 302, headers: { location: `${evil.origin}/x` } }));
    const follow = { redirect: 'follow' } as ZohoRequestInit;
    const answer = await zohoFetch(tokensFor(server.origin), fetch, '/', follow);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(`${evil.origin}/x`);
    expect(evil.received).toEqual([]);
  });

  it('Zoho’s hosts are those of the data centres that the keeper knows', () => {
    for (const { apiDomain, deskDomain, mailDomain } of Object.values(DATA_CENTERS)) {
      expect([apiDomain, deskDomain, mailDomain].map(isZohoOrigin)).toEqual([true, true, true]);
    }
  });

  it('the API domain of a stand-in may be called by its whole URL, and by no other scheme or port', async () => {
    const standIn = tokensFor('http://127.0.0.1:4000');
    await zohoFetch(standIn, send, 'http://127.0.0.1:4000/api/accounts');
    expect(String(send.mock.lastCall?.[0])).toBe('http://127.0.0.1:4000/api/accounts');
    for (const other of ['https://127.0.0.1:4000/', 'http://127.0.0.1:4001/', 'http://localhost:4000/']) {
      await expect(zohoFetch(standIn, send, other)).rejects.toMatchObject({ code: 'ORIGIN_FORBIDDEN' });
    }
  });

  it('an API domain is https, or this machine', () => {
    const domains = [
      'https://x.example',
      'http://127.0.0.1:1',
      'http://localhost',
      'http://[::1]',
      'http://x',
    ];
    expect(domains.map(isTrustworthyDomain)).toEqual([true, true, true, true, false]);
  });
});

function formData(): FormData {
  const form = new FormData();
  form.set('file', new Blob(['body']), 'file.txt');
  return form;
}

it('the builders of these tests are valid for 50 minutes', () => {
  expect(aToken().expiresAtMs).toBe(NOW_MS + 50 * MINUTE_MS);
  expect(Date.parse(aDocument().expiresAt)).toBe(aToken().expiresAtMs);
});
