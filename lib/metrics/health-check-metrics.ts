import { isFaulty, NOT_MEASURED } from '../domain/health-report.ts';
import type { HealthCheckOutcome } from '../workflows/check-health.ts';
import type { Measurement } from './measurement.ts';

const DAY_MS = 86_400_000;

/**
 * What a health check of all connections found: how many checks failed, how long it is until a renewal, and whether the
 * audit is whole. Once a day: CloudWatch charges a custom metric by the hours in which it is written. The alarm on the audit
 * stays as the last word says, so that it is whole is only said when every chain was looked at.
 *
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export function measureHealthChecks(outcomes: readonly HealthCheckOutcome[]): Measurement[] {
  const checked = outcomes.filter((outcome) => outcome.kind === 'checked');
  return [...checked.map(measureOne), ...measureAudit(outcomes)];
}

function measureAudit(outcomes: readonly HealthCheckOutcome[]): Measurement[] {
  const chains = outcomes.map((outcome) =>
    outcome.kind === 'checked'
      ? outcome.report.checks.find(({ name, value }) => name === 'auditChain' && value !== NOT_MEASURED)
      : undefined,
  );
  const isBroken = chains.some((check) => check !== undefined && isFaulty(check));
  if (!isBroken && chains.includes(undefined)) return [];
  return [{ connection: null, dimensions: {}, values: { AuditChainBroken: [isBroken ? 1 : 0] } }];
}

function measureOne({
  report,
  renewalDueAtMs,
}: Extract<HealthCheckOutcome, { kind: 'checked' }>): Measurement {
  const { connection, atMs, checks } = report;
  const failed = checks.filter(({ status }) => status === 'fail').length;
  return {
    connection,
    dimensions: {},
    values: {
      ChecksFailed: [failed],
      // Negative once it is overdue.
      ...(renewalDueAtMs !== null && { DaysToRenewal: [(renewalDueAtMs - atMs) / DAY_MS] }),
    },
  };
}
