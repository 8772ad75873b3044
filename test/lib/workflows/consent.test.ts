import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import { UNATTRIBUTED } from '../../../lib/domain/audit-entry.ts';
import { STATE_LIFETIME_MS } from '../../../lib/guards/pending-authorizations.ts';
import { credentialSecretName } from '../../../lib/vault/secret-names.ts';
import type { AdminDependencies, AdminRequest } from '../../../lib/workflows/admin-operation.ts';
import { completeConsent, type Redirect } from '../../../lib/workflows/complete-consent.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { requestConsent } from '../../../lib/workflows/request-consent.ts';
import { anAdminRequest } from '../../support/admin.ts';
import { type Keeper, REDIRECT_URI, startKeeper, USER } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;
const OTHER_USER = 'somebody@elsewhere.example';

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
  keeper.zoho.registerUser({ email: OTHER_USER });
});
afterAll(() => keeper.close());
beforeEach(() => {
  keeper.zoho.clearFaults();
  keeper.clock.advance(1_000);
});

const tick = (connection: Connection) =>
  refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });
const sweep = (connection: Connection) =>
  sweepConnections(keeper.deps(), [connection], { requestId: 'test', remainingMs: () => 120_000 });

const ask = (
  connection: Connection,
  {
    expectedOrganizationId = null,
    ...request
  }: Partial<AdminRequest> & { expectedOrganizationId?: string | null } = {},
) =>
  requestConsent(
    keeper.deps(),
    {
      connection: connection.id,
      reason: 'the token was revoked',
      expectedOrganizationId,
      redirectUri: REDIRECT_URI,
    },
    anAdminRequest(request),
  );

async function linkFor(connection: Connection, options: Parameters<typeof ask>[1] = {}): Promise<string> {
  // What is put one after the other has not the same time.
  keeper.clock.advance(1_000);
  const asked = await ask(connection, options);
  if (asked.kind !== 'issued') throw new Error(`no link: ${asked.kind}`);
  return asked.authorizationUrl;
}

const come = (redirect: Partial<Redirect>, replaced: Partial<AdminDependencies> = {}) =>
  completeConsent(keeper.deps(replaced), {
    state: null,
    code: null,
    error: null,
    accountsServer: null,
    sourceAddress: '198.51.100.7',
    requestId: 'callback',
    ...redirect,
  });

/** The entries of a chain without what a schedule does, as `operation outcome code`. */
async function auditOf(connection: string): Promise<string[]> {
  const entries = await keeper.auditOf(connection);
  return entries
    .filter(({ actor }) => actor.kind !== 'schedule')
    .map(({ operation, outcome, code }) => [operation, outcome, code].filter(Boolean).join(' '));
}

async function storedFor({ id }: Connection) {
  return {
    current: await keeper.readSecret(credentialSecretName(id)),
    staged: await keeper.readSecret(credentialSecretName(id), 'AWSPENDING'),
    token: await keeper.readAccessToken(id),
  };
}

