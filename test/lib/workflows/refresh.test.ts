import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import { LEASE_DURATION_MS } from '../../../lib/guards/state-table.ts';
import {
  accessTokenSecretName,
  clientSecretName,
  credentialSecretName,
} from '../../../lib/vault/secret-names.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { aCredential } from '../../support/builders.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';
import { scriptZoho } from '../../support/scripted-zoho.ts';

const MINUTE_MS = 60_000;
const NO_NOTES = { auditHead: null, seenStagedNote: false };
const SWEEP = { requestId: 'test', remainingMs: () => 120_000 };

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());
beforeEach(() => keeper.zoho.clearFaults());

const tick = (connection: Connection) =>
  refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });
const sweep = async (connection: Connection) => {
  const { refreshes } = await sweepConnections(keeper.deps(), [connection], SWEEP);
  return refreshes[0] ?? { kind: 'notDue' as const };
};
const stateOf = async ({ id }: Connection) => (await keeper.state.readAll([id])).get(id);
const mintsOf = async (connection: Connection) => (await stateOf(connection))?.mintTimesMs.length;

describe('a refresh', () => {
  it('P1: publishes a token that Zoho accepts, for an hour, in nine AWS calls and two of Zoho', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    keeper.clock.advance(50 * MINUTE_MS);
    keeper.resetCalls();
    const mintsBefore = keeper.zoho.journal.length;

    const outcome = await tick(connection);

    const expiresAtMs = keeper.clock.nowMs() + 60 * MINUTE_MS;
    expect(outcome).toMatchObject({
      kind: 'refreshed',
      generation: 1,
      source: 'current',
      expiresAtMs,
      stateRecorded: true,
    });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    expect(await keeper.readAccessToken(connection.id)).toMatchObject({
      connection: connection.id,
      expiresAt: new Date(expiresAtMs).toISOString(),
      apiDomain: keeper.zoho.origin,
      generation: 1,
    });
    expect(keeper.zoho.journal.length - mintsBefore).toBe(1);
    keeper.resetCalls();
    keeper.clock.advance(50 * MINUTE_MS);
    await tick(connection);
    expect(keeper.calls()).toEqual([
      'dynamodb:UpdateItem',
      'dynamodb:PutItem',
      'secretsmanager:GetSecretValue',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'events:PutEvents',
    ]);
  });

  it('P4: fifty at once mint once', async () => {
    const connection = await keeper.connect();
    const before = keeper.zoho.journal.length;
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => tick(connection)));
    expect(outcomes.filter(({ kind }) => kind === 'refreshed')).toHaveLength(1);
    expect(keeper.zoho.journal.length - before).toBe(1);
  });

  it('a doubled tick finds nothing to do, and gives its reserved mint back', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    keeper.clock.advance(1_000);
    expect(await tick(connection)).toMatchObject({ kind: 'notDue' });
    expect(await mintsOf(connection)).toBe(1);
  });

  it('a lost tick is made good by the sweep, with 8 minutes left', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await sweep(connection)).toMatchObject({ kind: 'notDue' });
    keeper.clock.advance(2 * MINUTE_MS);
    expect(await sweep(connection)).toMatchObject({ kind: 'refreshed' });
  });

  it('a crash is made good by the sweep once the lease has run out, with more than 5 minutes left', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    keeper.clock.advance(50 * MINUTE_MS);
    await keeper.state.acquire({ connection: connection.id, owner: 'crashed', atMs: keeper.clock.nowMs() });
    keeper.clock.advance(LEASE_DURATION_MS - 1);
    expect(await sweep(connection)).toMatchObject({ kind: 'notDue' });
    keeper.clock.advance(MINUTE_MS);
    expect(await sweep(connection)).toMatchObject({ kind: 'refreshed' });
  });
});

