/** What is counted: each by its name in the results. */
export const FLOWS = [
  'refresh',
  'sweep',
  'alertsAfterRefresh',
  'alerts',
  'healthCheck',
  'anchor',
  'reauthorize',
  'override',
] as const;
export type Flow = (typeof FLOWS)[number];

/** What one run of a flow asked of others, as it went over the wire. */
export interface Calls {
  /** Of AWS, by service and operation, such as `secretsmanager:GetSecretValue`. */
  readonly aws: Readonly<Record<string, number>>;
  /** What KMS was asked, also by Secrets Manager on the function's behalf, which is charged as well. */
  readonly kms: number;
  readonly zoho: number;
  readonly logBytes: number;
}
export type CallsByFlow = Readonly<Record<Flow, Calls>>;

/** How many calls of AWS the functions made themselves. */
export function awsCalls({ aws }: Calls): number {
  return Object.values(aws).reduce((sum, count) => sum + count, 0);
}
