import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../infra/local/aws/call-journal.ts';
import { parseLogLine } from '../../../infra/local/console.ts';
import { type Consenting, consentBehind } from '../../support/browser.ts';
import { aConfigurationOf } from '../../support/builders.ts';
import { type Answer, startWatchedTwin, type WatchedTwin } from '../../support/watched-twin.ts';

const CONFIGURATION = aConfigurationOf({
  connections: [
    { id: 'crm', client: 'main', dataCenter: 'eu', scopes: ['ZohoCRM.org.READ'], probe: 'crm' },
    { id: 'books', client: 'main', dataCenter: 'eu', scopes: ['ZohoBooks.settings.READ'], probe: 'books' },
  ],
  rateLimits: { reauthorize: 15, override: 100, refresh: 100 },
});
const REASON = 'The refresh token was revoked';
const USER = 'crm@example.com';
/** The first ones are cold starts, within API Gateway's 29 s; fifty at once are the workflows' own tests (test/lib/workflows). */
const AT_ONCE = 20;
const COLD_STARTS_TIMEOUT_MS = 60_000;

let twin: WatchedTwin;
beforeAll(async () => {
  twin = await startWatchedTwin({ configuration: CONFIGURATION });
});
afterAll(() => twin.close());

const post = (path: string, body: unknown, options: RequestInit & { token?: string | null } = {}) =>
  twin.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...options,
  });

const exchanges = () => twin.simulator.journal.filter(({ grantType }) => grantType === 'authorization_code');
const codes = () => twin.logs.map((text) => parseLogLine(text)?.code);
const logged = (code: string) => codes().filter((candidate) => candidate === code).length;

async function linkFor(connection: string, more: object = {}): Promise<URL> {
  const answer = await post('/api/zoho/emergency-reauth', { connection, reason: REASON, ...more });
  expect(answer.status, answer.text).toBe(201);
  return new URL(answer.json.authorizationUrl);
}

/** What a person does at Zoho; answers where the browser is sent to then. */
function consentAt(link: URL, consenting: Partial<Consenting> = {}): string {
  return consentBehind(twin.simulator, link.href, { user: USER, ...consenting });
}

/** A browser that follows Zoho's redirect. */
const come = (redirectUrl: string) => twin.ask(redirectUrl, { token: null });

async function statusOf(connection: string) {
  const { json } = await twin.ask(`/api/zoho/status?connection=${connection}&probe=true`);
  return json.connections[0];
}

async function readCredential(connection: string): Promise<string> {
  const answer = await twin.secretsManager.service({
    operation: 'GetSecretValue',
    input: { SecretId: `zoho/${connection}/credential` },
    principal: 'operator',
  });
  return (answer as { SecretString: string }).SecretString;
}

const headlineOf = ({ text }: Answer) => /<h1[^>]*>([^<]*)</.exec(text)?.[1];

