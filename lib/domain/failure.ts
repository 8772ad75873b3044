/**
 * Why an attempt failed, by what helps:
 * - `transient`: time (Zoho or the network had trouble)
 * - `throttled`: waiting out Zoho's window, and nothing else
 * - `dead`: a person's new consent, or another stored token
 * - `misconfigured`: an operator (client, secret, data centre, scopes or organisation are wrong)
 * - `unauthorized`: a first consent (the connection has no credential yet)
 * - `store`: AWS, or whoever broke the secret
 */
export type FailureClass = 'transient' | 'throttled' | 'dead' | 'misconfigured' | 'unauthorized' | 'store';

export const FAILURE_CLASSES = [
  'transient',
  'throttled',
  'dead',
  'misconfigured',
  'unauthorized',
  'store',
] as const satisfies readonly FailureClass[];

/** One failed attempt. `code` is stable; `detail` and `remedy` are for people. None contains a secret. */
export interface Failure {
  readonly failureClass: FailureClass;
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
}
