import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import { clientSecretName } from '../../../lib/vault/secret-names.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { aConnection } from '../../support/builders.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';
import { scriptZoho } from '../../support/scripted-zoho.ts';

const TICK = { trigger: 'tick', requestId: 'test' } as const;

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());

/** A tick with a Zoho that takes its time to answer each mint. */
function tickWith(connection: Connection, answer: object, latencyMs: number) {
  const { zoho } = scriptZoho(keeper.zoho.origin, () => {
    keeper.clock.advance(latencyMs);
    return answer;
  });
  return refreshConnection(keeper.deps({ zoho }), connection, TICK);
}

describe('what a refresh tells to be measured', () => {
  it('is how long Zoho took to answer the mint, and nothing before or after it', async () => {
    const minted = { access_token: '1000.a.b', expires_in: 3_600, api_domain: keeper.zoho.origin };
    const outcome = await tickWith(await keeper.connect(), minted, 320);
    expect(outcome).toMatchObject({ kind: 'refreshed', mintLatenciesMs: [320] });
  });

  it('counts a mint that Zoho refuses too', async () => {
    const outcome = await tickWith(await keeper.connect(), { error: 'invalid_code' }, 150);
    expect(outcome).toMatchObject({ kind: 'failed', mintLatenciesMs: [150] });
  });

  it('is no mint at all where none was asked for', async () => {
    const connection = await keeper.connect({ client: 'broken' });
    await keeper.putSecret(clientSecretName('broken'), '{}');
    expect(await refreshConnection(keeper.deps(), connection, TICK)).toMatchObject({
      kind: 'failed',
      mintLatenciesMs: [],
    });
  });
});

describe('what a sweep tells to be measured', () => {
  it('is the state of all connections as it found them, also of those that nothing was due for', async () => {
    const [resting, due] = [await keeper.connect(), await keeper.connect()];
    const unknown = aConnection({ id: 'unknown' });
    await refreshConnection(keeper.deps(), resting, TICK);
    const { found, refreshes } = await sweepConnections(keeper.deps(), [resting, due, unknown], {
      requestId: 'test',
      remainingMs: () => 120_000,
    });
    expect(found.atMs).toBe(keeper.clock.nowMs());
    expect([...found.states.keys()]).toEqual([resting.id]);
    expect(refreshes.map(({ connection }) => connection)).toEqual([due.id, unknown.id]);
  });
});
