import pMap from 'p-map';
import type { Connection } from '../config/configuration.ts';
import type { BackupStore } from '../domain/backup.ts';
import type { ConnectionState, Recovery } from '../domain/connection-state.ts';
import type { CredentialOrigin, CredentialPlace } from '../domain/credential.ts';
import type { FailureClass } from '../domain/failure.ts';
import { type Health, healthAt } from '../domain/health.ts';
import type { Check, CheckStatus, HealthReport } from '../domain/health-report.ts';
import { mintsLeft } from '../domain/mint-budget.ts';
import { dueForRenewalAtMs } from '../domain/schedule.ts';
import type { StateTable } from '../guards/state-table.ts';
import type { HealthReportLog } from '../health-reports/health-report-log.ts';
import { type ProbeDependencies, probePublished, type TokenProbe } from './probe-published.ts';

/** How many connections are probed at a time. */
const CONCURRENCY = 20;

/** What an admin sees of one connection. Times are ISO 8601, UTC; null where nothing has happened yet. */
export interface ConnectionStatus {
  readonly connection: string;
  readonly health: Health;
  readonly accessTokenExpiresAt: string | null;
  /** Until when consumers hold a valid token; null when they hold none. */
  readonly consumersFineUntil: string | null;
  readonly generation: number | null;
  readonly source: CredentialOrigin | null;
  readonly organizationId: string | null;
  readonly obtainedAt: string | null;
  /** When a person is to consent anew, by the connection's own policy. */
  readonly renewalDueAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly lastFailure: {
    readonly at: string;
    readonly failureClass: FailureClass;
    readonly code: string;
    readonly detail: string;
    /** What to do. */
    readonly remedy: string;
  } | null;
  readonly consecutiveFailures: number;
  readonly nextAttemptAt: string | null;
  /** How many mints Zoho's window has left: for the schedules, and for an admin. */
  readonly mintBudget: { readonly scheduledLeft: number; readonly adminLeft: number };
  readonly openIncident: string | null;
  /** Where the running credential is backed up, and when that was looked at last; null before the first time. */
  readonly backups: { readonly stores: readonly BackupStore[]; readonly checkedAt: string } | null;
  /** When something that was lost, or of no use, came back last. */
  readonly lastRecovery: {
    readonly at: string;
    readonly from: CredentialPlace;
    readonly repairs: readonly string[];
  } | null;
  /** What the latest health check found; null before the first. */
  readonly lastHealthCheck: {
    readonly at: string;
    readonly status: CheckStatus;
    readonly checks: readonly Check[];
  } | null;
  /** What Zoho says of the published token at this moment; only if asked for. */
  readonly probe?: TokenProbe;
}

/** What a status needs from outside; the rest of it only to probe. */
export interface StatusDependencies extends ProbeDependencies {
  readonly nowMs: () => number;
  readonly state: StateTable;
  readonly healthReports: HealthReportLog;
}

/** The status of connections, in the order given. Throws what the state table throws. */
export async function reportStatus(
  deps: StatusDependencies,
  connections: readonly Connection[],
  { probe }: { probe: boolean },
): Promise<ConnectionStatus[]> {
  const ids = connections.map(({ id }) => id);
  const [states, reports] = await Promise.all([deps.state.readAll(ids), deps.healthReports.readLatest(ids)]);
  const nowMs = deps.nowMs();
  const statuses = connections.map((connection) => ({
    ...toStatus(connection, states.get(connection.id) ?? null, nowMs),
    lastHealthCheck: toHealthCheck(reports.get(connection.id) ?? null),
  }));
  if (!probe) return statuses;
  const probes = await pMap(connections, (connection) => probePublished(deps, connection), {
    concurrency: CONCURRENCY,
  });
  return statuses.map((status, index) => {
    const found = probes[index];
    return found ? { ...status, probe: found } : status;
  });
}

function toStatus(
  connection: Connection,
  state: ConnectionState | null,
  nowMs: number,
): Omit<ConnectionStatus, 'lastHealthCheck'> {
  const lastFailure = state?.lastFailure ?? null;
  const expiresAtMs = state?.accessTokenExpiresAtMs ?? null;
  const obtainedAtMs = state?.credential?.obtainedAtMs ?? null;
  const { backup = null, recovery = null } = state ?? {};
  return {
    connection: connection.id,
    health: healthAt(state, nowMs),
    accessTokenExpiresAt: toIso(expiresAtMs),
    consumersFineUntil: expiresAtMs !== null && expiresAtMs > nowMs ? toIso(expiresAtMs) : null,
    generation: state?.generation ?? null,
    source: state?.credential?.source ?? null,
    organizationId: state?.organizationId ?? null,
    obtainedAt: toIso(obtainedAtMs),
    renewalDueAt: toIso(dueForRenewalAtMs(obtainedAtMs, connection.renewEveryDays)),
    lastSuccessAt: toIso(state?.lastSuccessAtMs),
    lastFailure: lastFailure && {
      at: new Date(lastFailure.atMs).toISOString(),
      failureClass: lastFailure.failureClass,
      code: lastFailure.code,
      detail: lastFailure.detail,
      remedy: lastFailure.remedy,
    },
    consecutiveFailures: state?.consecutiveFailures ?? 0,
    nextAttemptAt: toIso(state?.nextAttemptAtMs),
    mintBudget: mintsLeft(state?.mintTimesMs ?? [], nowMs),
    openIncident: state?.incidentId ?? null,
    backups: backup && { stores: backup.stores, checkedAt: new Date(backup.checkedAtMs).toISOString() },
    lastRecovery: toRecovery(recovery),
  };
}

function toHealthCheck(report: HealthReport | null): ConnectionStatus['lastHealthCheck'] {
  return report && { at: new Date(report.atMs).toISOString(), status: report.status, checks: report.checks };
}

/** Where nothing was repaired, and the credential was in its place, nothing came back. */
function toRecovery(recovery: Recovery | null): ConnectionStatus['lastRecovery'] {
  if (!recovery) return null;
  const { atMs, from, repairs } = recovery;
  const isFoundElsewhere = from !== 'current' && from !== 'staged';
  return isFoundElsewhere || repairs.length > 0 ? { at: new Date(atMs).toISOString(), from, repairs } : null;
}

function toIso(atMs: number | null | undefined): string | null {
  return atMs == null ? null : new Date(atMs).toISOString();
}
