import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEASE_DURATION_MS } from '../../../lib/guards/state-table.ts';
import { LeaseLostError, mintsUnderLease, mintsWithoutState } from '../../../lib/workflows/mint-allowance.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());

async function takeLease(owner: string, earlierMs: readonly number[] = []) {
  const attempt = { connection: 'crm', owner, atMs: keeper.clock.nowMs() };
  await keeper.state.acquire(attempt);
  const deps = { nowMs: () => keeper.clock.nowMs(), state: keeper.state };
  return { attempt, mints: mintsUnderLease(deps, attempt, { earlierMs, purpose: 'scheduled' }) };
}
const known = async () => (await keeper.state.readAll(['crm'])).get('crm')?.mintTimesMs ?? [];

describe('P4: the mints of one attempt under a lease', () => {
  it('are each known to everybody before they are made', async () => {
    const { attempt, mints } = await takeLease('first');
    expect(await mints.take()).toEqual({ kind: 'allowed' });
    expect(await known()).toEqual([attempt.atMs]);
    keeper.clock.advance(1_000);
    expect(await mints.take()).toEqual({ kind: 'allowed' });
    expect((await known()).toSorted()).toEqual([attempt.atMs, attempt.atMs + 1_000]);
  });

  it('end when the lease ran out and went to somebody else', async () => {
    keeper.clock.advance(LEASE_DURATION_MS);
    const { mints } = await takeLease('slow');
    await mints.take();
    keeper.clock.advance(LEASE_DURATION_MS);
    await takeLease('next');
    await expect(mints.take()).rejects.toThrow(LeaseLostError);
  });

  it('count with those from before: the ninth in ten minutes waits', async () => {
    keeper.clock.advance(LEASE_DURATION_MS);
    const nowMs = keeper.clock.nowMs();
    const { mints } = await takeLease(
      'busy',
      [1, 2, 3, 4, 5, 6, 7].map((minute) => nowMs - minute * 60_000),
    );
    expect(await mints.take()).toEqual({ kind: 'allowed' });
    expect(await mints.take()).toEqual({ kind: 'spent', freeAtMs: nowMs + 3 * 60_000 });
  });
});

it('P4: without a state, one attempt makes eight mints at the most', async () => {
  const take = mintsWithoutState(() => keeper.clock.nowMs());
  for (let mint = 0; mint < 8; mint += 1) expect((await take()).kind).toBe('allowed');
  expect((await take()).kind).toBe('spent');
});
