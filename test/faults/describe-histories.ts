import fc from 'fast-check';
import { expect, it } from 'vitest';
import { thinClients } from '../support/faults/thin-clients.ts';
import { openUniverse } from '../support/faults/world.ts';
import { histories } from './history.ts';
import { live } from './live.ts';

const TIMEOUT_MS = 24 * 3_600_000;

/**
 * Lives through random histories. `FAULT_RUNS`, `FAULT_SEED` and `FAULT_PATH` say how many and which; without them, as
 * many as fit into every run of the tests, with a seed that is printed.
 */
export function describeHistories(title: string, runs: number): void {
  it(title, { timeout: TIMEOUT_MS }, async () => {
    const { FAULT_RUNS, FAULT_SEED, FAULT_PATH } = process.env;
    const seed = Number(FAULT_SEED ?? Math.trunc(Math.random() * 2 ** 31));
    const numRuns = Number(FAULT_RUNS ?? runs);
    console.log(`${title}: ${numRuns} histories, seed ${seed}`);
    const universe = await openUniverse({ connect: thinClients });
    let lived = 0;
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        expect(await live(universe, history)).toEqual([]);
        lived += 1;
        if (lived % 1_000 === 0) console.log(`${lived} of ${numRuns} histories lived`);
      }),
      { seed, numRuns, ...(FAULT_PATH ? { path: FAULT_PATH, endOnFailure: true } : {}) },
    );
  });
}
