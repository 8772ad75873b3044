import pMap from 'p-map';
import type { Connection } from '../config/configuration.ts';
import { decideDue, type Trigger } from '../domain/schedule.ts';
import type { RefreshDependencies } from './dependencies.ts';
import { refreshConnection } from './refresh.ts';
import type { RefreshOutcome } from './refresh-outcome.ts';

/** How many connections one invocation works on at a time: enough that a few that hang hold nobody up. */
const CONCURRENCY = 100;

/**
 * What one connection takes at worst while AWS answers: three mints and a probe of 10 s each, and its turn to write.
 * Cut off between a mint and its staging, an attempt could lose what Zoho has just sent.
 */
const LONGEST_ATTEMPT_MS = 60_000;

/** How much of the invocation's time is left, in ms. */
export type RemainingMs = () => number;

/**
 * Refreshes connections side by side, each on its own. One that no time is left for is deferred: better not begun than
 * cut off in the middle.
 *
 * @returns one outcome per connection, in their order
 */
export function refreshConnections(
  deps: RefreshDependencies,
  connections: readonly Connection[],
  { trigger, remainingMs }: { trigger: Trigger; remainingMs: RemainingMs },
): Promise<RefreshOutcome[]> {
  return pMap(
    connections,
    (connection) =>
      remainingMs() < LONGEST_ATTEMPT_MS
        ? { kind: 'deferred' as const, connection: connection.id }
        : refreshConnection(deps, connection, trigger),
    { concurrency: CONCURRENCY },
  );
}

/**
 * Reads every connection's state and refreshes those that are due: a tick that did not come, a failure whose next
 * attempt has come, an attempt that a crash cut off.
 *
 * @returns one outcome per connection that was due
 * @throws what the state table throws: without it the sweep cannot know what is due, and the tick goes on without it
 */
export async function sweepConnections(
  deps: RefreshDependencies,
  connections: readonly Connection[],
  remainingMs: RemainingMs,
): Promise<RefreshOutcome[]> {
  const states = await deps.state.readAll(connections.map(({ id }) => id));
  const nowMs = deps.nowMs();
  const due = connections.filter(
    ({ id }) => decideDue(states.get(id) ?? null, 'sweep', nowMs).kind === 'due',
  );
  return refreshConnections(deps, due, { trigger: 'sweep', remainingMs });
}
