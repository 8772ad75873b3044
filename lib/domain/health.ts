import type { ConnectionState } from './connection-state.ts';
import type { FailureClass } from './failure.ts';

/** `degraded`: failing, consumers still have a valid token. `down`: they don't, or the credential is dead. */
export const HEALTHS = ['healthy', 'degraded', 'down'] as const;
export type Health = (typeof HEALTHS)[number];

/** A connection's health after a failed attempt. */
export function healthAfterFailure(
  failureClass: FailureClass,
  accessTokenExpiresAtMs: number | null,
  nowMs: number,
): Health {
  if (failureClass === 'dead') return 'down';
  return accessTokenExpiresAtMs !== null && accessTokenExpiresAtMs > nowMs ? 'degraded' : 'down';
}

/** A connection's health as of now: what was healthy or degraded when it was written is down once its token ran out. */
export function healthAt(state: ConnectionState | null, nowMs: number): Health {
  if (state?.accessTokenExpiresAtMs == null || state.accessTokenExpiresAtMs <= nowMs) return 'down';
  return state.health;
}
