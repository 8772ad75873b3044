import type { Connection } from '../config/configuration.ts';
import { decideDueByExpiry } from '../domain/schedule.ts';
import { accessTokenPublished } from '../events/keeper-events.ts';
import { readPublished } from '../vault/access-token-secret.ts';
import { auditTrail } from './audit-trail.ts';
import type { RefreshDependencies } from './dependencies.ts';
import { storeFailure } from './failures.ts';
import { mintsWithoutState } from './mint-allowance.ts';
import { conclude, type KnownBefore, type RefreshOutcome } from './refresh-outcome.ts';
import { auditConclusionOf } from './refresh-under-lease.ts';
import { renewAccessToken } from './renew-access-token.ts';
import type { Renewal } from './renewal.ts';
import { requesterOf, type ScheduledRun } from './scheduled-run.ts';
import { tellListeners } from './tell-listeners.ts';

const NOTHING_KNOWN: KnownBefore = {
  consecutiveFailures: 0,
  accessTokenExpiresAtMs: null,
  supersededVersionId: null,
};

/**
 * A refresh with the state table out of reach. Nobody else's lease can be seen then, so only the tick goes on, of which
 * one runs at a time; what consumers find now decides whether there is anything to do.
 *
 * @param attempt.fault what the state table threw
 */
export async function refreshWithoutState(
  deps: RefreshDependencies,
  connection: Connection,
  { run, fault }: { run: ScheduledRun; fault: unknown },
): Promise<RefreshOutcome> {
  const trail = auditTrail(deps, {
    connection: connection.id,
    operation: 'refresh',
    reason: null,
    ...requesterOf(run),
  });
  const concluded = (renewal: Renewal, before: KnownBefore): RefreshOutcome => ({
    connection: connection.id,
    ...conclude(renewal, before, deps.nowMs(), deps.random()).outcome,
    stateRecorded: false,
    auditRecorded: trail.isComplete(),
  });
  if (run.trigger === 'sweep') return concluded(failed(fault), NOTHING_KNOWN);

  const published = await findPublished(deps, connection);
  if (published.kind === 'unreadable') return concluded(failed(published.fault), NOTHING_KNOWN);
  const due = decideDueByExpiry(published.expiresAtMs, deps.nowMs());
  if (due.kind === 'notDue') {
    return { kind: 'notDue', connection: connection.id, nextAttemptAtMs: due.nextAttemptAtMs };
  }
  await trail.recordAttempt();
  const renewal = await renewAccessToken(deps, {
    connection,
    includeStaged: true,
    deadFingerprints: [],
    skipFingerprints: [],
    replaces: published.versionId,
    knownGeneration: 0,
    supersededVersionIds: [],
    organizationId: null,
    // Without a state to note it in, each refresh would look at the backups anew.
    isBackedUp: () => true,
    takeMint: mintsWithoutState(deps.nowMs),
  });
  await trail.recordOutcome(auditConclusionOf(renewal));
  // Whether the credential is another one than before, the state will know again.
  await tellListeners(deps, renewal.kind === 'renewed' ? [accessTokenPublished(renewal.token)] : []);
  return concluded(renewal, { ...NOTHING_KNOWN, accessTokenExpiresAtMs: published.expiresAtMs });
}

function failed(fault: unknown): Renewal {
  return {
    kind: 'failed',
    failure: storeFailure(fault),
    deadFingerprints: [],
    repairs: [],
    mintLatenciesMs: [],
  };
}

async function findPublished(
  { secretsManager }: RefreshDependencies,
  connection: Connection,
): Promise<
  | { kind: 'found'; versionId: string | null; expiresAtMs: number | null }
  | { kind: 'unreadable'; fault: unknown }
> {
  try {
    const published = await readPublished(secretsManager, connection.id);
    return {
      kind: 'found',
      versionId: published?.versionId ?? null,
      expiresAtMs: published ? Date.parse(published.document.expiresAt) : null,
    };
  } catch (fault) {
    return { kind: 'unreadable', fault };
  }
}
