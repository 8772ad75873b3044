/** Where the keeper's metrics stand in CloudWatch. */
export const METRICS_NAMESPACE = 'ZohoTokenRecovery';

/**
 * Every metric that the keeper writes, with its unit. CloudWatch knows no minutes and no days: those have none.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html the units
 */
export const METRIC_UNITS = {
  /** Until the published access token expires; 0 once it has. */
  MinutesLeft: 'None',
  /** 2 healthy, 1 degraded, 0 down. */
  Health: 'None',
  /** Until a person is to consent anew; negative once that is overdue. */
  DaysToRenewal: 'None',
  RefreshesSucceeded: 'Count',
  /** By `failureClass`. */
  RefreshFailures: 'Count',
  /** Token requests, whatever Zoho answered. */
  Mints: 'Count',
  /** How long Zoho took to answer one. */
  MintLatency: 'Milliseconds',
  /** Checks of the last health check that came out as `fail`. */
  ChecksFailed: 'Count',
  /** E-mails that are to be sent and are not yet. */
  AlertsWaiting: 'Count',
  /** 1 when something was tampered with in the audit, 0 when all of it is whole. */
  AuditChainBroken: 'None',
} as const;
export type MetricName = keyof typeof METRIC_UNITS;

/** What was measured at one moment. Holds no secret: ids, classes and numbers only. */
export interface Measurement {
  /** Whose it is; null for the whole. It stands in the line, to be searched for, and makes no metric of its own. */
  readonly connection: string | null;
  /** What it counts by as well as over all, such as `{ failureClass: 'dead' }`. CloudWatch charges each value of it. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: { readonly [Name in MetricName]?: readonly number[] };
}
