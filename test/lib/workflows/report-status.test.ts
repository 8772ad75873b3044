import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { type ConnectionStatus, reportStatus } from '../../../lib/workflows/report-status.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());

const status = (...connections: Parameters<typeof reportStatus>[1]): Promise<ConnectionStatus[]> =>
  reportStatus(keeper.deps(), connections, { probe: false });

describe('the status', () => {
  it('names every connection, also one that nothing is known of', async () => {
    const first = await keeper.connect({ renewEveryDays: 30 });
    const second = await keeper.connect({}, { consented: false });
    await refreshConnection(keeper.deps(), first, { trigger: 'tick', requestId: 'test' });
    const nowMs = keeper.clock.nowMs();
    const iso = (minutes: number) => new Date(nowMs + minutes * MINUTE_MS).toISOString();
    expect(await status(second, first)).toEqual([
      {
        connection: second.id,
        health: 'down',
        accessTokenExpiresAt: null,
        consumersFineUntil: null,
        generation: null,
        source: null,
        organizationId: null,
        obtainedAt: null,
        renewalDueAt: null,
        lastSuccessAt: null,
        lastFailure: null,
        consecutiveFailures: 0,
        nextAttemptAt: null,
        mintBudget: { scheduledLeft: 8, adminLeft: 10 },
        openIncident: null,
        backups: null,
        lastRecovery: null,
        lastHealthCheck: null,
      },
      {
        connection: first.id,
        health: 'healthy',
        accessTokenExpiresAt: iso(60),
        consumersFineUntil: iso(60),
        generation: 1,
        source: 'operator',
        organizationId: expect.stringMatching(/^\d+$/),
        obtainedAt: '2026-11-23T00:00:00.000Z',
        renewalDueAt: '2026-12-23T00:00:00.000Z',
        lastSuccessAt: iso(0),
        lastFailure: null,
        consecutiveFailures: 0,
        nextAttemptAt: iso(50),
        mintBudget: { scheduledLeft: 7, adminLeft: 9 },
        openIncident: null,
        backups: { stores: ['table', 'bucket'], checkedAt: iso(0) },
        lastRecovery: null,
        lastHealthCheck: null,
      },
    ]);
  });

  it('goes from healthy to degraded to down and back, as consumers see it', async () => {
    const connection = await keeper.connect();
    await refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });
    const healthNow = async () => (await status(connection))[0]?.health;
    expect(await healthNow()).toBe('healthy');

    keeper.clock.advance(50 * MINUTE_MS);
    const fault = keeper.zoho.addFault({ kind: 'down' });
    await refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });
    expect(await status(connection)).toMatchObject([
      {
        health: 'degraded',
        consecutiveFailures: 1,
        lastFailure: { failureClass: 'transient', code: 'ZOHO_UNAVAILABLE' },
      },
    ]);

    keeper.clock.advance(10 * MINUTE_MS);
    expect(await healthNow()).toBe('down');

    keeper.zoho.clearFaults({ id: fault.id });
    await refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });
    expect(await healthNow()).toBe('healthy');
  });

  it('asks Zoho about each published token, if asked to', async () => {
    const [works, revoked] = [await keeper.connect(), await keeper.connect()];
    const empty = await keeper.connect({}, { consented: false });
    for (const connection of [works, revoked]) {
      await refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });
    }
    const { refreshToken = '' } = (await keeper.readCredential(revoked.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken });
    const connections = [works, revoked, empty];
    const probed = async () =>
      (await reportStatus(keeper.deps(), connections, { probe: true })).map(({ probe }) => probe);
    expect(await probed()).toEqual([
      { outcome: 'accepted', code: null, organizationId: expect.stringMatching(/^\d+$/) },
      { outcome: 'rejected', code: 'INVALID_TOKEN', organizationId: null },
      { outcome: 'noToken', code: null, organizationId: null },
    ]);
    const fault = keeper.zoho.addFault({ kind: 'down' });
    expect((await probed())[0]).toMatchObject({ outcome: 'unavailable' });
    keeper.zoho.clearFaults({ id: fault.id });
  });
});
