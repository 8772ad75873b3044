import type { ConnectionState } from './connection-state.ts';
import type { FailureClass } from './failure.ts';
import { MINT_WINDOW_MS } from './mint-budget.ts';
import { LONGEST_LIFETIME_MS } from './token-lifetime.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Nothing is planned further ahead: a later time was written by a clock that was wrong. */
const LONGEST_PLAN_MS = 60 * MINUTE_MS;

const LONGEST_BACKUP_PLAN_MS = DAY_MS;

/** A token of an hour is replaced when 10 minutes are left: the 50-minute rhythm. */
const REFRESH_MARGIN_MS = 10 * MINUTE_MS;
/** The tick takes what the next tick would find too late: anything with 20 minutes or less. */
const TICK_MARGIN_MS = 20 * MINUTE_MS;
/** The sweep leaves the tick a minute to do its work, then takes what it missed. */
const SWEEP_MARGIN_MS = 9 * MINUTE_MS;
const SHORTEST_RHYTHM_MS = 15 * MINUTE_MS;
const BACKOFF_MS = [1, 2, 4, 8].map((minutes) => minutes * MINUTE_MS);
const LONGEST_BACKOFF_MS = 8 * MINUTE_MS;
/** Once consumers have no token any more, each minute counts: seven mints in ten minutes at most, of the schedules' eight. */
const LONGEST_BACKOFF_WITHOUT_TOKEN_MS = 2 * MINUTE_MS;
/** How soon to look whether somebody has put a credential where there was none, or a live one for a dead one. */
const LOOK_AGAIN_MS = 5 * MINUTE_MS;
/** A replaced refresh token is revoked when no consumer can hold an access token of it, with time to spare (P5). */
export const REVOCATION_GRACE_MS = LONGEST_LIFETIME_MS + 10 * MINUTE_MS;
/** A retry comes up to a quarter earlier than its backoff, so that connections that failed together spread. */
const JITTER = 0.25;

/** What set an attempt off: the 50-minute tick, or the every-minute sweep. */
export type Trigger = 'tick' | 'sweep';

export type DueDecision =
  | { kind: 'due'; reason: 'first' | 'interrupted' | 'staged' | 'retry' | 'lost' | 'expiring' }
  | { kind: 'notDue'; nextAttemptAtMs: number };

/**
 * Whether a connection wants a refresh now. The state decides, not the message: a doubled tick finds nothing to do, a
 * lost one is made good by the sweep.
 *
 * @param state what is remembered, with the lease as it was before this attempt took it; null when nothing is
 * @param lost those of its secrets that are known to be lost, so that it cannot wait for its time
 */
export function decideDue(
  state: ConnectionState | null,
  trigger: Trigger,
  nowMs: number,
  lost: readonly string[] = [],
): DueDecision {
  if (state === null) return { kind: 'due', reason: 'first' };
  if (state.lease !== null) {
    return state.lease.expiresAtMs > nowMs
      ? { kind: 'notDue', nextAttemptAtMs: state.lease.expiresAtMs }
      : { kind: 'due', reason: 'interrupted' };
  }
  if (state.stagedAtMs !== null) return { kind: 'due', reason: 'staged' };
  if (state.nextAttemptAtMs === null || state.nextAttemptAtMs > nowMs + LONGEST_PLAN_MS) {
    return { kind: 'due', reason: 'first' };
  }
  // Zoho may have called a living token dead, and each sweep's look would put this off for ever.
  if (trigger === 'tick' && isCalledDead(state)) return { kind: 'due', reason: 'retry' };
  if (state.consecutiveFailures > 0) {
    return nowMs >= state.nextAttemptAtMs
      ? { kind: 'due', reason: 'retry' }
      : { kind: 'notDue', nextAttemptAtMs: state.nextAttemptAtMs };
  }
  if (lost.some((secret) => !isGivenUp(state, secret, nowMs))) return { kind: 'due', reason: 'lost' };
  const marginMs = trigger === 'tick' ? TICK_MARGIN_MS : SWEEP_MARGIN_MS;
  const leadMs = marginMs - REFRESH_MARGIN_MS;
  return nowMs >= state.nextAttemptAtMs - leadMs
    ? { kind: 'due', reason: 'expiring' }
    : { kind: 'notDue', nextAttemptAtMs: state.nextAttemptAtMs };
}

/**
 * Whether nothing could be done about a lost secret just now. To try again with every sweep would cost a mint each time,
 * and a version of what consumers read.
 */
function isGivenUp({ recovery }: ConnectionState, secret: string, nowMs: number): boolean {
  if (!recovery?.unrepaired.includes(secret)) return false;
  return Math.abs(nowMs - recovery.atMs) < SHORTEST_RHYTHM_MS;
}