describe('emergency re-authorisation', () => {
  it('brings a connection back whose refresh token Zoho has dropped', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const before = await keeper.readCredential(connection.id);
    keeper.zoho.revokeRefreshToken({ refreshToken: before?.refreshToken ?? '' });
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'failed', health: 'down' });

    const link = await linkFor(connection);
    keeper.clock.advance(MINUTE_MS);
    const outcome = await come(keeper.giveConsent(link));

    expect(outcome).toMatchObject({
      kind: 'completed',
      connection: connection.id,
      replacement: { kind: 'replaced', credential: { generation: 2, source: 'consent' } },
      auditRecorded: true,
    });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    expect(await keeper.readAccessToken(connection.id)).toMatchObject({ generation: 2 });
    expect(await keeper.state.read(connection.id)).toMatchObject({
      health: 'healthy',
      generation: 2,
      credential: { source: 'consent', obtainedAtMs: keeper.clock.nowMs() },
      consecutiveFailures: 0,
      lease: null,
      incidentId: null,
    });
  });

  it('P7: is on record before and after, with who, from where and why, and without a secret', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const link = await linkFor(connection, { actor: { id: 'ada', name: 'ada@example.com' } });
    await come(keeper.giveConsent(link));

    expect(await auditOf(connection.id)).toEqual([
      'emergency-reauth attempted',
      'emergency-reauth succeeded',
      'consent attempted',
      'consent succeeded',
    ]);
    const entries = await keeper.auditOf(connection.id);
    expect(entries.at(-1)).toMatchObject({
      actor: { kind: 'admin', id: 'ada', name: 'ada@example.com' },
      sourceAddress: '198.51.100.7',
      requestId: 'callback',
      reason: 'the token was revoked',
      generation: 2,
      organizationId: expect.stringMatching(/^\d+$/),
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      replacedFingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    const state = new URL(link).searchParams.get('state') ?? '';
    const { refreshToken } = (await keeper.readCredential(connection.id)) ?? {};
    const text = JSON.stringify(entries);
    for (const secret of [state, state.split('.')[1], refreshToken]) expect(text).not.toContain(secret);
  });

  it('asks Zoho for offline access, a new consent, and the connection’s scopes', async () => {
    const connection = await keeper.connect();
    const asked = Object.fromEntries(new URL(await linkFor(connection)).searchParams);
    expect(asked).toMatchObject({
      response_type: 'code',
      access_type: 'offline',
      prompt: 'consent',
      scope: connection.scopes.join(','),
      redirect_uri: REDIRECT_URI,
    });
  });

  it('gives the first credential to a connection that has none, and pins its organisation', async () => {
    const connection = await keeper.connect({}, { consented: false });
    const outcome = await come(keeper.giveConsent(await linkFor(connection)));
    expect(outcome).toMatchObject({
      replacement: { kind: 'replaced', credential: { generation: 1 }, supersededVersionId: null },
    });
    const { organizationId } = (await keeper.readCredential(connection.id)) ?? {};
    expect((await keeper.state.read(connection.id))?.organizationId).toMatch(/^\d+$/);
    expect([null, (await keeper.state.read(connection.id))?.organizationId]).toContain(organizationId);
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', source: 'current' });
  });

  it('works when every stored credential is garbage', async () => {
    const connection = await keeper.connect();
    for (const text of ['{}', 'not even JSON']) {
      await keeper.putSecret(credentialSecretName(connection.id), text);
    }
    expect(await come(keeper.giveConsent(await linkFor(connection)))).toMatchObject({
      replacement: { kind: 'replaced' },
    });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });

  it('P5: revokes what it replaced only when no access token of it can live any more', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const before = await keeper.readCredential(connection.id);
    const old = await keeper.readAccessToken(connection.id);
    await come(keeper.giveConsent(await linkFor(connection)));
    const isOldAccepted = async () => {
      const headers = { authorization: `Zoho-oauthtoken ${old?.accessToken}` };
      return (await fetch(`${keeper.zoho.origin}/crm/v8/org`, { headers })).status === 200;
    };
    for (let minutes = 0; minutes < 50; minutes += 10) {
      expect(await isOldAccepted()).toBe(true);
      expect((await sweep(connection)).revocations).toEqual([]);
      keeper.clock.advance(10 * MINUTE_MS);
    }
    await tick(connection);
    keeper.clock.advance(21 * MINUTE_MS);
    expect((await sweep(connection)).revocations).toEqual([
      { connection: connection.id, kind: 'done', revoked: 1, left: 0 },
    ]);
    await expect(async () =>
      keeper.zoho.revokeRefreshToken({ refreshToken: before?.refreshToken ?? '' }),
    ).rejects.toThrow();
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    expect((await sweep(connection)).revocations).toEqual([]);
    const [last] = (await keeper.auditOf(connection.id)).slice(-1);
    expect(last).toMatchObject({ operation: 'revoke', outcome: 'succeeded', generation: 1 });
  });

  it('P2: revokes no refresh token that another connection uses', async () => {
    const connection = await keeper.connect();
    const shared = await keeper.readCredential(connection.id);
    const twin = await keeper.connect({}, { consented: false });
    if (!shared) throw new Error('no credential');
    await keeper.putCredential({ ...shared, connection: twin.id });
    await tick(connection);
    await come(keeper.giveConsent(await linkFor(connection)));
    keeper.clock.advance(50 * MINUTE_MS);
    await tick(connection);
    keeper.clock.advance(21 * MINUTE_MS);
    const { revocations } = await sweepConnections(keeper.deps(), [connection, twin], {
      requestId: 'test',
      remainingMs: () => 120_000,
    });
    expect(revocations).toEqual([{ connection: connection.id, kind: 'done', revoked: 0, left: 1 }]);
    expect(await tick(twin)).toMatchObject({ kind: 'notDue' });
    expect(await keeper.isAccepted(twin.id)).toBe(true);
  });
});

