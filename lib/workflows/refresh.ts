import type { Connection } from '../config/configuration.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import { decideDue, type Trigger } from '../domain/schedule.ts';
import type { Settlement } from '../guards/settlement.ts';
import type { AcquireOutcome, LeaseHolder } from '../guards/state-table.ts';
import type { RefreshDependencies } from './dependencies.ts';
import { mintsUnderLease } from './mint-allowance.ts';
import { conclude, type RefreshOutcome } from './refresh-outcome.ts';
import { refreshWithoutState } from './refresh-without-state.ts';
import { renewAccessToken } from './renew-access-token.ts';

/**
 * Refreshes one connection: lease, decide, renew, record. Never throws: whatever fails is an outcome, so that one
 * connection's trouble is not another's.
 */
export async function refreshConnection(
  deps: RefreshDependencies,
  connection: Connection,
  trigger: Trigger,
): Promise<RefreshOutcome> {
  const attempt: LeaseHolder = { connection: connection.id, owner: deps.newId(), atMs: deps.nowMs() };
  const lease = await acquireLease(deps, attempt);
  switch (lease.kind) {
    case 'acquired':
      return refreshUnderLease(deps, connection, { attempt, trigger, previous: lease.previous });
    case 'held':
      return { kind: 'held', connection: connection.id };
    case 'stateUnavailable':
      return refreshWithoutState(deps, connection, { trigger, fault: lease.fault });
  }
}

async function acquireLease(
  deps: RefreshDependencies,
  attempt: LeaseHolder,
): Promise<AcquireOutcome | { kind: 'stateUnavailable'; fault: unknown }> {
  try {
    return await deps.state.acquire(attempt);
  } catch (fault) {
    return { kind: 'stateUnavailable', fault };
  }
}

async function refreshUnderLease(
  deps: RefreshDependencies,
  connection: Connection,
  {
    attempt,
    trigger,
    previous,
  }: { attempt: LeaseHolder; trigger: Trigger; previous: ConnectionState | null },
): Promise<RefreshOutcome> {
  const mints = mintsUnderLease(deps, attempt, previous?.mintTimesMs ?? []);
  const settle = (settlement: Settlement): Promise<{ stateRecorded: boolean }> =>
    // What is not recorded is looked at again: the lease runs out, and the sweep finds it.
    deps.state.settle(attempt, settlement, mints.report()).then(
      ({ kind }) => ({ stateRecorded: kind === 'settled' }),
      () => ({ stateRecorded: false }),
    );

  const due = decideDue(previous, trigger, attempt.atMs);
  if (due.kind === 'notDue') {
    await settle({ kind: 'untouched' });
    return { kind: 'notDue', connection: connection.id, nextAttemptAtMs: due.nextAttemptAtMs };
  }
  const renewal = await renewAccessToken(deps, {
    connection,
    includeStaged: due.reason !== 'expiring' || previous?.hasStagedCredential === true,
    // Zoho may call a token dead by mistake: the tick asks again, a retry does not.
    skipVersionIds: trigger === 'sweep' ? (previous?.deadVersionIds ?? []) : [],
    replaces: previous?.publishedVersionId ?? null,
    takeMint: mints.take,
  });
  const before = {
    consecutiveFailures: previous?.consecutiveFailures ?? 0,
    accessTokenExpiresAtMs: previous?.accessTokenExpiresAtMs ?? null,
  };
  const { outcome, settlement } = conclude(renewal, before, deps.nowMs(), deps.random());
  const report = await settle(settlement);
  return { connection: connection.id, ...outcome, ...report };
}
