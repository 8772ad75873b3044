import { fingerprint } from '../audit/fingerprint.ts';
import type { Connection } from '../config/configuration.ts';
import type { BackupContent, BackupStore } from '../domain/backup.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import { resolveDataCenter } from '../domain/data-center.ts';
import type { Failure } from '../domain/failure.ts';
import { healthAt } from '../domain/health.ts';
import type { CheckTrigger } from '../domain/health-report.ts';
import { mintsLeft } from '../domain/mint-budget.ts';
import { afterDrill, type DrillRecord, decideDrill } from '../domain/restore-drill.ts';
import { findBackupIn } from '../vault/find-backups.ts';
import { readStandingCredentials, type StandingCredentials } from '../vault/standing-credentials.ts';
import { mintAccessToken } from '../zoho/token-endpoint.ts';
import { trustedAccountsServer } from '../zoho/trust.ts';
import { type AuditConclusion, type AuditDependencies, auditTrail, type Requester } from './audit-trail.ts';
import type { RenewalDependencies } from './dependencies.ts';
import {
  budgetFailure,
  deadBackupFailure,
  mintFailure,
  noBackupFailure,
  organizationFailure,
  probeFailure,
  storeFailure,
  untrustedServerFailure,
} from './failures.ts';
import { type Lease, type LeaseDependencies, takeLease } from './lease.ts';
import { proveAccessToken } from './prove-access-token.ts';
import type { RemainingMs } from './refresh-connections.ts';
import { stageRotatedCredential } from './stage-rotated.ts';

/** What a drill takes at worst: a mint and a probe of 10 s each, and a handful of calls to AWS. */
const LONGEST_DRILL_MS = 45_000;
/** What is left to the schedules: a drill must not cost a refresh its retries. */
const MINTS_LEFT_ALONE = 4;

export type DrillDependencies = RenewalDependencies & LeaseDependencies & AuditDependencies;

/** What set a drill off, and what is known before. */
export interface DrillRun {
  readonly record: DrillRecord | null;
  readonly trigger: CheckTrigger;
  readonly requester: Requester;
  readonly remainingMs: RemainingMs;
}

/** What is remembered now, and why a drill that was due was not run; null when it was, or when none was due. */
export interface Drilled {
  readonly record: DrillRecord | null;
  readonly skipped: string | null;
}

/**
 * Shows that a backup is good for what it is kept for: decrypts it, mints from it, and proves the token at Zoho. Nothing
 * is published or written (P1, P2), and the token is thrown away. Only a new refresh token, should Zoho send one, is kept
 * (P3).
 *
 * It is left for later while there is something more important to do with the connection.
 */
export async function drillRestore(
  deps: DrillDependencies,
  connection: Connection,
  run: DrillRun,
): Promise<Drilled> {
  const { record, trigger, remainingMs } = run;
  const decision = decideDrill(record, trigger, deps.nowMs());
  if (decision.kind === 'notDue') return { record, skipped: null };
  if (remainingMs() < LONGEST_DRILL_MS) return { record, skipped: 'No time was left for a drill.' };
  const lease = await takeLease(deps, connection.id, 'scheduled');
  if (!lease) return { record, skipped: 'Not tried now: somebody is at work on the connection.' };
  if (lease.previous && lease.previous.lease !== null) return leaveToSweep(deps, lease, record);
  return drillUnderLease(deps, connection, { ...run, store: decision.store, lease });
}

/** A crash has left the lease behind, and perhaps a staged credential: the next sweep is to look, and must be told so. */
async function leaveToSweep(
  deps: DrillDependencies,
  lease: Lease,
  record: DrillRecord | null,
): Promise<Drilled> {
  await lease.settle({ kind: 'unfinished', atMs: deps.nowMs(), superseded: null });
  return { record, skipped: 'Not tried now: an attempt was cut off, which the next sweep finishes.' };
}

interface LeasedDrill extends DrillRun {
  readonly store: BackupStore;
  readonly lease: Lease;
}

async function drillUnderLease(
  deps: DrillDependencies,
  connection: Connection,
  drill: LeasedDrill,
): Promise<Drilled> {
  const { lease, store, record, requester } = drill;
  const skip = async (reason: string): Promise<Drilled> => {
    await lease.settle({ kind: 'untouched' });
    return { record, skipped: `Not tried now: ${reason}.` };
  };
  const standing = await readStandingCredentials(deps.secretsManager, deps.backups, connection.id).catch(
    () => null,
  );
  const obstacle = obstacleOf(lease, standing);
  if (obstacle !== null || standing === null) return skip(obstacle ?? 'the credential cannot be read');
  const operation = { connection: connection.id, operation: 'restore-drill', reason: null } as const;
  const trail = auditTrail(deps, { ...operation, ...requester }, lease.previous?.auditHead ?? null);
  if (!(await trail.recordAttempt())) return skip('the audit took no note, and nothing is done without it');

  let hasStagedCredential = false;
  const onStaged = () => {
    hasStagedCredential = true;
  };
  const tried = await tryBackup(deps, connection, { drill, standing, onStaged }).catch(failedBy);
  await trail.recordOutcome(auditConclusionOf(tried, store));
  const atMs = deps.nowMs();
  // What is staged is for the next sweep to finish.
  await lease.settle(
    hasStagedCredential ? { kind: 'unfinished', atMs, superseded: null } : { kind: 'untouched' },
    { auditHead: trail.head() },
  );
  return drilledBy(tried, { record, store, atMs });
}