describe('emergency re-authorisation', () => {
  it('lets an admin back in: a link, a consent, and consumers have a new token', async () => {
    const before = await statusOf('crm');
    const link = await linkFor('crm');
    expect(Object.fromEntries(link.searchParams)).toMatchObject({
      access_type: 'offline',
      prompt: 'consent',
      scope: 'ZohoCRM.org.READ',
      redirect_uri: `${twin.api}/api/zoho/oauth/callback`,
    });
    const page = await come(consentAt(link));
    expect([page.status, headlineOf(page)]).toEqual([200, 'Connected']);
    expect(await statusOf('crm')).toMatchObject({
      health: 'healthy',
      generation: (before.generation ?? 1) + 1,
      source: 'consent',
      openIncident: null,
      probe: { outcome: 'accepted' },
    });
    expect(twin.bus.events.map(({ DetailType }) => DetailType)).toEqual([
      'ZohoCredentialReplaced',
      'ZohoAccessTokenPublished',
    ]);
  });

  it('answers pages that run nothing, are kept nowhere, and tell nobody where they were', async () => {
    const page = await come(consentAt(await linkFor('crm')));
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'sha256-/),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  it.each([
    ['denial', 403, 'Consent was denied', { decision: 'deny' as const }],
    ['a missing scope', 422, 'Not all permissions were granted', { scopes: ['ZohoCRM.users.READ'] }],
  ])('explains %s on a page, and leaves the credential alone', async (_name, status, headline, consent) => {
    const before = await statusOf('crm');
    const page = await come(consentAt(await linkFor('crm'), consent));
    expect([page.status, headlineOf(page)]).toEqual([status, headline]);
    expect(await statusOf('crm')).toMatchObject({ generation: before.generation });
  });

  it('keeps to the organisation that was pinned, unless the change is asked for by name', async () => {
    const stranger = twin.simulator.registerUser({ email: 'somebody@elsewhere.example' });
    const before = await statusOf('crm');
    const refused = await come(consentAt(await linkFor('crm'), { user: stranger.email }));
    expect([refused.status, headlineOf(refused)]).toEqual([422, 'Wrong Zoho organisation']);
    expect(await statusOf('crm')).toMatchObject({ organizationId: before.organizationId });

    const expectedOrganizationId = stranger.organizations[0]?.zgid;
    const accepted = await come(
      consentAt(await linkFor('crm', { expectedOrganizationId }), { user: stranger.email }),
    );
    expect(headlineOf(accepted)).toBe('Connected');
    const owner = twin.simulator.registerUser({ email: USER });
    expect(await statusOf('crm')).toMatchObject({ organizationId: expectedOrganizationId });
    const back = await linkFor('crm', { expectedOrganizationId: owner.organizations[0]?.zgid });
    expect(headlineOf(await come(consentAt(back)))).toBe('Connected');
  });

  it('P8: takes a state once, and no older one than the newest', async () => {
    const [older, newer] = [await linkFor('crm'), await linkFor('crm')];
    const before = exchanges().length;
    expect(headlineOf(await come(consentAt(older)))).toBe('This link is no longer valid');
    const redirect = consentAt(newer);
    expect(headlineOf(await come(redirect))).toBe('Connected');
    expect(headlineOf(await come(redirect))).toBe('This link is no longer valid');
    expect(exchanges().length).toBe(before + 1);
  });

  it(
    'P4: identical callbacks at once are one promotion',
    async () => {
      const { generation } = await statusOf('crm');
      const before = { exchanges: exchanges().length, replaced: logged('CREDENTIAL_REPLACED') };
      const redirect = consentAt(await linkFor('crm'));
      const pages = await Promise.all(Array.from({ length: AT_ONCE }, () => come(redirect)));
      const headlines = pages.map(headlineOf).sort();
      expect(headlines).toEqual(['Connected', ...Array(AT_ONCE - 1).fill('This link is no longer valid')]);
      expect(exchanges().length).toBe(before.exchanges + 1);
      expect(logged('CREDENTIAL_REPLACED')).toBe(before.replaced + 1);
      expect(await statusOf('crm')).toMatchObject({ generation: generation + 1 });
    },
    COLD_STARTS_TIMEOUT_MS,
  );
});

describe('a manual token update', () => {
  const update = (body: object, query = '') => post(`/api/zoho/manual-token-update${query}`, body);

  function grantCode(): string {
    const [client] = new Set(twin.simulator.journal.map(({ clientId }) => clientId));
    const scopes = ['ZohoBooks.settings.READ'];
    const code = twin.simulator.issueGrantCode({
      clientId: client ?? '',
      scopes,
      user: 'books@example.com',
    });
    return code.code;
  }

  const runningToken = async (): Promise<string> => JSON.parse(await readCredential('books')).refreshToken;

  it('takes a Self Client’s grant code, proven', async () => {
    const { status, json, text } = await update({
      connection: 'books',
      reason: REASON,
      grantCode: grantCode(),
    });
    expect([status, text]).toEqual([200, expect.not.stringContaining('1000.')]);
    expect(json).toEqual({
      connection: 'books',
      result: 'replaced',
      message: expect.any(String),
      generation: 2,
      organizationId: expect.stringMatching(/^\d+$/),
      accessTokenExpiresAt: expect.any(String),
      auditRecorded: true,
    });
    expect(await statusOf('books')).toMatchObject({ source: 'override', probe: { outcome: 'accepted' } });
  });

  it('takes the running token again without a new generation', async () => {
    const refreshToken = await runningToken();
    const first = await update({ connection: 'books', reason: REASON, refreshToken });
    const again = await update({ connection: 'books', reason: REASON, refreshToken });
    expect([first.json, again.json]).toMatchObject([
      { result: 'unchanged', generation: 2 },
      { result: 'unchanged', generation: 2 },
    ]);
  });

  it('only proves, when that is all that is asked for', async () => {
    const refreshToken = await runningToken();
    const proven = await update({ connection: 'books', reason: REASON, refreshToken }, '?dryRun=true');
    expect(proven.json).toMatchObject({ result: 'proven', generation: null });
    const code = grantCode();
    const notProven = await update({ connection: 'books', reason: REASON, grantCode: code }, '?dryRun=true');
    expect(notProven.json).toMatchObject({ result: 'notProven' });
    const spent = await update({ connection: 'books', reason: REASON, grantCode: code });
    expect(spent.json, 'the dry run has not spent the code').toMatchObject({ result: 'replaced' });
  });

  it.each([
    ['an unknown token', { refreshToken: '1000.0123456789abcdef.0123456789abcdef' }, 422, 'token-refused'],
    ['an unknown code', { grantCode: '1000.0123456789abcdef.0123456789abcdef' }, 422, 'token-refused'],
    [
      'an accounts server that is not Zoho’s',
      { refreshToken: '1000.aa.bb', accountsServer: 'https://accounts.zoho.eu.evil.example' },
      422,
      'accounts-server-untrusted',
    ],
  ])('P1: refuses %s, and the running credential stays', async (_name, given, status, problem) => {
    const before = await runningToken();
    const refused = await update({ connection: 'books', reason: REASON, ...given });
    expect([refused.status, refused.json.type]).toEqual([
      status,
      `urn:zoho-token-recovery:problem:${problem}`,
    ]);
    expect(await runningToken()).toBe(before);
  });
});

