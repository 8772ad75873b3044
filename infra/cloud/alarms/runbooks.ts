/** The alarms, each named as its runbook: a file of docs/runbooks, without its ending. */
export const ALARM_RUNBOOKS = [
  'no-successful-refresh',
  'function-errors',
  'function-throttles',
  'sweep-not-running',
  'token-expiring',
  'alerts-waiting',
  'audit-broken',
  'key-lost',
] as const;
export type AlarmRunbook = (typeof ALARM_RUNBOOKS)[number];
