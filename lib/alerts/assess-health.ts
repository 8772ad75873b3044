import type { ConnectionState } from '../domain/connection-state.ts';
import type { FailureClass } from '../domain/failure.ts';
import { type Health, healthAt } from '../domain/health.ts';
import type { Urgency } from './follow-problem.ts';

/** A first failure is retried within two minutes: only what lasts longer is told. */
const RETRY_PATIENCE_MS = 3 * 60_000;
/** A token that ran out with no failure on record is one that the keeper is just renewing, or a clock that is wrong. */
const SUSPICION_MS = 90_000;

/** A connection's health as people are told of it. */
export type Assessment =
  /** Nothing is known, or nobody has set it up yet: there is nothing to lose. */
  | { readonly kind: 'notSetUp' }
  | {
      readonly kind: 'known';
      readonly health: Health;
      readonly urgency: Urgency;
      /** Since when it looks down without a failure on record; null while it does not. */
      readonly suspectedSinceMs: number | null;
      /** False while it is too early to say: what was told before stands. */
      readonly isCertain: boolean;
    };

/** @param suspectedSinceMs since when it had looked down without a failure on record */
export function assessHealth(
  state: ConnectionState | null,
  suspectedSinceMs: number | null,
  nowMs: number,
): Assessment {
  if (!state || isNotSetUp(state)) return { kind: 'notSetUp' };
  const health = healthAt(state, nowMs);
  const isFailing = state.consecutiveFailures > 0;
  if (health === 'down' && !isFailing) {
    const sinceMs = suspectedSinceMs ?? nowMs;
    const isCertain = Math.abs(nowMs - sinceMs) >= SUSPICION_MS;
    return { kind: 'known', health, urgency: 2, suspectedSinceMs: sinceMs, isCertain };
  }
  return {
    kind: 'known',
    health,
    urgency: urgencyOf(state, health),
    suspectedSinceMs: null,
    isCertain: health !== 'degraded' || !isAboutToBeRetried(state, nowMs),
  };
}

/** Which failures last until a person does something. */
export function needsPerson(failureClass: FailureClass | null): boolean {
  return failureClass === 'dead' || failureClass === 'misconfigured' || failureClass === 'unauthorized';
}

/** A connection that never worked: nothing depends on it yet, unless it has a credential that Zoho calls dead. */
function isNotSetUp({ generation, lastFailure }: ConnectionState): boolean {
  return generation === null && lastFailure?.failureClass !== 'dead';
}

function urgencyOf({ lastFailure }: ConnectionState, health: Health): Urgency {
  switch (health) {
    case 'healthy':
      return 0;
    case 'degraded':
      return 1;
    case 'down':
      return needsPerson(lastFailure?.failureClass ?? null) ? 3 : 2;
  }
}

function isAboutToBeRetried({ consecutiveFailures, lastFailure }: ConnectionState, nowMs: number): boolean {
  if (consecutiveFailures > 1 || !lastFailure) return false;
  const { failureClass, atMs } = lastFailure;
  if (failureClass !== 'transient' && failureClass !== 'store') return false;
  return Math.abs(nowMs - atMs) < RETRY_PATIENCE_MS;
}