describe('a state', () => {
  it('works once: fifty identical callbacks promote one credential', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const redirect = keeper.giveConsent(await linkFor(connection));
    const calls = keeper.zoho.journal.length;
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => come(redirect)));
    expect(outcomes.filter(({ kind }) => kind === 'completed')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'unknownState')).toHaveLength(49);
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 2 });
    expect(keeper.zoho.journal.length - calls, 'one exchange').toBe(1);
  });

  it('is void after ten minutes', async () => {
    const connection = await keeper.connect();
    const redirect = keeper.giveConsent(await linkFor(connection));
    keeper.clock.advance(STATE_LIFETIME_MS);
    expect(await come(redirect)).toEqual({ kind: 'unknownState' });
  });

  it('is void once a newer link was asked for; the newer one works', async () => {
    const connection = await keeper.connect();
    const older = keeper.giveConsent(await linkFor(connection));
    const newer = keeper.giveConsent(await linkFor(connection));
    expect(await come(older)).toEqual({ kind: 'unknownState' });
    expect(await come(newer)).toMatchObject({ kind: 'completed' });
  });

  it('of one connection is none of another', async () => {
    const [one, other] = [await keeper.connect(), await keeper.connect()];
    const redirect = keeper.giveConsent(await linkFor(one));
    await linkFor(other);
    const state = redirect.state?.replace(one.id, other.id) ?? null;
    expect(await come({ ...redirect, state })).toEqual({ kind: 'unknownState' });
    expect(await come(redirect)).toMatchObject({ kind: 'completed', connection: one.id });
  });

  it.each([
    ['none', null],
    ['an empty one', ''],
    ['a guess', `crm-1.${'A'.repeat(43)}`],
    ['the key of another item', 'rate#refresh#admin'],
    ['a prototype', '__proto__'],
  ])('%s asks nothing of Zoho, changes nothing, and is on record', async (_what, state) => {
    const connection = await keeper.connect();
    const before = await storedFor(connection);
    const [calls, entries] = [keeper.zoho.journal.length, (await keeper.auditOf(UNATTRIBUTED)).length];
    expect(await come({ state, code: 'code' })).toEqual({ kind: 'unknownState' });
    expect(keeper.zoho.journal).toHaveLength(calls);
    expect(await storedFor(connection)).toEqual(before);
    const recorded = await keeper.auditOf(UNATTRIBUTED);
    expect(recorded.slice(entries)).toMatchObject([
      { operation: 'consent', outcome: 'refused', code: 'STATE_UNKNOWN', actor: { kind: 'anonymous' } },
    ]);
  });

  it('lies hashed in the store', async () => {
    const connection = await keeper.connect();
    const state = new URL(await linkFor(connection)).searchParams.get('state') ?? '';
    expect(state).toMatch(/\.[A-Za-z0-9_-]{43}$/);
    expect(await keeper.dumpTables()).not.toContain(state.split('.')[1]);
  });
});

