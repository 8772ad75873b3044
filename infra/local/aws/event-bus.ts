import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type AwsCall, AwsError } from './service.ts';

const CAPACITY = 1_000;

const putEventsSchema = z.object({
  Entries: z
    .array(
      z.object({
        Source: z.string(),
        DetailType: z.string(),
        Detail: z.string(),
        EventBusName: z.string().optional(),
        Resources: z.array(z.string()).optional(),
      }),
    )
    .min(1)
    .max(10),
});

/** An event that somebody put on the bus. */
export type BusEvent = z.infer<typeof putEventsSchema>['Entries'][number];

/** The stand-in for the EventBridge bus: keeps the latest events, to look at. */
export class EventBus {
  readonly events: BusEvent[] = [];

  /** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
  readonly call = async ({ operation, input }: AwsCall): Promise<object> => {
    if (operation !== 'PutEvents') {
      throw new AwsError('UnknownOperationException', `The twin's EventBridge does not know ${operation}.`);
    }
    const parsed = putEventsSchema.safeParse(input);
    if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
    for (const event of parsed.data.Entries) this.#put(event);
    return { FailedEntryCount: 0, Entries: parsed.data.Entries.map(() => ({ EventId: randomUUID() })) };
  };

  #put(event: BusEvent): void {
    this.events.push(event);
    if (this.events.length > CAPACITY) this.events.shift();
  }
}
