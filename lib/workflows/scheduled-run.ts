import type { Trigger } from '../domain/schedule.ts';
import type { LostSecrets } from '../vault/lost-secrets.ts';
import type { Requester } from './audit-trail.ts';

/** What set a refresh off, and in which invocation. */
export interface ScheduledRun {
  readonly trigger: Trigger;
  /** Lambda's, for the audit. */
  readonly requestId: string;
  /** The secrets that are known to be lost, by connection. */
  readonly lost?: LostSecrets;
}

/** Who asks, when it is a schedule. */
export function requesterOf({ trigger, requestId }: ScheduledRun): Requester {
  return { actor: { kind: 'schedule', id: trigger, name: null }, sourceAddress: null, requestId };
}
