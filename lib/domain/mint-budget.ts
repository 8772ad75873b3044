/**
 * Zoho mints at most 10 access tokens per refresh token in 10 minutes and then refuses for the rest of the window; a
 * schedule may use 8 of them, so that an admin at 3 a.m. always finds two.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/oauth-limits.html
 */
export const MINT_WINDOW_MS = 10 * 60_000;
const MINTS_PER_WINDOW = 10;
const MINTS_KEPT_FOR_ADMINS = 2;

/** Who asks for a mint: the clock, or a person. */
export type MintPurpose = 'scheduled' | 'admin';

const LIMIT: Record<MintPurpose, number> = {
  scheduled: MINTS_PER_WINDOW - MINTS_KEPT_FOR_ADMINS,
  admin: MINTS_PER_WINDOW,
};

export type MintDecision = { kind: 'allowed' } | { kind: 'spent'; freeAtMs: number };

/**
 * Whether one more mint fits the budget.
 *
 * @param mintTimesMs when the connection's earlier mints were started, in any order
 */
export function decideMint(
  mintTimesMs: readonly number[],
  purpose: MintPurpose,
  nowMs: number,
): MintDecision {
  const limit = LIMIT[purpose];
  const inWindow = mintsInWindow(mintTimesMs, nowMs).sort((a, b) => b - a);
  const blocking = inWindow[limit - 1];
  return blocking === undefined
    ? { kind: 'allowed' }
    : { kind: 'spent', freeAtMs: blocking + MINT_WINDOW_MS };
}

/** How many mints are left at this moment, for each purpose. */
export function mintsLeft(
  mintTimesMs: readonly number[],
  nowMs: number,
): { scheduledLeft: number; adminLeft: number } {
  const made = mintsInWindow(mintTimesMs, nowMs).length;
  return {
    scheduledLeft: Math.max(0, LIMIT.scheduled - made),
    adminLeft: Math.max(0, LIMIT.admin - made),
  };
}

/**
 * The mints that still count. One a little in the future (a clock that was ahead) counts too, which is careful; one
 * beyond a window is no time to wait for.
 */
export function mintsInWindow(mintTimesMs: readonly number[], nowMs: number): number[] {
  return mintTimesMs.filter((atMs) => Math.abs(atMs - nowMs) < MINT_WINDOW_MS);
}