/** Whatever the failure is called after: what is called dead may be the one that lives. */
function isCalledDead({ consecutiveFailures, deadFingerprints }: ConnectionState): boolean {
  return consecutiveFailures > 0 && deadFingerprints.length > 0;
}

/**
 * Whether a connection's replaced refresh tokens may be revoked now: the grace is over, and what took their place works.
 * While it does not they are kept, since an old one may be the last that lives.
 */
export function isRevocationDue(state: ConnectionState | null, nowMs: number): boolean {
  if (!state?.superseded || state.superseded.revokeAtMs > nowMs || state.lease !== null) return false;
  return state.consecutiveFailures === 0 && (state.accessTokenExpiresAtMs ?? 0) > nowMs;
}

/**
 * Whether it is time to look whether a connection's backups are whole. While it fails, the running credential is not
 * known to be the one to back up.
 */
export function isBackupCheckDue(state: ConnectionState | null, nowMs: number): boolean {
  if (!state || state.generation === null || state.lease !== null || state.consecutiveFailures > 0)
    return false;
  const nextCheckAtMs = state.backup?.nextCheckAtMs ?? 0;
  return nextCheckAtMs <= nowMs || nextCheckAtMs > nowMs + LONGEST_BACKUP_PLAN_MS;
}

/**
 * When a person is to consent anew, by the connection's own policy.
 *
 * @param everyDays null for never
 */
export function dueForRenewalAtMs(obtainedAtMs: number | null, everyDays: number | null): number | null {
  return obtainedAtMs === null || everyDays === null ? null : obtainedAtMs + everyDays * DAY_MS;
}

/** The tick's decision when the state cannot be read: what consumers find now is then all there is to go by. */
export function decideDueByExpiry(accessTokenExpiresAtMs: number | null, nowMs: number): DueDecision {
  if (accessTokenExpiresAtMs === null) return { kind: 'due', reason: 'first' };
  const leftMs = accessTokenExpiresAtMs - nowMs;
  return leftMs <= TICK_MARGIN_MS || leftMs > LONGEST_LIFETIME_MS
    ? { kind: 'due', reason: 'expiring' }
    : { kind: 'notDue', nextAttemptAtMs: accessTokenExpiresAtMs - REFRESH_MARGIN_MS };
}

/**
 * When a token that was just minted is to be replaced. One that hardly lives is kept for half its life, and for 15
 * minutes at least: Secrets Manager keeps each version for a day, and has room for about 100.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export function nextRefreshAtMs(mintedAtMs: number, expiresAtMs: number): number {
  const shortestMs = Math.max((expiresAtMs - mintedAtMs) / 2, SHORTEST_RHYTHM_MS);
  return Math.max(expiresAtMs - REFRESH_MARGIN_MS, mintedAtMs + shortestMs);
}

/**
 * When to try again after a failure.
 *
 * While consumers still hold a valid token, a retry never waits for more than half of what is left, so that the last
 * attempts fall before the expiry and not after it. After the expiry it never waits for more than two minutes.
 *
 * @param failure.consecutiveFailures including this one
 * @param random from 0 (inclusive) to 1 (exclusive)
 */
export function nextRetryAtMs(
  failure: { failureClass: FailureClass; consecutiveFailures: number; accessTokenExpiresAtMs: number | null },
  nowMs: number,
  random: number,
): number {
  switch (failure.failureClass) {
    case 'throttled':
      // Zoho answers no Retry-After, and asking again prolongs it. Spread upwards only: early is too early.
      return nowMs + MINT_WINDOW_MS + Math.round(random * JITTER * MINUTE_MS);
    case 'dead':
    case 'unauthorized':
      return nowMs + LOOK_AGAIN_MS;
    case 'misconfigured':
      return nowMs + LONGEST_BACKOFF_MS;
    case 'transient':
    case 'store': {
      const backoffMs = BACKOFF_MS[failure.consecutiveFailures - 1] ?? LONGEST_BACKOFF_MS;
      const longestMs = longestBackoffMs(failure.accessTokenExpiresAtMs, nowMs);
      return nowMs + Math.round(Math.min(backoffMs, longestMs) * (1 - JITTER * random));
    }
  }
}

/** @param accessTokenExpiresAtMs null where there never was a token that anybody waits for */
function longestBackoffMs(accessTokenExpiresAtMs: number | null, nowMs: number): number {
  if (accessTokenExpiresAtMs === null) return LONGEST_BACKOFF_MS;
  const leftMs = accessTokenExpiresAtMs - nowMs;
  return leftMs > 0 ? Math.max(leftMs / 2, MINUTE_MS) : LONGEST_BACKOFF_WITHOUT_TOKEN_MS;
}