describe('refresh now', () => {
  it(
    'P4: requests at once share one mint',
    async () => {
      const mints = () =>
        twin.simulator.journal.filter(({ grantType }) => grantType === 'refresh_token').length;
      const before = mints();
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () => post('/api/zoho/refresh', { connection: 'books' })),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(mints()).toBe(before + 1);
      const results = answers.map(({ json }) => json.result).sort();
      expect(results).toEqual([...Array(AT_ONCE - 1).fill('joined'), 'refreshed']);
    },
    COLD_STARTS_TIMEOUT_MS,
  );
});

describe('what an admin looks at', () => {
  it('the audit: by pages, by connection, actor and outcome', async () => {
    const first = await twin.ask('/api/zoho/audit?connection=crm&limit=3');
    expect(first.json).toMatchObject({ unreadable: 0, nextCursor: expect.any(String) });
    const [newest] = first.json.entries;
    const next = await twin.ask(`/api/zoho/audit?connection=crm&limit=3&cursor=${first.json.nextCursor}`);
    expect(next.json.entries[0].sequence).toBe(newest.sequence - 3);
    expect(newest).toMatchObject({
      actor: { kind: 'admin', name: 'admin@example.com' },
      reason: REASON,
      fingerprint: expect.any(String),
    });
    const mine = await twin.ask(`/api/zoho/audit?actor=${newest.actor.id}&outcome=refused&limit=100`);
    expect(mine.json.entries.length).toBeGreaterThan(0);
    const other = await twin.ask(
      `/api/zoho/audit?connection=crm&cursor=${first.json.nextCursor}&outcome=failed`,
    );
    expect([other.status, other.json.type]).toEqual([400, 'urn:zoho-token-recovery:problem:invalid-cursor']);
  });

  it('whether a chain of the audit is intact', async () => {
    const { status, json } = await twin.ask('/api/zoho/audit/verification?connection=crm');
    expect([status, json]).toEqual([
      200,
      {
        connection: 'crm',
        kind: 'intact',
        entries: expect.any(Number),
        fromSequence: 1,
        toSequence: json.entries,
        sealed: null,
        fault: null,
      },
    ]);
    expect(json.entries).toBeGreaterThan(0);
    const unnamed = await twin.ask('/api/zoho/audit/verification');
    expect([unnamed.status, unnamed.json.errors[0].path]).toEqual([400, 'query.connection']);
  });

  it('the incidents, and the API’s own description', async () => {
    expect((await twin.ask('/api/zoho/incidents')).json).toEqual({ incidents: [] });
    expect((await twin.ask('/api/zoho/openapi.json')).json).toMatchObject({ openapi: '3.1.0' });
  });
});

