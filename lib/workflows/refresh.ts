import type { Connection } from '../config/configuration.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import { decideDue } from '../domain/schedule.ts';
import { auditTrail } from './audit-trail.ts';
import type { RefreshDependencies } from './dependencies.ts';
import { type Lease, takeLease } from './lease.ts';
import type { RefreshOutcome } from './refresh-outcome.ts';
import { refreshUnderLease } from './refresh-under-lease.ts';
import { refreshWithoutState } from './refresh-without-state.ts';
import { requesterOf, type ScheduledRun } from './scheduled-run.ts';

/**
 * Refreshes one connection: lease, decide, renew, record. Never throws: whatever fails is an outcome, so that one
 * connection's trouble is not another's.
 */
export async function refreshConnection(
  deps: RefreshDependencies,
  connection: Connection,
  run: ScheduledRun,
): Promise<RefreshOutcome> {
  let lease: Lease | null;
  try {
    lease = await takeLease(deps, connection.id, 'scheduled');
  } catch (fault) {
    return refreshWithoutState(deps, connection, { run, fault });
  }
  if (!lease) return { kind: 'held', connection: connection.id };
  const { previous } = lease;
  const lost = run.lost?.get(connection.id) ?? [];
  const due = decideDue(previous, run.trigger, lease.atMs, lost);
  if (due.kind === 'notDue') {
    await lease.settle({ kind: 'untouched' });
    return { kind: 'notDue', connection: connection.id, nextAttemptAtMs: due.nextAttemptAtMs };
  }
  const trail = auditTrail(
    deps,
    { connection: connection.id, operation: 'refresh', reason: null, ...requesterOf(run) },
    previous?.auditHead ?? null,
  );
  await trail.recordAttempt();
  const conclusion = await refreshUnderLease(deps, connection, {
    lease,
    trail,
    lost,
    includeStaged: due.reason !== 'expiring' || previous?.hasStagedCredential === true,
    skipFingerprints: isAskedAgain(run, previous) ? [] : (previous?.deadFingerprints ?? []),
  });
  return { connection: connection.id, ...conclusion };
}

/** Zoho may call a token dead by mistake: the first retry asks once more, and then each tick. */
function isAskedAgain({ trigger }: ScheduledRun, previous: ConnectionState | null): boolean {
  return trigger === 'tick' || (previous?.consecutiveFailures ?? 0) <= 1;
}
