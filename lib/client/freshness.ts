const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** No access token of Zoho's lives longer; one that claims to is not believed. */
export const LONGEST_LIFETIME_MS = 60 * MINUTE_MS;

/** A replaced credential leaves its old tokens valid for a while, so a value that was read is not kept for longer. */
export const LONGEST_KEPT_MS = 5 * MINUTE_MS;
/** The keeper renews ten minutes before the expiry: with less than this left, the next token is there any moment. */
const LAST_MINUTES_MS = 5 * MINUTE_MS;
const KEPT_IN_LAST_MINUTES_MS = 30 * SECOND_MS;
/** In the last fifth of its time a value is read anew in the background, so that hardly any call has to wait. */
const BACKGROUND_SHARE = 0.8;

const FIRST_PAUSE_MS = SECOND_MS;
const LONGEST_PAUSE_MS = 30 * SECOND_MS;

/** Until when a value may be used as it is, and from when it has to be read anew before it is used again. */
export interface ReadingPlan {
  readonly renewFromMs: number;
  readonly readFirstFromMs: number;
}

/**
 * When a value that was read is to be read again. Both times lie before the expiry.
 *
 * @param readAtMs when it was asked for, not when it came: Lambda may have frozen the process in between
 */
export function planReading(readAtMs: number, expiresAtMs: number): ReadingPlan {
  const leftMs = expiresAtMs - readAtMs;
  const keptMs = Math.min(LONGEST_KEPT_MS, Math.max(KEPT_IN_LAST_MINUTES_MS, leftMs - LAST_MINUTES_MS));
  return {
    renewFromMs: Math.min(readAtMs + BACKGROUND_SHARE * keptMs, expiresAtMs),
    readFirstFromMs: Math.min(readAtMs + keptMs, expiresAtMs),
  };
}

/**
 * How long a valid token is used without asking Secrets Manager again after it failed: 1, 2, 4, 8, 16, 30 seconds.
 *
 * @param failures in a row, this one included
 */
export function pauseAfterMs(failures: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
}
