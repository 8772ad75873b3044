/**
 * What becomes of asking Zoho about the published token. `noToken`: nothing is published; `unreadable`: the secret is
 * not.
 */
export const PROBE_OUTCOMES = [
  'accepted',
  'rejected',
  'throttled',
  'unavailable',
  'noToken',
  'unreadable',
] as const;

export type PublishedProbe = (typeof PROBE_OUTCOMES)[number];