describe('P2: a consent that is not what was asked for leaves everything as it is', () => {
  async function refused(
    connection: Connection,
    redirect: Partial<Redirect>,
    expected: object,
  ): Promise<void> {
    const before = await storedFor(connection);
    expect(await come(redirect)).toMatchObject(expected);
    const after = await storedFor(connection);
    expect(after.current).toBe(before.current);
    expect(after.token).toEqual(before.token);
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    expect((await keeper.state.read(connection.id))?.lease).toBeNull();
  }

  async function connected(): Promise<Connection> {
    const connection = await keeper.connect();
    await tick(connection);
    return connection;
  }

  it('denied', async () => {
    const connection = await connected();
    const redirect = keeper.giveConsent(await linkFor(connection), { decision: 'deny' });
    await refused(connection, redirect, { kind: 'denied' });
    expect(await auditOf(connection.id)).toContain('consent refused CONSENT_DENIED');
  });

  it('without a code', async () => {
    const connection = await connected();
    const { state } = keeper.giveConsent(await linkFor(connection));
    await refused(connection, { state }, { kind: 'incomplete' });
  });

  it('from an accounts server that is not Zoho’s: the client secret does not go there', async () => {
    const connection = await connected();
    const redirect = keeper.giveConsent(await linkFor(connection));
    const accountsServer = 'https://accounts.zoho.com.evil.example';
    await refused(connection, { ...redirect, accountsServer }, { kind: 'untrustedServer' });
  });

  it('with a code that Zoho does not take (after a minute)', async () => {
    const connection = await connected();
    const redirect = keeper.giveConsent(await linkFor(connection));
    keeper.clock.advance(5 * MINUTE_MS);
    await refused(connection, redirect, {
      kind: 'completed',
      replacement: { kind: 'failed', failure: { kind: 'codeRejected' } },
    });
    expect(await auditOf(connection.id)).toContain('consent failed CODE_REJECTED');
  });

  it('of another organisation, unless that was asked for by name', async () => {
    const connection = await connected();
    const pinned = (await keeper.state.read(connection.id))?.organizationId;
    const redirect = keeper.giveConsent(await linkFor(connection), { user: OTHER_USER });
    await refused(connection, redirect, { replacement: { failure: { kind: 'otherOrganization' } } });
    // Nothing of it is left to be promoted later.
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', source: 'current', generation: 1 });

    const zgid = keeper.zoho.registerUser({ email: OTHER_USER }).organizations[0]?.zgid ?? '';
    const link = await linkFor(connection, { expectedOrganizationId: zgid });
    expect(await come(keeper.giveConsent(link, { user: OTHER_USER }))).toMatchObject({
      replacement: { kind: 'replaced', organizationId: zgid },
    });
    expect((await keeper.state.read(connection.id))?.organizationId).toBe(zgid);
    expect(zgid).not.toBe(pinned);
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', generation: 2 });
    // And the way back has to be asked for as well.
    const back = keeper.giveConsent(await linkFor(connection), { user: USER });
    await refused(connection, back, { replacement: { failure: { kind: 'otherOrganization' } } });
  });

  it('without a scope that the connection needs', async () => {
    const connection = await connected();
    const redirect = keeper.giveConsent(await linkFor(connection), { scopes: ['ZohoCRM.org.READ'] });
    await refused(connection, redirect, {
      replacement: { failure: { kind: 'scopeMissing', missing: ['ZohoCRM.modules.ALL'] } },
    });
  });

  it('without a refresh token', async () => {
    const connection = await connected();
    const link = new URL(await linkFor(connection));
    link.searchParams.set('access_type', 'online');
    await refused(connection, keeper.giveConsent(link.href), {
      replacement: { failure: { kind: 'noRefreshToken' } },
    });
  });

  it('while Zoho is down', async () => {
    const connection = await connected();
    const redirect = keeper.giveConsent(await linkFor(connection));
    const { id } = keeper.zoho.addFault({ kind: 'status', routes: 'token' });
    const before = await storedFor(connection);
    expect(await come(redirect)).toMatchObject({ replacement: { failure: { kind: 'unavailable' } } });
    keeper.zoho.clearFaults({ id });
    expect(await storedFor(connection)).toEqual(before);
  });
});

describe('P3: a consent that cannot be finished at once is kept, and finished by the next sweep', () => {
  it('when Zoho’s API is down after the exchange', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const redirect = keeper.giveConsent(await linkFor(connection));
    const { id } = keeper.zoho.addFault({ kind: 'status', routes: 'api' });
    expect(await come(redirect)).toMatchObject({ replacement: { kind: 'unfinished', generation: 2 } });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 1 });
    expect(await keeper.readCredential(connection.id, 'AWSPENDING')).toMatchObject({ generation: 2 });
    keeper.zoho.clearFaults({ id });

    keeper.clock.advance(MINUTE_MS);
    expect((await sweep(connection)).refreshes).toMatchObject([{ kind: 'refreshed', source: 'staged' }]);
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 2 });
    const state = await keeper.state.read(connection.id);
    expect(state).toMatchObject({ stagedAtMs: null, superseded: { versionIds: [expect.any(String)] } });
    keeper.clock.advance(MINUTE_MS);
    expect((await sweep(connection)).refreshes).toEqual([]);
  });

  it('when it is a stranger’s, though somebody holds the connection: the organisation stays pinned (P1)', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const link = await linkFor(connection);
    const holder = { connection: connection.id, owner: 'somebody', atMs: keeper.clock.nowMs() };
    await keeper.state.acquire(holder);
    expect(await come(keeper.giveConsent(link, { user: OTHER_USER }))).toMatchObject({
      replacement: { kind: 'failed', failure: { code: 'ORGANIZATION_CHANGED' } },
    });
    expect(await keeper.readCredential(connection.id, 'AWSPENDING')).toBeNull();
  });

  it('when somebody holds the connection all the while', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const redirect = keeper.giveConsent(await linkFor(connection));
    const attempt = { connection: connection.id, owner: 'crashed', atMs: keeper.clock.nowMs() };
    await keeper.state.acquire(attempt);
    expect(await come(redirect)).toMatchObject({ replacement: { kind: 'unfinished' } });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 1 });
    keeper.clock.advance(3 * MINUTE_MS);
    expect((await sweep(connection)).refreshes).toMatchObject([{ kind: 'refreshed', source: 'staged' }]);
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 2 });
  });

  it('also when the secret was empty before: nothing is current until it is proven (P1)', async () => {
    const connection = await keeper.connect({}, { consented: false });
    const redirect = keeper.giveConsent(await linkFor(connection));
    const { id } = keeper.zoho.addFault({ kind: 'status', routes: 'api' });
    expect(await come(redirect)).toMatchObject({ replacement: { kind: 'unfinished', generation: 1 } });
    keeper.zoho.clearFaults({ id });
    expect(await keeper.readSecret(credentialSecretName(connection.id))).toContain('"vacant":true');
    keeper.clock.advance(MINUTE_MS);
    expect((await sweep(connection)).refreshes).toMatchObject([{ kind: 'refreshed', source: 'staged' }]);
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });
});