/** Why there is something more important to do with the connection than a drill; null when there is not. */
function obstacleOf({ previous, atMs }: Lease, standing: StandingCredentials | null): string | null {
  if (!isHealthy(previous, atMs)) return 'the connection is not healthy';
  if (mintsLeft(previous.mintTimesMs, atMs).scheduledLeft <= MINTS_LEFT_ALONE) {
    return 'the mint budget is nearly spent';
  }
  if (standing === null) return null;
  if (standing.current?.generation !== previous.generation) return 'the current credential did not run yet';
  const { stagedVersionId, currentVersionId } = standing;
  const isStaged = stagedVersionId !== null && stagedVersionId !== currentVersionId;
  return isStaged || previous.stagedAtMs !== null ? 'a credential is staged, which comes first' : null;
}

function isHealthy(state: ConnectionState | null, nowMs: number): state is ConnectionState {
  return state !== null && state.consecutiveFailures === 0 && healthAt(state, nowMs) === 'healthy';
}

/** What a drill came to; `inconclusive` says nothing of the backup. */
type Tried =
  | {
      readonly kind: 'proven';
      readonly generation: number;
      readonly fingerprint: string;
      readonly organizationId: string | null;
    }
  | { readonly kind: 'failed' | 'inconclusive'; readonly failure: Failure };

async function tryBackup(
  deps: DrillDependencies,
  connection: Connection,
  task: { drill: LeasedDrill; standing: StandingCredentials; onStaged: () => void },
): Promise<Tried> {
  const { store, lease } = task.drill;
  const generation = lease.previous?.generation ?? 0;
  const backup = await findBackupIn(store, deps.backups, connection.id, generation);
  if (!backup) return failed(noBackupFailure(store, generation));
  if (backup.kind === 'unusable') return failed(storeFailure(backup.fault));
  return mintFrom(deps, connection, { ...task, content: backup.content });
}

async function mintFrom(
  deps: DrillDependencies,
  connection: Connection,
  task: { drill: LeasedDrill; standing: StandingCredentials; content: BackupContent; onStaged: () => void },
): Promise<Tried> {
  const { drill, standing, onStaged } = task;
  const { credential, client } = task.content;
  const { refreshToken, accountsServer: issuer, generation } = credential;
  // The client secret goes wherever the backup says, so that address is checked first.
  const dataCenter = trustedAccountsServer(issuer, resolveDataCenter(connection.dataCenter));
  if (!dataCenter) return failed(untrustedServerFailure(connection));
  const allowance = await drill.lease.takeMint();
  if (allowance.kind === 'spent') return failed(budgetFailure(allowance.freeAtMs));
  const { accountsServer } = dataCenter;
  const outcome = await mintAccessToken(deps.zoho, { dataCenter, accountsServer, client, refreshToken });
  if (outcome.kind === 'dead') return failed(deadBackupFailure(drill.store));
  if (outcome.kind !== 'minted') return failed(mintFailure(outcome, connection));
  const minted = outcome.token;
  if (await stageRotatedCredential(deps, { credential, minted, ...standing }, [])) onStaged();
  const proof = await proveAccessToken(deps, {
    connection,
    dataCenter,
    minted,
    knownApiDomain: credential.apiDomain,
    organizationId: drill.lease.previous?.organizationId ?? credential.organizationId,
  });
  switch (proof.kind) {
    case 'notAccepted':
      return failed(probeFailure(proof.probe, connection));
    case 'otherOrganization':
      return failed(organizationFailure(connection));
    case 'proven': {
      const { organizationId } = proof;
      const mark = fingerprint(refreshToken, client.clientSecret);
      return { kind: 'proven', generation, fingerprint: mark, organizationId };
    }
  }
}

/** A moment later these may be gone, and they say nothing of the backup. */
const PASSING: ReadonlySet<string> = new Set(['BACKUP_UNREADABLE', 'SECRET_UNREADABLE', 'AWS_CALL_FAILED']);

function failed(failure: Failure): Tried {
  const { failureClass, code } = failure;
  const isPassing = failureClass === 'transient' || failureClass === 'throttled' || PASSING.has(code);
  return { kind: isPassing ? 'inconclusive' : 'failed', failure };
}

function failedBy(fault: unknown): Tried {
  return failed(storeFailure(fault));
}

const STORE_CODES = { table: 'FROM_BACKUP_TABLE', bucket: 'FROM_BACKUP_BUCKET' } as const;

function auditConclusionOf(tried: Tried, store: BackupStore): AuditConclusion {
  switch (tried.kind) {
    case 'proven': {
      const { kind, ...notes } = tried;
      return { outcome: 'succeeded', code: STORE_CODES[store], ...notes };
    }
    case 'failed':
    case 'inconclusive':
      return { outcome: 'failed', code: `${STORE_CODES[store]}_${tried.failure.code}` };
  }
}

function drilledBy(
  tried: Tried,
  { record, store, atMs }: { record: DrillRecord | null; store: BackupStore; atMs: number },
): Drilled {
  switch (tried.kind) {
    case 'proven':
      return { record: afterDrill(record, { atMs, store, failure: null }), skipped: null };
    case 'failed': {
      const { code, detail, remedy } = tried.failure;
      return {
        record: afterDrill(record, { atMs, store, failure: { code, detail, remedy } }),
        skipped: null,
      };
    }
    case 'inconclusive':
      return { record, skipped: `Tried in vain: ${tried.failure.detail}` };
  }
}
