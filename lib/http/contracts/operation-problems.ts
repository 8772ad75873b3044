import type { ProblemName } from '../problem.ts';

/** What every operation may be turned away with, before it begins. */
export const OPERATION_PROBLEMS = [
  'invalid-request',
  'unsupported-media-type',
  'request-too-large',
  'unknown-connection',
  'rate-limited',
  'audit-unavailable',
] as const satisfies readonly ProblemName[];

/** What an operation that mints may meet besides. */
export const MINTING_PROBLEMS = [
  'mint-budget-spent',
  'zoho-throttled',
  'connection-busy',
  'misconfigured',
  'zoho-unavailable',
] as const satisfies readonly ProblemName[];
