import fc from 'fast-check';
import { MockAgent } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ZohoHttp } from '../../../lib/zoho/http.ts';
import {
  exchangeCode,
  interpretExchange,
  interpretMint,
  interpretRevoke,
  mintAccessToken,
  revokeToken,
} from '../../../lib/zoho/token-endpoint.ts';
import { dispatchedBy } from '../../support/dispatched.ts';
import {
  answered,
  CLIENT,
  EU,
  LOCALIZED_THROTTLE,
  MINTED,
  SECRETS,
  THROTTLE,
  UNUSABLE,
} from './responses.ts';

const STATUSES = [200, 400, 401, 500];

describe('the error table, row by row, whatever the HTTP status', () => {
  const rows: ReadonlyArray<[name: string, body: object, onRefresh: object, onExchange: object]> = [
    ...['invalid_code', 'invalid_grant'].map((error): [string, object, object, object] => [
      error,
      { error },
      { kind: 'dead', error },
      { kind: 'codeRejected', error },
    ]),
    ...['invalid_client', 'invalid_client_secret', 'invalid_redirect_uri'].map(
      (error): [string, object, object, object] => [
        error,
        { error },
        { kind: 'misconfigured', error },
        { kind: 'misconfigured', error },
      ],
    ),
    ...[
      THROTTLE,
      LOCALIZED_THROTTLE,
      { status: 'failure' },
      { error: 'Zugriff verweigert', status: 'failure' },
    ].map((body): [string, object, object, object] => [
      `throttle ${JSON.stringify(body)}`,
      body,
      { kind: 'throttled' },
      { kind: 'throttled' },
    ]),
    ...[
      { error: 'invalid_scope' },
      { error: 'internal server error', description: 'x' },
      { error: { code: 'invalid_code' } },
      { error: 7 },
      { ...MINTED, access_token: undefined },
      { ...MINTED, access_token: '' },
      { ...MINTED, access_token: null },
      { ...MINTED, access_token: { value: 'x' } },
      { ...MINTED, access_token: 'with a\r\nline break' },
      { ...MINTED, access_token: 'x'.repeat(2049) },
      { ...MINTED, error: 'invalid_code' },
      { ...MINTED, status: 'failure' },
    ].map((body): [string, object, object, object] => [
      `unknown ${JSON.stringify(body).slice(0, 60)}`,
      body,
      { kind: 'transient', reason: expect.any(String) },
      { kind: 'transient', reason: expect.any(String) },
    ]),
  ];

  describe.each(rows)('%s', (_, body, onRefresh, onExchange) => {
    it.each(STATUSES)('with HTTP %i', (status) => {
      expect(interpretMint(answered(body, status), EU)).toEqual(onRefresh);
      expect(interpretExchange(answered(body, status), EU)).toEqual(onExchange);
    });
  });

  describe.each(UNUSABLE)('%s', (_, response) => {
    it.each([...STATUSES, 429, 502, 503])('with HTTP %i is transient', (status) => {
      expect(interpretMint(response(status), EU).kind).toBe('transient');
      expect(interpretExchange(response(status), EU).kind).toBe('transient');
    });
  });

  it('tells why an answer was of no use, for people', () => {
    const reasons = [
      answered('<html>', 503),
      answered({ error: 'invalid_scope' }),
      answered({ error: SECRETS.refreshToken }),
      answered(MINTED.access_token),
      answered({ ...MINTED, error: 'invalid_code' }),
      { kind: 'unreachable', reason: 'network', detail: 'ECONNREFUSED' } as const,
    ].map((response) => interpretMint(response, EU));
    expect(reasons).toEqual(
      [
        'HTTP 503, a page instead of JSON',
        'HTTP 200, error invalid_scope',
        'HTTP 200, error unrecognised',
        'HTTP 200, something else instead of JSON',
        'HTTP 200, an access token beside an error',
        'network error (ECONNREFUSED)',
      ].map((reason) => ({ kind: 'transient', reason })),
    );
  });

  it.each(STATUSES)(
    'a token is a token, with HTTP %i: the probe proves it before anybody is given it',
    (status) => {
      expect(interpretMint(answered(MINTED, status), EU).kind).toBe('minted');
      expect(interpretExchange(answered(MINTED, status), EU).kind).toBe('exchanged');
    },
  );

  it('takes a field that says there is no error for none', () => {
    for (const error of [null, '']) {
      expect(interpretMint(answered({ ...MINTED, error, status: 'success' }), EU).kind).toBe('minted');
    }
  });
});

describe('a revocation', () => {
  it.each([
    ['success', { status: 'success' }, 200, { kind: 'revoked' }],
    ['an unknown token', { error: 'invalid_code', status: 'failure' }, 400, { kind: 'unknownToken' }],
    ['an unknown token, without a status', { error: 'invalid_token' }, 400, { kind: 'unknownToken' }],
    ['an unknown token, with HTTP 200', { error: 'invalid_code' }, 200, { kind: 'unknownToken' }],
    ['a throttle', THROTTLE, 400, { kind: 'transient', reason: 'HTTP 400, error unrecognised' }],
    ['a localized throttle', LOCALIZED_THROTTLE, 400, expect.objectContaining({ kind: 'transient' })],
    [
      'trouble',
      { error: 'internal_error' },
      500,
      { kind: 'transient', reason: 'HTTP 500, error internal_error' },
    ],
  ])('%s', (_, body, status, expected) => {
    expect(interpretRevoke(answered(body, status))).toEqual(expected);
  });

  it.each(UNUSABLE.filter(([name]) => name !== 'an empty object'))(
    'with %s is tried again',
    (_, response) => {
      for (const status of STATUSES) expect(interpretRevoke(response(status)).kind).toBe('transient');
    },
  );
});