describe('whoever does not belong', () => {
  const ROUTES = [
    ['GET', '/api/zoho/status'],
    ['GET', '/api/zoho/audit'],
    ['GET', '/api/zoho/audit/verification'],
    ['GET', '/api/zoho/incidents'],
    ['GET', '/api/zoho/openapi.json'],
    ['POST', '/api/zoho/emergency-reauth'],
    ['POST', '/api/zoho/manual-token-update'],
    ['POST', '/api/zoho/refresh'],
  ] as const;

  /** What happened at Zoho and in the stores, but for what only reads. */
  function traces() {
    const isChange = ({ operation }: JournalEntry) => /Put|Update|Delete|Create/.test(operation);
    return [twin.simulator.journal.length, twin.journal.entries.filter(isChange).length];
  }

  const forged = () => {
    const [header, payload = '', signature] = twin.adminToken.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody' })).toString('base64url');
    return `${header}.${changed}.${signature}`;
  };

  it.each(ROUTES)('P8: %s %s is closed to them, and nothing happens', async (method, path) => {
    const before = traces();
    const body = { connection: 'crm', reason: REASON };
    for (const token of [null, 'no-token', forged(), `${twin.adminToken}x`]) {
      const { status, json } = await twin.ask(path, {
        method,
        token,
        headers: { 'content-type': 'application/json' },
        ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
      });
      expect([status, json.type]).toEqual([401, 'urn:zoho-token-recovery:problem:unauthenticated']);
    }
    expect(traces()).toEqual(before);
  });

  it.each(ROUTES)('%s %s answers another method, or a longer path, with 404', async (method, path) => {
    const other = method === 'GET' ? 'POST' : 'GET';
    for (const [asked, at] of [
      [other, path],
      ['DELETE', path],
      ['OPTIONS', path],
      [method, `${path}/more`],
    ] as const) {
      const { status, headers } = await twin.ask(at, { method: asked });
      expect([status, headers.get('access-control-allow-origin')]).toEqual([404, null]);
    }
  });

  it('P8: bad bodies and queries are refused, ask Zoho nothing, and change nothing', async () => {
    const before = traces();
    const bad: [string, RequestInit & { body?: string }, number][] = [
      ['/api/zoho/emergency-reauth', { body: '' }, 400],
      ['/api/zoho/emergency-reauth', { body: '{' }, 400],
      ['/api/zoho/emergency-reauth', { body: '[]' }, 400],
      ['/api/zoho/emergency-reauth', { body: '{"connection":"crm"}' }, 400],
      ['/api/zoho/emergency-reauth', { body: '{"connection":7,"reason":"Lost"}' }, 400],
      ['/api/zoho/emergency-reauth', { body: '{"connection":"crm","reason":"a\\u0000b"}' }, 400],
      ['/api/zoho/emergency-reauth', { body: `{"connection":"crm","reason":"${'x'.repeat(1e6)}"}` }, 413],
      ['/api/zoho/emergency-reauth?x=1', { body: '{"connection":"crm","reason":"Lost"}' }, 400],
      ['/api/zoho/refresh', { body: '{"connection":"crm"}', headers: { 'content-type': 'text/plain' } }, 415],
      ['/api/zoho/refresh', { body: '{"connection":"crm","more":1}' }, 400],
      ['/api/zoho/manual-token-update?dryRun=true&dryRun=false', { body: '{}' }, 400],
    ];
    for (const [path, init, expected] of bad) {
      const { status, json } = await post(path, init.body, init);
      expect([path, status, json]).toEqual([
        path,
        expected,
        expect.objectContaining({ type: expect.stringMatching(/^urn:/), requestId: expect.any(String) }),
      ]);
    }
    expect((await twin.ask('/api/zoho/status?probe=true&probe=true')).status).toBe(400);
    expect((await twin.ask('/api/zoho/audit?cursor=made-up')).status).toBe(400);
    expect(traces()).toEqual(before);
  });

  it('learns nothing by a connection that does not exist', async () => {
    const calls = twin.simulator.journal.length;
    for (const path of ['/api/zoho/refresh', '/api/zoho/emergency-reauth']) {
      const { status, json } = await post(path, { connection: 'nowhere', reason: REASON });
      expect([status, json.type]).toEqual([404, 'urn:zoho-token-recovery:problem:unknown-connection']);
    }
    expect((await twin.ask('/api/zoho/status?connection=nowhere')).status).toBe(404);
    expect(twin.simulator.journal.length).toBe(calls);
  });

  it('P8: a callback with a guessed or forged state does nothing but leave an entry in the audit', async () => {
    const calls = twin.simulator.journal.length;
    const state = `crm.${'A'.repeat(43)}`;
    for (const query of [
      '',
      `?state=${state}&code=1000.aa.bb`,
      `?state=${state}&state=${state}&code=1`,
      '?state=%',
    ]) {
      const page = await twin.ask(`/api/zoho/oauth/callback${query}`, { token: null });
      expect(page.status).toBe(400);
      expect(page.text).not.toMatch(/A{43}|1000\.aa/);
    }
    expect(twin.simulator.journal.length).toBe(calls);
  });
});

describe('at the end', () => {
  it('an admin who asks for too many links is told when there is room again', async () => {
    const answers: Answer[] = [];
    for (let tries = 0; tries < 16; tries += 1) {
      answers.push(await post('/api/zoho/emergency-reauth', { connection: 'books', reason: REASON }));
    }
    const refused = answers.at(-1);
    expect(refused?.status).toBe(429);
    expect(refused?.json.type).toBe('urn:zoho-token-recovery:problem:rate-limited');
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('P8: no token, code, state or secret stands in any log, answer, page, mail, event or table', async () => {
    expect(await twin.findLeaks()).toEqual([]);
    const { secrets, outputs } = twin.watch.counts();
    expect(secrets).toBeGreaterThan(30);
    expect(outputs).toBeGreaterThan(150);
  });

  it('P8: and the search finds one that is planted', async () => {
    const { refreshToken } = JSON.parse(await readCredential('crm'));
    twin.watch.see('a planted line', `minted from ${refreshToken.slice(0, 40)}…`);
    expect(await twin.findLeaks()).toEqual(['a planted line']);
  });
});
