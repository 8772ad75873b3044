import type { Measurement } from './measurement.ts';

/** How many checks of a connection came out as `fail` in a health check. */
export function measureChecks(connection: string, failed: number): Measurement {
  return { dimensions: { connection }, values: { ChecksFailed: [failed] } };
}

/**
 * How long it is until a person is to consent anew. For connections with `renewEveryDays` only, and no more than once an
 * hour: CloudWatch charges a custom metric by the hours in which it is written.
 *
 * @param days from now; negative once it is overdue
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
export function measureRenewal(connection: string, days: number): Measurement {
  return { dimensions: { connection }, values: { DaysToRenewal: [days] } };
}

/**
 * Whether the audit is whole. Once per run and not once per chain: the alarm stays as the last word of this says.
 *
 * @param isBroken whether any of its chains is not
 */
export function measureAudit(isBroken: boolean): Measurement {
  return { dimensions: {}, values: { AuditChainBroken: [isBroken ? 1 : 0] } };
}
