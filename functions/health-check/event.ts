import * as z from 'zod/mini';
import { KeeperError } from '../../lib/domain/errors.ts';
import { EVENT_DETAILS } from '../../lib/events/event-details.ts';
import { EVENT_SOURCE } from '../../lib/events/keeper-events.ts';

/** An admin's request, as API Gateway's proxy integration sends it. */
const requestSchema = z.pipe(
  z.looseObject({ httpMethod: z.string(), resource: z.string(), requestContext: z.looseObject({}) }),
  z.transform(() => ({ kind: 'request' as const })),
);

/** What EventBridge tells of a connection whose health has changed. */
const changeSchema = z.pipe(
  z.object({
    source: z.literal(EVENT_SOURCE),
    'detail-type': z.literal('ZohoConnectionHealthChanged'),
    detail: z.object({ connection: EVENT_DETAILS.ZohoConnectionHealthChanged.shape.connection }),
  }),
  z.transform(({ detail }) => ({ kind: 'change' as const, connection: detail.connection })),
);

/** The daily rule's own message. */
const scheduleSchema = z.pipe(
  z.strictObject({}),
  z.transform(() => ({ kind: 'schedule' as const })),
);

const eventSchema = z.union([requestSchema, changeSchema, scheduleSchema]);

/** What set the function off. */
export type HealthCheckEvent = z.output<typeof eventSchema>;

/** Nobody of ours sends such an event. */
export class EventUnknownError extends KeeperError {
  readonly code = 'EVENT_UNKNOWN';
}

/** @throws {EventUnknownError} */
export function readEvent(event: unknown): HealthCheckEvent {
  const result = eventSchema.safeParse(event);
  if (result.success) return result.data;
  throw new EventUnknownError(
    'The health check was called with something that is neither its schedule, nor a change of health, nor an admin’s request. See who may invoke the function.',
  );
}