describe('what goes over the wire', () => {
  let agent: MockAgent;
  let http: ZohoHttp;
  let sent: { path: string; headers: unknown; body: unknown }[];

  beforeEach(() => {
    agent = new MockAgent();
    agent.disableNetConnect();
    http = { transport: dispatchedBy(agent), timeoutMs: 5_000 };
    sent = [];
  });
  afterEach(async () => {
    agent.assertNoPendingInterceptors();
    await agent.close();
  });

  function zohoAnswers(path: string, body: object, status = 200) {
    agent
      .get(EU.accountsServer)
      .intercept({ method: 'POST', path })
      .reply((options) => {
        sent.push({ path: options.path, headers: options.headers, body: options.body });
        return { statusCode: status, data: JSON.stringify(body), responseOptions: { headers: {} } };
      });
  }

  const common = { dataCenter: EU, accountsServer: EU.accountsServer, client: CLIENT };

  it('mints with a form, and with nothing secret in the URL or a header (P8)', async () => {
    zohoAnswers('/oauth/v2/token', MINTED);
    const outcome = await mintAccessToken(http, { ...common, refreshToken: SECRETS.refreshToken });
    expect(outcome).toMatchObject({ kind: 'minted', token: { accessToken: SECRETS.accessToken } });
    expect(formOf(sent[0]?.body)).toEqual({
      grant_type: 'refresh_token',
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
      refresh_token: SECRETS.refreshToken,
    });
    expect(sent[0]?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' });
    expectNoSecret(sent[0]?.headers);
  });

  it('exchanges a code with the redirect URI that it was requested with', async () => {
    zohoAnswers('/oauth/v2/token', { ...MINTED, refresh_token: SECRETS.refreshToken });
    const redirectUri = 'https://keeper.example.com/callback?a=b&c=d+e';
    const outcome = await exchangeCode(http, { ...common, code: SECRETS.code, redirectUri });
    expect(outcome).toMatchObject({ kind: 'exchanged', token: { refreshToken: SECRETS.refreshToken } });
    expect(formOf(sent[0]?.body)).toEqual({
      grant_type: 'authorization_code',
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
      redirect_uri: redirectUri,
      code: SECRETS.code,
    });
    expectNoSecret(sent[0]?.headers);
  });

  it('revokes with the token in the body', async () => {
    zohoAnswers('/oauth/v2/token/revoke', { status: 'success' });
    const { accountsServer } = EU;
    expect(await revokeToken(http, { accountsServer, token: SECRETS.refreshToken })).toEqual({
      kind: 'revoked',
    });
    expect(formOf(sent[0]?.body)).toEqual({ token: SECRETS.refreshToken });
  });

  it('follows no redirect: the form would go where the answer says', async () => {
    agent
      .get(EU.accountsServer)
      .intercept({ method: 'POST', path: '/oauth/v2/token' })
      .reply(307, '', { headers: { location: 'https://accounts.zoho.com/oauth/v2/token' } });
    const outcome = await mintAccessToken(http, { ...common, refreshToken: SECRETS.refreshToken });
    expect(outcome).toEqual({ kind: 'transient', reason: 'HTTP 307, an empty body instead of JSON' });
  });
});

describe('for any answer at all', () => {
  const secretValue = fc.constantFrom(...Object.values(SECRETS));
  const value = fc.oneof(
    fc.jsonValue(),
    secretValue,
    fc.constantFrom('', null, 'failure', 'invalid_code', 'Access Denied', 3600, -1),
  );
  const keys = [
    'access_token',
    'refresh_token',
    'error',
    'error_description',
    'status',
    'api_domain',
    'scope',
  ];
  const zohoLike = fc.dictionary(fc.constantFrom(...keys, 'expires_in', 'expires_in_sec'), value);
  const body = fc.oneof(
    zohoLike.map((object) => JSON.stringify(object)),
    fc.json(),
    fc.string(),
    zohoLike.chain((object) => fc.nat(120).map((length) => JSON.stringify(object).slice(0, length))),
  );
  const response = fc
    .record({ body, status: fc.integer({ min: 200, max: 599 }), contentType: fc.option(fc.string()) })
    .chain((answer) =>
      fc.boolean().map((truncated) => ({ kind: 'answered' as const, ...answer, truncated })),
    );

  it('never throws, mints nothing without an access token, and lets no secret out of a failure (P1, P8)', () => {
    fc.assert(
      fc.property(response, (answer) => {
        for (const outcome of [interpretMint(answer, EU), interpretExchange(answer, EU)]) {
          if (outcome.kind === 'minted' || outcome.kind === 'exchanged') {
            expect(outcome.token.accessToken).toMatch(/^[\x21-\x7e]+$/);
            expect(outcome.token.accessToken).toBe(JSON.parse(answer.body).access_token);
            expect(outcome.token.expiresInS).toBeGreaterThanOrEqual(1);
            expect(outcome.token.expiresInS).toBeLessThanOrEqual(86_400);
            expect(outcome.token.refreshToken).not.toBe('');
          } else {
            expectNoSecret(outcome);
          }
        }
        expectNoSecret(interpretRevoke(answer));
      }),
      { numRuns: 500 },
    );
  });
});

function formOf(body: unknown): object {
  return Object.fromEntries(new URLSearchParams(String(body)));
}

function expectNoSecret(value: unknown): void {
  const text = JSON.stringify(value);
  for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
}
