import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import type { StateTable } from '../../../lib/guards/state-table.ts';
import { refreshConnections, sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { aConnection } from '../../support/builders.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;
const plentyMs = () => 120_000;
const SWEEP = { requestId: 'test', remainingMs: plentyMs };

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());
beforeEach(() => keeper.zoho.clearFaults());

async function connectMany(count: number): Promise<Connection[]> {
  const connections: Connection[] = [];
  for (let index = 0; index < count; index += 1) {
    connections.push(await keeper.connect({}, { consented: index < 3 }));
  }
  keeper.resetCalls();
  return connections;
}

const tick = (connections: readonly Connection[], remainingMs = plentyMs) =>
  refreshConnections(keeper.deps(), connections, { trigger: 'tick', requestId: 'test', remainingMs });

describe('many connections in one invocation', () => {
  it('fail each on their own: the others get their tokens', async () => {
    const [first, revoked, third] = (await connectMany(3)) as [Connection, Connection, Connection];
    const { refreshToken } = (await keeper.readCredential(revoked.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken: String(refreshToken) });

    const outcomes = await tick([first, revoked, third]);

    expect(outcomes).toMatchObject([
      { connection: first.id, kind: 'refreshed' },
      { connection: revoked.id, kind: 'failed', failure: { failureClass: 'dead' } },
      { connection: third.id, kind: 'refreshed' },
    ]);
  });

  it('are not held up by one whose Zoho hangs', async () => {
    const [slow, ...others] = (await connectMany(3)) as [Connection, ...Connection[]];
    const { refreshToken } = (await keeper.readCredential(slow.id)) ?? {};
    keeper.zoho.addFault({ kind: 'slow', delayMs: 60_000, refreshToken: String(refreshToken) });
    const finished: string[] = [];
    const state = new Proxy(keeper.state, {
      get: (target, key) => (key === 'settle' ? settle : Reflect.get(target, key).bind(target)),
    });
    const settle: StateTable['settle'] = (attempt, ...rest) => {
      finished.push(attempt.connection);
      return keeper.state.settle(attempt, ...rest);
    };

    const outcomes = await refreshConnections(keeper.deps({ state }), [slow, ...others], {
      trigger: 'tick',
      requestId: 'test',
      remainingMs: plentyMs,
    });

    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'refreshed', 'refreshed']);
    expect(finished.at(-1)).toBe(slow.id);
  });

  it('that no time is left for are not begun, and say so', async () => {
    const [first, second] = (await connectMany(2)) as [Connection, Connection];
    const leftMs = [60_000, 59_999];
    expect(await tick([first, second], () => leftMs.shift() ?? 0)).toMatchObject([
      { connection: first.id, kind: 'refreshed' },
      { connection: second.id, kind: 'deferred' },
    ]);
    expect(await keeper.readAccessToken(second.id)).toBeNull();
    const { refreshes } = await sweepConnections(keeper.deps(), [first, second], SWEEP);
    expect(refreshes).toMatchObject([{ connection: second.id, kind: 'refreshed' }]);
  });

  it('are worked on a hundred at a time, and no more', async () => {
    let atWork = 0;
    let most = 0;
    const acquire: StateTable['acquire'] = async () => {
      atWork += 1;
      most = Math.max(most, atWork);
      await new Promise((resolve) => setImmediate(resolve));
      atWork -= 1;
      return { kind: 'held' };
    };
    const state = new Proxy(keeper.state, {
      get: (target, key) => (key === 'acquire' ? acquire : Reflect.get(target, key).bind(target)),
    });
    const connections = Array.from({ length: 250 }, (_, index) => aConnection({ id: `held-${index}` }));
    await refreshConnections(keeper.deps({ state }), connections, {
      trigger: 'tick',
      requestId: 'test',
      remainingMs: plentyMs,
    });
    expect(most).toBe(100);
  });

  it('can be hundreds: each has its outcome, in their order', async () => {
    const connections = await connectMany(300);
    const outcomes = await tick(connections);
    expect(outcomes.map(({ connection }) => connection)).toEqual(connections.map(({ id }) => id));
    const kinds = outcomes.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'refreshed')).toHaveLength(3);
    expect(kinds.filter((kind) => kind === 'failed')).toHaveLength(297);
  });
});

describe('a sweep with nothing due', () => {
  it.each([
    [1, 1],
    [100, 1],
    [101, 2],
  ])(
    'over %i connections reads the state in %i call(s), lists the secrets, and reads none',
    async (count, calls) => {
      const connections = await connectMany(count);
      await tick(connections);
      keeper.clock.advance(MINUTE_MS / 2);
      keeper.resetCalls();
      expect(await sweepConnections(keeper.deps(), connections, SWEEP)).toEqual({
        refreshes: [],
        backups: [],
        revocations: [],
        areSecretsListed: true,
        found: { states: expect.any(Map), atMs: keeper.clock.nowMs() },
      });
      const made = Map.groupBy(keeper.calls(), (call) => call);
      expect([...made.keys()].sort()).toEqual([
        'dynamodb:BatchGetItem',
        'kms:DescribeKey',
        'secretsmanager:ListSecrets',
      ]);
      expect(made.get('dynamodb:BatchGetItem')).toHaveLength(calls);
      expect(made.get('kms:DescribeKey')).toHaveLength(1);
    },
  );
});