describe('a link', () => {
  it('is not given out for a connection that does not exist', async () => {
    const connection = { ...(await keeper.connect()), id: 'nowhere' };
    expect(await ask(connection)).toEqual({ kind: 'unknownConnection' });
    expect(await auditOf(UNATTRIBUTED)).toContain('emergency-reauth refused UNKNOWN_CONNECTION');
  });

  it('is given out five times an hour to one admin, whatever comes side by side', async () => {
    const connection = await keeper.connect();
    const actor = { id: 'eager', name: null };
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => ask(connection, { actor })));
    expect(outcomes.filter(({ kind }) => kind === 'issued')).toHaveLength(5);
    expect(outcomes.find(({ kind }) => kind === 'rateLimited')).toMatchObject({ retryAfterS: 3_600 });
    expect((await auditOf(connection.id)).filter((entry) => entry.includes('RATE_LIMITED'))).toHaveLength(7);
    expect(await ask(connection, { actor: { id: 'another', name: null } })).toMatchObject({ kind: 'issued' });
    keeper.clock.advance(60 * MINUTE_MS);
    expect(await ask(connection, { actor })).toMatchObject({ kind: 'issued' });
  });

  it('is not given out when no consent could be stored: a person would go through it for nothing', async () => {
    const connection = await keeper.connect();
    const other = { ...connection, client: 'absent' };
    const asked = await requestConsent(
      { ...keeper.deps(), connections: [other] },
      { connection: other.id, reason: 'why', expectedOrganizationId: null, redirectUri: REDIRECT_URI },
      anAdminRequest(),
    );
    expect(asked).toMatchObject({ kind: 'failed', failure: { code: 'SECRET_MISSING' } });
    expect((await auditOf(connection.id)).at(-1)).toBe('emergency-reauth failed SECRET_MISSING');
  });
});

describe('P7: what cannot be put on record is not done', () => {
  it('no link, and no exchange', async () => {
    const connection = await keeper.connect();
    const redirect = keeper.giveConsent(await linkFor(connection));
    const audit = keeper.brokenAudit();
    const calls = keeper.zoho.journal.length;
    expect(await come(redirect, { audit })).toMatchObject({ kind: 'unaudited' });
    expect(
      await requestConsent(
        keeper.deps({ audit }),
        { connection: connection.id, reason: 'why', expectedOrganizationId: null, redirectUri: REDIRECT_URI },
        anAdminRequest(),
      ),
    ).toEqual({ kind: 'unaudited' });
    expect(keeper.zoho.journal).toHaveLength(calls);
  });

  it('but a scheduled refresh goes on, and says so', async () => {
    const connection = await keeper.connect();
    const deps = keeper.deps({ audit: keeper.brokenAudit() });
    expect(await refreshConnection(deps, connection, { trigger: 'tick', requestId: 'test' })).toMatchObject({
      kind: 'refreshed',
      auditRecorded: false,
    });
  });
});
