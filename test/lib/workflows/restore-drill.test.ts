import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import { LEASE_DURATION_MS } from '../../../lib/guards/state-table.ts';
import { credentialSecretName } from '../../../lib/vault/secret-names.ts';
import { checkHealth } from '../../../lib/workflows/check-health.ts';
import { takeLease } from '../../../lib/workflows/lease.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { type Checkup, checkOf, openCheckup } from '../../support/checkup.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';
import { scriptZoho } from '../../support/scripted-zoho.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WRITES = /PutSecretValue|UpdateSecret|CreateSecret|RestoreSecret|PutObject|PutEvents/;

let keeper: Keeper;
let checkup: Checkup;
beforeAll(async () => {
  keeper = await startKeeper();
  checkup = await openCheckup(keeper);
});
afterAll(() => keeper.close());

/** Lets days pass in which the connection is refreshed and sealed as ever. */
async function pass(days: number, connection: Connection): Promise<void> {
  keeper.clock.advance(days * DAY_MS);
  await refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });
}

const drillsOf = async ({ id }: Connection) =>
  (await keeper.auditOf(id)).filter(({ operation }) => operation === 'restore-drill');

describe('the restore drill', () => {
  it('P1, P2: mints from a backup and proves the token; nothing is published or written', async () => {
    const connection = await checkup.connectHealthy();
    const published = await keeper.readAccessToken(connection.id);
    keeper.resetCalls();
    const report = await checkup.checkOne(connection);
    expect(checkOf(report, 'restoreDrill')).toMatchObject({
      status: 'ok',
      value: '0 days ago, from the table',
    });
    expect(keeper.calls().filter((call) => WRITES.test(call))).toEqual([]);
    expect(await keeper.readAccessToken(connection.id)).toEqual(published);
    // The refresh's mint, and the drill's: both are counted (P4).
    expect((await keeper.state.read(connection.id))?.mintTimesMs).toHaveLength(1);
    expect((await keeper.state.read(connection.id))?.lease).toBeNull();
  });

  it('P7: is on record before it begins, with the store that was tried', async () => {
    const connection = await checkup.connectHealthy();
    await checkup.checkOne(connection);
    const { refreshToken = '' } = (await keeper.readCredential(connection.id)) ?? {};
    expect(await drillsOf(connection)).toMatchObject([
      { outcome: 'attempted', actor: { kind: 'schedule', id: 'health-check' } },
      {
        outcome: 'succeeded',
        code: 'FROM_BACKUP_TABLE',
        generation: 1,
        fingerprint: keeper.fingerprintOf(refreshToken),
        organizationId: expect.stringMatching(/^\d+$/),
      },
    ]);
  });

  it('comes once a week, from either store in turn', async () => {
    const connection = await checkup.connectHealthy();
    for (let day = 0; day <= 24; day += 1) {
      if (day > 0) await pass(1, connection);
      const report = await checkup.checkOne(connection);
      expect(checkOf(report, 'restoreDrill').status).toBe('ok');
    }
    const codes = (await drillsOf(connection)).flatMap(({ code }) => code ?? []);
    expect(codes).toEqual([
      'FROM_BACKUP_TABLE',
      'FROM_BACKUP_BUCKET',
      'FROM_BACKUP_TABLE',
      'FROM_BACKUP_BUCKET',
    ]);
  });

  it('is not repeated because an admin asks, or a connection’s health changes', async () => {
    const connection = await checkup.connectHealthy();
    await checkup.checkOne(connection, 'admin');
    await pass(10, connection);
    await checkup.checkOne(connection, 'admin');
    await checkup.checkOne(connection, 'change');
    expect(await drillsOf(connection)).toHaveLength(2);
  });

  it('that failed is a finding, and is tried again whoever asks, until it succeeds', async () => {
    const connection = await checkup.connectHealthy();
    const { table } = keeper.backups;
    const nothing = Object.assign(Object.create(table), { get: async () => null });
    const backups = { ...keeper.backups, table: nothing };
    const [failed] = await checkup.check([connection], { replaced: { backups } });
    expect(failed && checkOf(failed, 'restoreDrill')).toMatchObject({
      status: 'fail',
      value: 'failed, from the table',
      detail: /no backup of generation 1/,
      remedy: /POST \/api\/zoho\/health-check/,
    });
    expect((await drillsOf(connection)).at(-1)).toMatchObject({
      outcome: 'failed',
      code: 'FROM_BACKUP_TABLE_BACKUP_MISSING',
    });
    const mended = await checkup.checkOne(connection, 'admin');
    expect(checkOf(mended, 'restoreDrill')).toMatchObject({
      status: 'ok',
      value: '0 days ago, from the table',
    });
  });

  it('P3: a new refresh token that Zoho sends is staged, and the next sweep finishes it', async () => {
    const connection = await checkup.connectHealthy();
    keeper.clock.advance(MINUTE_MS);
    const next = await keeper.consent(connection);
    const { zoho } = scriptZoho(keeper.zoho.origin, () => ({
      access_token: '1000.minted',
      refresh_token: next,
      expires_in: 3600,
      token_type: 'Bearer',
    }));
    // The scripted Zoho names another organisation, so the drill itself comes to nothing.
    await checkup.check([connection], { replaced: { zoho } });
    expect(await keeper.readCredential(connection.id, 'AWSPENDING')).toMatchObject({
      refreshToken: next,
      generation: 2,
      source: 'rotation',
    });
    expect((await keeper.readCredential(connection.id))?.generation).toBe(1);
    await refreshConnection(keeper.deps(), connection, { trigger: 'sweep', requestId: 'test' });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ refreshToken: next, generation: 2 });
  });
});

