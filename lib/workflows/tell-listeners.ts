import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type KeeperEvent, publishEvents } from '../events/keeper-events.ts';

/** Tells of what is done already. Listeners are served as well as can be: whoever misses an event finds the secret or the state. */
export async function tellListeners(
  { eventBridge }: { readonly eventBridge: EventBridgeClient },
  events: readonly KeeperEvent[],
): Promise<void> {
  if (events.length > 0) await publishEvents(eventBridge, events).catch(() => {});
}
