import { expect, it } from 'vitest';
import { measureRefreshes } from '../../../bench/growth/measure-refresh.ts';

it('refreshes every connection once in each run, shard by shard, with a stack that was grown', async () => {
  const plan = { connections: 3, shards: 2, runs: 2, zohoLatencyMs: 1 };
  const { runs, beforeBytes, afterBytes } = await measureRefreshes(plan, () => {});
  expect(runs).toHaveLength(2);
  for (const run of runs) {
    // Eight calls for each connection, and the client's secret once in each invocation.
    expect(run).toMatchObject({ refreshed: 3, awsCalls: 3 * 8 + 2, zohoCalls: 6, failedCalls: 0 });
    expect(run.bound).toEqual({ zohoMs: 2 * 2, writesMs: 0, ms: 2 * 2 });
    expect(run.wallMs).toBeGreaterThanOrEqual(run.bound.ms);
    expect(run.functionCpuMs).toBeGreaterThan(0);
    expect(run.twinCpuMs).toBeGreaterThan(0);
  }
  for (const bytes of [beforeBytes, afterBytes]) expect(bytes).toBeGreaterThan(1e6);
}, 60_000);