describe('a refresh that fails', () => {
  it('keeps what consumers hold, says until when, and tries again after its backoff', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    keeper.clock.advance(50 * MINUTE_MS);
    const before = await keeper.readSecret(accessTokenSecretName(connection.id));
    keeper.zoho.addFault({ kind: 'down' });
    const failedAtMs = keeper.clock.nowMs();

    expect(await tick(connection)).toMatchObject({
      kind: 'failed',
      failure: { failureClass: 'transient', code: 'ZOHO_UNAVAILABLE' },
      health: 'degraded',
      consumersFineUntilMs: failedAtMs + 10 * MINUTE_MS,
      nextAttemptAtMs: failedAtMs + MINUTE_MS,
    });
    expect(await keeper.readSecret(accessTokenSecretName(connection.id))).toBe(before);

    expect(await sweep(connection)).toMatchObject({ kind: 'notDue' });
    keeper.clock.advance(MINUTE_MS);
    keeper.zoho.clearFaults();
    expect(await sweep(connection)).toMatchObject({ kind: 'refreshed' });
    expect(await stateOf(connection)).toMatchObject({ consecutiveFailures: 0, health: 'healthy' });
  });

  it('P4: is not asked again before Zoho’s window is over when it was a throttle', async () => {
    const connection = await keeper.connect();
    keeper.zoho.addFault({ kind: 'throttle', times: 1 });
    expect(await tick(connection)).toMatchObject({ kind: 'failed', failure: { failureClass: 'throttled' } });
    for (let minute = 1; minute < 10; minute++) {
      keeper.clock.advance(MINUTE_MS);
      expect(await sweep(connection)).toMatchObject({ kind: 'notDue' });
    }
    keeper.clock.advance(MINUTE_MS);
    expect(await sweep(connection)).toMatchObject({ kind: 'refreshed' });
  });

  it('P4: stops at eight mints in ten minutes, and says when it goes on', async () => {
    const connection = await keeper.connect();
    const startMs = keeper.clock.nowMs();
    for (let mint = 0; mint < 8; mint++) {
      const attempt = { connection: connection.id, owner: `owner-${mint}`, atMs: startMs + mint };
      await keeper.state.acquire(attempt);
      await keeper.state.settle(attempt, { kind: 'untouched' }, NO_NOTES, {
        unusedMint: false,
        mintTimesMs: [],
      });
    }
    keeper.clock.advance(MINUTE_MS);
    const before = keeper.zoho.journal.length;
    expect(await tick(connection)).toMatchObject({
      kind: 'failed',
      failure: { code: 'MINT_BUDGET_SPENT' },
      nextAttemptAtMs: startMs + 10 * MINUTE_MS,
    });
    expect(keeper.zoho.journal.length).toBe(before);
    expect(await mintsOf(connection)).toBe(8);
  });

  it('keeps the credential when Zoho refuses the client', async () => {
    const connection = await keeper.connect();
    const before = await keeper.readSecret(credentialSecretName(connection.id));
    keeper.zoho.addFault({ kind: 'wrongDataCenter' });
    expect(await tick(connection)).toMatchObject({
      failure: { failureClass: 'misconfigured', code: 'ZOHO_REFUSED_CLIENT' },
    });
    expect(await keeper.readSecret(credentialSecretName(connection.id))).toBe(before);
  });

  it('P1: does not publish a token that the API refuses', async () => {
    const connection = await keeper.connect({ scopes: ['ZohoCRM.modules.ALL'] });
    expect(await tick(connection)).toMatchObject({
      failure: { failureClass: 'misconfigured', code: 'PROBE_NOT_PERMITTED' },
    });
    expect(await keeper.readAccessToken(connection.id)).toBeNull();
  });

  it('P1: does not publish a token of another organisation', async () => {
    const connection = await keeper.connect({}, { consented: false });
    const refreshToken = await keeper.consent(connection);
    const { origin } = keeper.zoho;
    await keeper.putCredential(
      aCredential({
        connection: connection.id,
        refreshToken,
        accountsServer: origin,
        organizationId: 'another',
      }),
    );
    expect(await tick(connection)).toMatchObject({ failure: { code: 'ORGANIZATION_CHANGED' } });
    expect(await keeper.readAccessToken(connection.id)).toBeNull();
  });

  it('P8: sends the client secret to no accounts server that is not Zoho’s or the connection’s own', async () => {
    const connection = await keeper.connect({}, { consented: false });
    const accountsServer = 'https://accounts.zoho.com.attacker.example';
    await keeper.putCredential(aCredential({ connection: connection.id, accountsServer }));
    expect(await tick(connection)).toMatchObject({ failure: { code: 'ACCOUNTS_SERVER_UNTRUSTED' } });
  });
});

