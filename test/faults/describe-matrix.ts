import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODES } from '../support/faults/modes.ts';
import { openUniverse, type Universe } from '../support/faults/world.ts';
import { type Case, playAll } from './crash-matrix.ts';
import type { Scenario } from './scenarios.ts';

/** Long enough for some hundred cases on a machine that is busy otherwise. */
const TIMEOUT_MS = 120_000;

/** A test for each workflow; `FAULT_CASE` names the one case to play, as a failure does. */
export function describeMatrix(title: string, scenarios: readonly Scenario[]): void {
  describe(title, () => {
    let universe: Universe;
    beforeAll(async () => {
      universe = await openUniverse();
    });
    const lines: string[] = [];
    afterAll(() => console.log(lines.join('\n')));

    it.each(scenarios)('$name', { timeout: TIMEOUT_MS }, async (scenario) => {
      const { played, failures } = await playAll(universe, scenario, process.env.FAULT_CASE);
      if (played.length > 0) lines.push(summary(scenario, played, failures.length));
      expect(failures).toEqual([]);
    });
  });
}

/** Such as `tick: 120 of 120 survived (dies-before 10, …)`. */
function summary({ name }: Scenario, played: readonly Case[], failed: number): string {
  const byMode = MODES.map((mode) => [mode, played.filter((each) => each.mode === mode).length] as const);
  const counts = byMode.filter(([, count]) => count > 0).map(([mode, count]) => `${mode} ${count}`);
  return `${name}: ${played.length - failed} of ${played.length} survived (${counts.join(', ')})`;
}
