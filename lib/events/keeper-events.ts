import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { AccessToken } from '../domain/access-token.ts';
import type { Credential } from '../domain/credential.ts';
import { KeeperError } from '../domain/errors.ts';
import type { Health } from '../domain/health.ts';
import type { EventDetail, EventType } from './event-details.ts';

/** What events of the keeper bear as their source, on the account's default bus. */
export const EVENT_SOURCE = 'zoho-token-recovery';

/** Tells others what happened; never a token. */
export type KeeperEvent = {
  readonly [T in EventType]: { readonly type: T; readonly detail: EventDetail<T> };
}[EventType];

/** EventBridge took the call and not every event. */
export class EventsNotTakenError extends KeeperError {
  readonly code = 'EVENTS_NOT_TAKEN';
}

export function credentialReplaced({
  connection,
  generation,
  source,
  organizationId,
}: Credential): KeeperEvent {
  return {
    type: 'ZohoCredentialReplaced',
    detail: { schemaVersion: 1, connection, generation, source, organizationId },
  };
}

export function accessTokenPublished({ connection, generation, expiresAt }: AccessToken): KeeperEvent {
  return {
    type: 'ZohoAccessTokenPublished',
    detail: { schemaVersion: 1, connection, generation, expiresAt },
  };
}

export function healthChanged(
  connection: string,
  { from, to }: { from: Health; to: Health },
  nowMs: number,
): KeeperEvent {
  return {
    type: 'ZohoConnectionHealthChanged',
    detail: { schemaVersion: 1, connection, from, to, at: new Date(nowMs).toISOString() },
  };
}

/**
 * Puts up to ten events on the bus.
 *
 * @throws {EventsNotTakenError} and what EventBridge throws
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export async function publishEvents(
  eventBridge: EventBridgeClient,
  events: readonly KeeperEvent[],
): Promise<void> {
  const { FailedEntryCount } = await eventBridge.send(
    new PutEventsCommand({
      Entries: events.map(({ type, detail }) => ({
        Source: EVENT_SOURCE,
        DetailType: type,
        Detail: JSON.stringify(detail),
      })),
    }),
  );
  if (FailedEntryCount) {
    throw new EventsNotTakenError(
      `EventBridge did not take ${FailedEntryCount} of ${events.length} events. Listeners miss them; the tokens themselves are published.`,
    );
  }
}