describe('the credential', () => {
  it('that is dead gives its place to the previous one, under a generation of its own', async () => {
    const connection = await keeper.connect();
    const living = await keeper.readCredential(connection.id);
    const dead = await keeper.consent(connection);
    await keeper.putCredential({ ...aCredential(living ?? {}), generation: 2, refreshToken: dead });
    keeper.zoho.revokeRefreshToken({ refreshToken: dead });

    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', source: 'previous', generation: 3 });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    const { refreshToken } = living ?? {};
    const standing = { refreshToken, generation: 3, source: 'recovery' };
    expect(await keeper.readCredential(connection.id)).toMatchObject(standing);
    expect(await keeper.readCredential(connection.id, 'AWSPREVIOUS')).toMatchObject({ refreshToken: dead });

    keeper.clock.advance(52 * MINUTE_MS);
    const before = keeper.zoho.journal.length;
    expect(await sweep(connection)).toMatchObject({ kind: 'refreshed', source: 'current', generation: 3 });
    expect(keeper.zoho.journal.length - before).toBe(1);
  });

  it('that is dead, with no other: down, kept, and no mint until another is put there', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const stored = await keeper.readCredential(connection.id);
    keeper.zoho.revokeRefreshToken({ refreshToken: stored?.refreshToken ?? '' });
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({
      kind: 'failed',
      health: 'down',
      failure: { code: 'CREDENTIAL_DEAD' },
    });
    expect(await keeper.readCredential(connection.id)).toEqual(stored);

    const before = keeper.zoho.journal.length;
    keeper.clock.advance(5 * MINUTE_MS);
    expect(await sweep(connection), 'asked once more').toMatchObject({
      failure: { code: 'CREDENTIAL_DEAD' },
    });
    keeper.clock.advance(5 * MINUTE_MS);
    expect(await sweep(connection), 'and no more').toMatchObject({ failure: { code: 'CREDENTIAL_DEAD' } });
    expect(keeper.zoho.journal.length - before).toBe(1);

    const refreshToken = await keeper.consent(connection);
    await keeper.putCredential({ ...aCredential(stored ?? {}), generation: 2, refreshToken });
    keeper.clock.advance(5 * MINUTE_MS);
    expect(await sweep(connection)).toMatchObject({ kind: 'refreshed', generation: 2 });
  });

  it('that Zoho calls dead by mistake is back after five minutes: consumers miss nothing', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    keeper.clock.advance(50 * MINUTE_MS);
    const { zoho } = scriptZoho(keeper.zoho.origin, () => ({ error: 'invalid_code' }));
    const run = { trigger: 'tick', requestId: 'test' } as const;
    expect(await refreshConnection(keeper.deps({ zoho }), connection, run)).toMatchObject({
      kind: 'failed',
      failure: { code: 'CREDENTIAL_DEAD' },
    });
    keeper.clock.advance(5 * MINUTE_MS);
    expect(await sweep(connection)).toMatchObject({ kind: 'refreshed', source: 'current' });
  });

  it('that Zoho calls dead by mistake again and again is asked about at each tick', async () => {
    const connection = await keeper.connect();
    const stored = await keeper.readCredential(connection.id);
    const attempt = { connection: connection.id, owner: 'earlier', atMs: keeper.clock.nowMs() };
    await keeper.state.acquire(attempt);
    await keeper.state.settle(
      attempt,
      {
        kind: 'failed',
        failure: { failureClass: 'dead', code: 'CREDENTIAL_DEAD', detail: 'Dead.', remedy: 'Consent.' },
        atMs: attempt.atMs,
        consecutiveFailures: 1,
        nextAttemptAtMs: attempt.atMs,
        health: 'down',
        deadFingerprints: [keeper.fingerprintOf(stored?.refreshToken ?? '')],
      },
      NO_NOTES,
      { unusedMint: true, mintTimesMs: [] },
    );
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', source: 'current' });
    expect((await stateOf(connection))?.deadFingerprints).toEqual([]);
  });

  it('that is corrupt gives its place to the previous one, and is kept as the previous', async () => {
    const connection = await keeper.connect();
    await keeper.putSecret(credentialSecretName(connection.id), '{"schemaVersion":1,"refreshTo');
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', source: 'previous' });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 1, source: 'operator' });
    expect(await keeper.readSecret(credentialSecretName(connection.id), 'AWSPREVIOUS')).toBe(
      '{"schemaVersion":1,"refreshTo',
    );
  });

  it('that is not there yet is waited for', async () => {
    const connection = await keeper.connect({}, { consented: false });
    const before = keeper.zoho.journal.length;
    expect(await tick(connection)).toMatchObject({
      failure: { failureClass: 'unauthorized' },
      health: 'down',
    });
    expect(keeper.zoho.journal.length).toBe(before);
    expect(await mintsOf(connection)).toBe(0);
  });

  it('P3: that Zoho rotates is staged before anything else, and promoted once proven', async () => {
    const connection = await keeper.connect();
    const before = await keeper.readCredential(connection.id);
    keeper.zoho.settings.rotateRefreshTokens = true;
    try {
      keeper.zoho.addFault({ kind: 'down', routes: 'api' });
      expect(await tick(connection)).toMatchObject({
        kind: 'failed',
        failure: { code: 'PROBE_UNAVAILABLE' },
      });
      const staged = await keeper.readCredential(connection.id, 'AWSPENDING');
      expect(staged).toMatchObject({ generation: 2, source: 'rotation' });
      expect(staged?.refreshToken).not.toBe(before?.refreshToken);
      expect(await keeper.readCredential(connection.id)).toEqual(before);
      keeper.zoho.settings.rotateRefreshTokens = false;

      keeper.zoho.clearFaults();
      keeper.clock.advance(2 * MINUTE_MS);
      expect(await sweep(connection)).toMatchObject({ kind: 'refreshed', source: 'staged', generation: 2 });
      expect(await keeper.readCredential(connection.id)).toEqual(staged);
      expect(await keeper.readCredential(connection.id, 'AWSPREVIOUS')).toEqual(before);
    } finally {
      keeper.zoho.settings.rotateRefreshTokens = false;
    }
  });

  it('P3: left staged by a crash, and dead, is dropped; what is current goes on', async () => {
    const connection = await keeper.connect();
    const current = await keeper.readCredential(connection.id);
    const staged = { ...aCredential(current ?? {}), generation: 2, refreshToken: '1000.never-was-one' };
    keeper.clock.advance(1_000);
    await keeper.putSecret(credentialSecretName(connection.id), JSON.stringify(staged), 'AWSPENDING');
    await keeper.state.acquire({ connection: connection.id, owner: 'crashed', atMs: keeper.clock.nowMs() });
    keeper.clock.advance(LEASE_DURATION_MS);
    expect(await sweep(connection)).toMatchObject({ kind: 'refreshed', source: 'current', generation: 1 });
    expect(await keeper.readCredential(connection.id, 'AWSPENDING')).toBeNull();
  });
});

describe('the client', () => {
  it('that is missing is named, with its secret', async () => {
    const connection = { ...(await keeper.connect()), client: 'unknown' };
    const outcome = await tick(connection);
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: { failureClass: 'misconfigured', code: 'SECRET_MISSING' },
    });
    expect(JSON.stringify(outcome)).toContain(clientSecretName('unknown'));
  });
});
