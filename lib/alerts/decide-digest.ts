import type { Connection } from '../config/configuration.ts';
import type { DigestEntry } from '../domain/alert.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import { healthAt } from '../domain/health.ts';
import type { HealthReport } from '../domain/health-report.ts';
import type { AlertMemory } from './alert-memory.ts';
import type { DigestMemory } from './alert-table.ts';
import { assessHealth } from './assess-health.ts';
import { fineUntilMs } from './compose-alert.ts';

/** A day is over when its hour has come again; a clock that jumps within this makes no second digest. */
const SHORTEST_DAY_MS = 20 * 3_600_000;
/** A health check that is older says nothing about today. */
const LATEST_CHECK_MS = 36 * 3_600_000;

/**
 * Whether the day's digest is due: at the configured hour of the configured zone, or as soon after as somebody looks.
 *
 * @param last when one was due last; null before the first day, which is none
 */
export function isDigestDue(
  last: DigestMemory | null,
  { timeZone, digestHour }: { timeZone: string; digestHour: number },
  nowMs: number,
): boolean {
  if (!last || Math.abs(nowMs - last.atMs) < SHORTEST_DAY_MS) return false;
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(
    nowMs,
  );
  return Number(hour) >= digestHour;
}

/** A connection as the digest shows it; null when there is nothing to say of it. */
export function digestEntryOf(known: {
  connection: Connection;
  state: ConnectionState | null;
  memory: AlertMemory | null;
  report: HealthReport | null;
  nowMs: number;
}): DigestEntry | null {
  const { connection, state, memory, report, nowMs } = known;
  const isUnauthorized = assessHealth(state, null, nowMs).kind === 'notSetUp';
  const health = healthAt(state, nowMs);
  const isRecent = report !== null && Math.abs(nowMs - report.atMs) < LATEST_CHECK_MS;
  const findings = isRecent ? report.checks.filter(({ status }) => status !== 'ok') : [];
  const keptBack = memory?.keptBackAtMs.length ?? 0;
  if (health === 'healthy' && findings.length === 0 && keptBack === 0) return null;
  const isFailing = state !== null && state.consecutiveFailures > 0;
  return {
    connection: connection.id,
    health,
    sinceMs: health === 'healthy' ? null : sinceMsOf(state),
    failure: isFailing && state.lastFailure ? pickFailure(state.lastFailure) : null,
    consumersFineUntilMs: fineUntilMs(state, nowMs),
    isUnauthorized,
    findings: findings.map(({ name, status, detail, remedy }) => ({ name, status, detail, remedy })),
    keptBack,
  };
}

/** Whether an entry is reason enough for a digest: a warning alone is not. */
export function needsAttention({ health, findings }: DigestEntry): boolean {
  return health !== 'healthy' || findings.some(({ status }) => status === 'fail');
}

/** An open incident bears the time of its opening in its id. */
function sinceMsOf(state: ConnectionState | null): number | null {
  const openedAtMs = Number(state?.incidentId?.split('-').at(-1));
  if (Number.isSafeInteger(openedAtMs) && openedAtMs > 0) return openedAtMs;
  return state?.lastFailure?.atMs ?? state?.accessTokenExpiresAtMs ?? null;
}

function pickFailure({ code, detail, remedy }: { code: string; detail: string; remedy: string }) {
  return { code, detail, remedy };
}
