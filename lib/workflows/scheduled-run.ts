import type { Trigger } from '../domain/schedule.ts';
import type { Requester } from './audit-trail.ts';

/** What set a refresh off, and in which invocation. */
export interface ScheduledRun {
  readonly trigger: Trigger;
  /** Lambda's, for the audit. */
  readonly requestId: string;
  /** Connections of which a secret is known to be lost. */
  readonly lost?: ReadonlySet<string>;
}

/** Who asks, when it is a schedule. */
export function requesterOf({ trigger, requestId }: ScheduledRun): Requester {
  return { actor: { kind: 'schedule', id: trigger, name: null }, sourceAddress: null, requestId };
}
