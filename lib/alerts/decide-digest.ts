import type { Connection } from '../config/configuration.ts';
import type { DigestEntry } from '../domain/alert.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import { healthAt } from '../domain/health.ts';
import { CHECK_STATUSES, type HealthReport } from '../domain/health-report.ts';
import type { AlertMemory } from './alert-memory.ts';
import type { DigestMemory } from './alert-table.ts';
import { assessHealth } from './assess-health.ts';
import { fineUntilMs } from './compose-alert.ts';

/** A digest that lies further ahead was noted by a clock that was wrong. */
const FARTHEST_AHEAD_MS = 7 * 86_400_000;
/** How many connections are told of in full, and with how many findings: a digest has to fit into an item of DynamoDB's. */
const TOLD_IN_FULL = 12;
const MOST_FINDINGS = 6;
/** A health check that is older says nothing about today. */
const LATEST_CHECK_MS = 36 * 3_600_000;

/**
 * Whether the day's digest is due: at the configured hour of the configured zone, or as soon after as somebody looks; once
 * a day there.
 *
 * @param last when one was due last
 */
export function isDigestDue(
  last: DigestMemory,
  { timeZone, digestHour }: { timeZone: string; digestHour: number },
  nowMs: number,
): boolean {
  // The clock went back: that day had its digest.
  if (nowMs < last.atMs) return false;
  const timeOf = timeIn(timeZone);
  const now = timeOf(nowMs);
  return now.hour >= digestHour && now.day !== timeOf(last.atMs).day;
}

/** Tells a zone's time: in UTC without a formatter, the first of which takes a good part of a cold invocation. */
function timeIn(timeZone: string): (atMs: number) => { day: string; hour: number } {
  if (timeZone === 'UTC') {
    return (atMs) => {
      const [day = '', time = ''] = new Date(atMs).toISOString().split('T');
      return { day, hour: Number(time.slice(0, 2)) };
    };
  }
  const day = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  return (atMs) => ({ day: day.format(atMs), hour: Number(hour.format(atMs)) });
}

/** Whether the days begin to be counted now: there was none, or one that cannot have been. */
export function isFirstDay(last: DigestMemory | null, nowMs: number): boolean {
  return last === null || last.atMs - nowMs > FARTHEST_AHEAD_MS;
}

/** The entries of a digest, the worst first; of those beyond a dozen only how they are. */
export function digestEntries(entries: readonly DigestEntry[]): DigestEntry[] {
  return entries
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .map((entry, index) => {
      const most = index < TOLD_IN_FULL ? MOST_FINDINGS : 0;
      return { ...entry, findings: worstFirst(entry.findings).slice(0, most) };
    });
}

function rankOf({ health, isUnauthorized }: DigestEntry): number {
  if (isUnauthorized) return 3;
  return { down: 0, degraded: 1, healthy: 2 }[health];
}

function worstFirst(findings: DigestEntry['findings']): DigestEntry['findings'] {
  return findings.toSorted((a, b) => CHECK_STATUSES.indexOf(b.status) - CHECK_STATUSES.indexOf(a.status));
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
  // Of one that nobody has authorised every check fails, and says nothing.
  const isTelling = isRecent && !isUnauthorized;
  const findings = isTelling ? report.checks.filter(({ status }) => status !== 'ok') : [];
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
