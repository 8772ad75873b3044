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
  reportStatus({ state: keeper.state, nowMs: () => keeper.clock.nowMs() }, connections);

describe('the status', () => {
  it('names every connection, also one that nothing is known of', async () => {
    const [first, second] = [await keeper.connect(), await keeper.connect({}, { consented: false })];
    await refreshConnection(keeper.deps(), first, 'tick');
    const nowMs = keeper.clock.nowMs();
    const iso = (minutes: number) => new Date(nowMs + minutes * MINUTE_MS).toISOString();
    expect(await status(second, first)).toEqual([
      {
        connection: second.id,
        health: 'down',
        accessTokenExpiresAt: null,
        generation: null,
        lastSuccessAt: null,
        lastFailure: null,
        consecutiveFailures: 0,
        nextAttemptAt: null,
      },
      {
        connection: first.id,
        health: 'healthy',
        accessTokenExpiresAt: iso(60),
        generation: 1,
        lastSuccessAt: iso(0),
        lastFailure: null,
        consecutiveFailures: 0,
        nextAttemptAt: iso(50),
      },
    ]);
  });

  it('goes from healthy to degraded to down and back, as consumers see it', async () => {
    const connection = await keeper.connect();
    await refreshConnection(keeper.deps(), connection, 'tick');
    const healthNow = async () => (await status(connection))[0]?.health;
    expect(await healthNow()).toBe('healthy');

    keeper.clock.advance(50 * MINUTE_MS);
    const fault = keeper.zoho.addFault({ kind: 'down' });
    await refreshConnection(keeper.deps(), connection, 'tick');
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
    await refreshConnection(keeper.deps(), connection, 'tick');
    expect(await healthNow()).toBe('healthy');
  });
});