describe('the restore drill waits', () => {
  /** What the report says of a drill that was not run, and that Zoho was not asked for a token. */
  async function skipped(connection: Connection): Promise<string> {
    const before = (await drillsOf(connection)).length;
    const report = await checkup.checkOne(connection);
    expect(await drillsOf(connection)).toHaveLength(before);
    expect(checkOf(report, 'restoreDrill').status).toBe('warn');
    return checkOf(report, 'restoreDrill').detail;
  }

  it('P4: while somebody holds the lease', async () => {
    const connection = await checkup.connectHealthy();
    const lease = await takeLease(keeper.deps(), connection.id, 'scheduled');
    expect(await skipped(connection)).toMatch(/somebody is at work/);
    await lease?.settle({ kind: 'untouched' });
  });

  it('P4: while the mint budget is nearly spent', async () => {
    const connection = await checkup.connectHealthy();
    for (let mint = 0; mint < 3; mint += 1) {
      keeper.clock.advance(1_000);
      const lease = await takeLease(keeper.deps(), connection.id, 'scheduled');
      await lease?.takeMint();
      await lease?.settle({ kind: 'untouched' });
    }
    expect(await skipped(connection)).toMatch(/mint budget/);
    keeper.clock.advance(11 * MINUTE_MS);
    expect(checkOf(await checkup.checkOne(connection), 'restoreDrill').status).toBe('ok');
  });

  it('while the connection is not healthy', async () => {
    const connection = await checkup.connectHealthy();
    keeper.clock.advance(61 * MINUTE_MS);
    expect(await skipped(connection)).toMatch(/not healthy/);
  });

  it('while a credential is staged: that comes first, and must not lose its label', async () => {
    const connection = await checkup.connectHealthy();
    const credential = await keeper.readCredential(connection.id);
    const staged = { ...credential, generation: 2, refreshToken: await keeper.consent(connection) };
    await keeper.putSecret(`zoho/${connection.id}/credential`, JSON.stringify(staged), 'AWSPENDING');
    expect(await skipped(connection)).toMatch(/staged/);
  });

  it('while no time is left', async () => {
    const connection = await checkup.connectHealthy();
    let remaining = 60_000;
    const outcomes = await checkHealth(checkup.deps(), [connection], {
      trigger: 'schedule',
      requester: { actor: { kind: 'schedule', id: 's', name: null }, sourceAddress: null, requestId: 'r' },
      remainingMs: () => {
        const now = remaining;
        remaining = 30_000;
        return now;
      },
    });
    expect(outcomes).toMatchObject([{ kind: 'checked', report: { drill: null } }]);
    expect(await drillsOf(connection)).toEqual([]);
  });
});

describe('P3: a drill that meets the lease of a crash', () => {
  it('leaves it to the next sweep, which finishes what was staged', async () => {
    const connection = await checkup.connectHealthy();
    keeper.clock.advance(MINUTE_MS);
    const current = await keeper.readCredential(connection.id);
    await keeper.putSecret(
      credentialSecretName(connection.id),
      JSON.stringify({
        ...current,
        generation: 2,
        refreshToken: await keeper.consent(connection),
        source: 'consent',
      }),
      'AWSPENDING',
    );
    const crashed = { connection: connection.id, owner: 'crashed', atMs: keeper.clock.nowMs() };
    await keeper.state.acquire(crashed);
    keeper.clock.advance(LEASE_DURATION_MS);
    const report = await checkup.checkOne(connection);
    expect(checkOf(report, 'restoreDrill').detail).toContain('an attempt was cut off');
    await sweepConnections(keeper.deps(), [connection], { requestId: 'test', remainingMs: () => 120_000 });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 2, source: 'consent' });
  });
});
