import pMap from 'p-map';
import type { Connection } from '../config/configuration.ts';
import {
  CHECK_NAMES,
  type Check,
  type CheckName,
  type HealthReport,
  isFaulty,
  worstStatus,
} from '../domain/health-report.ts';
import type { DrillRecord } from '../domain/restore-drill.ts';
import { dueForRenewalAtMs } from '../domain/schedule.ts';
import type { KeptReport } from '../health-reports/health-report-log.ts';
import { unmeasured } from './checks/assessment.ts';
import { HEALTH_CHECKS } from './health-checks.ts';
import { unmeasuredFailure } from './measurements/ask.ts';
import {
  type CheckContext,
  type CheckRun,
  checkContext,
  type HealthCheckDependencies,
  type SharedMeasurements,
  shareMeasurements,
} from './measurements/context.ts';

/** How many connections are looked at side by side; each makes some thirty calls. */
const CONCURRENCY = 10;

/** What one connection takes at worst while AWS answers: better not begun than cut off. */
const LONGEST_CHECK_MS = 60_000;

/** What became of one connection's check. */
export type HealthCheckOutcome =
  | {
      readonly kind: 'checked';
      readonly report: HealthReport;
      readonly kept: KeptReport;
      /** When a person is to consent anew; null for never, or when it is not known. */
      readonly renewalDueAtMs: number | null;
    }
  /** No time was left. */
  | { readonly kind: 'deferred'; readonly connection: string };

/**
 * Looks at connections from every side, and writes a report on each. Never throws: what cannot be looked at is a finding,
 * of that check and that connection alone.
 *
 * @param checked the connections to look at
 * @returns one outcome per connection, in their order
 */
export async function checkHealth(
  deps: HealthCheckDependencies,
  checked: readonly Connection[],
  run: CheckRun,
): Promise<HealthCheckOutcome[]> {
  const shared = shareMeasurements(deps, checked);
  const inTurn = await longestUnchecked(shared, checked);
  const outcomes = await pMap(inTurn, (connection) => checkOne(deps, connection, { shared, run }), {
    concurrency: CONCURRENCY,
  });
  const byConnection = new Map(inTurn.map(({ id }, index) => [id, outcomes[index]]));
  return checked.flatMap(({ id }) => byConnection.get(id) ?? []);
}

/** What the last run had no time for comes first in this one. */
async function longestUnchecked(
  shared: SharedMeasurements,
  checked: readonly Connection[],
): Promise<Connection[]> {
  const latest = await shared.latestReports().catch(() => new Map<string, HealthReport>());
  const checkedAtMs = ({ id }: Connection) => latest.get(id)?.atMs ?? 0;
  return checked.toSorted((a, b) => checkedAtMs(a) - checkedAtMs(b));
}

async function checkOne(
  deps: HealthCheckDependencies,
  connection: Connection,
  { shared, run }: { shared: SharedMeasurements; run: CheckRun },
): Promise<HealthCheckOutcome> {
  if (run.remainingMs() < LONGEST_CHECK_MS) return { kind: 'deferred', connection: connection.id };
  const context = checkContext(deps, connection, { shared, run });
  const report = await reportOn(context, run);
  await haveTokenReplaced(deps, report);
  const kept = await deps.healthReports.keep(report);
  return { kind: 'checked', report, kept, renewalDueAtMs: await renewalOf(context) };
}

/** Consumers do not wait for the next tick with a token that Zoho refuses: the next sweep mints, or finds out why it cannot. */
async function haveTokenReplaced(
  { state, nowMs }: HealthCheckDependencies,
  { connection, checks }: HealthReport,
): Promise<void> {
  const probe = checks.find(({ name }) => name === 'probe');
  if (probe && isFaulty(probe)) await state.makeDue(connection, nowMs()).catch(() => {});
}

async function reportOn(context: CheckContext, { trigger }: CheckRun): Promise<HealthReport> {
  const checks = await Promise.all(CHECK_NAMES.map((name) => runCheck(name, context)));
  return {
    schemaVersion: 1,
    connection: context.connection.id,
    atMs: context.nowMs,
    trigger,
    status: worstStatus(checks),
    checks,
    drill: await drillRecordOf(context),
  };
}

async function renewalOf({ connection, state }: CheckContext): Promise<number | null> {
  return state().then(
    (known) => dueForRenewalAtMs(known?.credential?.obtainedAtMs ?? null, connection.renewEveryDays),
    () => null,
  );
}

async function runCheck(name: CheckName, context: CheckContext): Promise<Check> {
  const { limit, unmeasured: status, run } = HEALTH_CHECKS[name];
  try {
    return { name, limit, ...(await run(context)) };
  } catch (fault) {
    return { name, limit, ...unmeasured(status, unmeasuredFailure(fault)) };
  }
}

/** What cannot be remembered now stands in the report before, which the log goes by. */
async function drillRecordOf({ drilled }: CheckContext): Promise<DrillRecord | null> {
  return drilled().then(
    ({ record }) => record,
    () => null,
  );
}
