import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODES } from '../support/faults/modes.ts';
import { thinClients } from '../support/faults/thin-clients.ts';
import { openUniverse, sdkClients, type Universe } from '../support/faults/world.ts';
import { type Case, playAll } from './crash-matrix.ts';
import type { Scenario } from './scenarios.ts';

/** Long enough for some hundred cases on a machine that is busy otherwise. */
const TIMEOUT_MS = 300_000;

/** Played with the SDK's own clients; the others with thin ones, which take a fifth of the time. */
const BY_SDK: ReadonlySet<string> = new Set(['tick', 'refresh-now']);

/**
 * A test for each workflow. `FAULT_CASE` names the one case to play, as a failure does; `FAULT_CLIENTS=sdk` plays all of
 * them with the SDK's own clients.
 */
export function describeMatrix(title: string, scenarios: readonly Scenario[]): void {
  const { FAULT_CASE, FAULT_CLIENTS } = process.env;
  describe(title, () => {
    let universes: Readonly<Record<'sdk' | 'thin', Universe>>;
    beforeAll(async () => {
      universes = {
        sdk: await openUniverse({ connect: sdkClients }),
        thin: await openUniverse({ connect: thinClients }),
      };
    });
    const lines: string[] = [];
    afterAll(() => console.log(lines.join('\n')));

    it.each(scenarios)('$name', { timeout: TIMEOUT_MS }, async (scenario) => {
      const isBySdk = FAULT_CLIENTS === 'sdk' || BY_SDK.has(scenario.name);
      const { played, failures } = await playAll(universes[isBySdk ? 'sdk' : 'thin'], scenario, FAULT_CASE);
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
