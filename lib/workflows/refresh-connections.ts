import pMap from 'p-map';
import type { Connection } from '../config/configuration.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import { decideDue, isBackupCheckDue, isRevocationDue } from '../domain/schedule.ts';
import { findLostSecrets } from '../vault/lost-secrets.ts';
import type { RefreshDependencies } from './dependencies.ts';
import { refreshConnection } from './refresh.ts';
import type { RefreshOutcome } from './refresh-outcome.ts';
import { type RevocationOutcome, revokeSuperseded } from './revoke-superseded.ts';
import type { ScheduledRun } from './scheduled-run.ts';
import { type BackupOutcome, secureBackups } from './secure-backups.ts';

/** How many connections one invocation works on at a time: enough that a few that hang hold nobody up. */
export const CONCURRENCY = 100;

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
  { remainingMs, ...run }: ScheduledRun & { remainingMs: RemainingMs },
): Promise<RefreshOutcome[]> {
  return pMap(
    connections,
    (connection) =>
      remainingMs() < LONGEST_ATTEMPT_MS
        ? { kind: 'deferred' as const, connection: connection.id }
        : refreshConnection(deps, connection, run),
    { concurrency: CONCURRENCY },
  );
}

/** What a sweep found of all connections, and did for those that something was due for. */
export interface SweepOutcome {
  readonly refreshes: readonly RefreshOutcome[];
  readonly revocations: readonly RevocationOutcome[];
  readonly backups: readonly BackupOutcome[];
  /** Whether it could be seen whether any secret is lost; if not, the next refresh finds out. */
  readonly areSecretsListed: boolean;
  /** What was known of the connections when it began. */
  readonly found: { readonly states: ReadonlyMap<string, ConnectionState>; readonly atMs: number };
}

/**
 * Reads every connection's state and does what is due: a tick that did not come, a failure whose next attempt has come,
 * an attempt that a crash cut off, a secret that was lost, a backup that is missing, a replaced credential whose grace is
 * over.
 *
 * @throws what the state table throws: without it the sweep cannot know what is due, and the tick goes on without it
 */
export async function sweepConnections(
  deps: RefreshDependencies,
  connections: readonly Connection[],
  { requestId, remainingMs }: { requestId: string; remainingMs: RemainingMs },
): Promise<SweepOutcome> {
  const ids = connections.map(({ id }) => id);
  const states = await deps.state.readAll(ids);
  const lost = await findLostSecrets(deps, ids).catch(() => null);
  const nowMs = deps.nowMs();
  const stateOf = ({ id }: Connection) => states.get(id) ?? null;
  const run = { trigger: 'sweep', requestId, remainingMs, lost: lost ?? new Map() } as const;
  const due = connections.filter(
    (connection) => decideDue(stateOf(connection), 'sweep', nowMs, lost?.get(connection.id)).kind === 'due',
  );
  const refreshes = await refreshConnections(deps, due, run);
  const incomplete = connections.filter((connection) => isBackupCheckDue(stateOf(connection), nowMs));
  const hasTime = () => remainingMs() >= LONGEST_ATTEMPT_MS;
  const backups = await secureBackups(deps, incomplete, { ...run, hasTime });
  const revocable = connections.filter((connection) => isRevocationDue(stateOf(connection), nowMs));
  const revocations = await revokeSuperseded(deps, { revocable, connections }, { ...run, hasTime });
  const found = { states, atMs: nowMs };
  return { refreshes, backups, revocations, areSecretsListed: lost !== null, found };
}
