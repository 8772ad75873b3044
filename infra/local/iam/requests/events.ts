import * as z from 'zod';
import { type AccountNames, type IncomingCall, inputOf, NO_RESOURCE, type RequestReader } from './call.ts';

const putEventsSchema = z.object({
  Entries: z.array(z.object({ EventBusName: z.string().default('default') })).min(1),
});

/**
 * What an operation asks for: to put events on each of the buses that are named.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
export function createEventsReader({ region, accountId }: AccountNames): RequestReader {
  return (call: IncomingCall) => {
    const { Entries = [] } = putEventsSchema.safeParse(inputOf(call)).data ?? {};
    const buses = new Set(Entries.map(({ EventBusName }) => EventBusName));
    const arns = [...buses].map((bus) =>
      bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${accountId}:event-bus/${bus}`,
    );
    const resources = arns.length > 0 ? arns : [NO_RESOURCE];
    return resources.map((resource) => ({ action: `events:${call.operation}`, resource, context: {} }));
  };
}
