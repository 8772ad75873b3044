import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type EventPattern, matchesPattern } from './event-pattern.ts';
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
        /** In seconds since 1970. */
        Time: z.number().optional(),
      }),
    )
    .min(1)
    .max(10),
});

/** An event that somebody put on the bus. */
export type BusEvent = z.infer<typeof putEventsSchema>['Entries'][number];

/** A rule of the default bus that takes events by a pattern. */
export interface EventRule {
  readonly arn: string;
  readonly pattern: EventPattern;
  readonly isEnabled: boolean;
  readonly targets: readonly {
    readonly functionName: string;
    /** The constant input; null gives the target the event itself. */
    readonly input: unknown;
  }[];
}

/** How events get from the bus to functions. */
export interface EventRoutes {
  readonly rules: readonly EventRule[];
  readonly account: { readonly accountId: string; readonly region: string };
  readonly nowMs: () => number;
  readonly invoke: (functionName: string, event: unknown) => void;
}

const detailSchema = z.record(z.string(), z.unknown());

/** The stand-in for the EventBridge bus: keeps the latest events, to look at, and hands them to the rules' targets. */
export class EventBus {
  readonly events: BusEvent[] = [];
  #routes: EventRoutes | null = null;

  /** From now on the rules that match an event get it; until then nobody does. */
  route(routes: EventRoutes): void {
    this.#routes = routes;
  }

  /** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
  readonly call = async ({ operation, input }: AwsCall): Promise<object> => {
    if (operation !== 'PutEvents') {
      throw new AwsError('UnknownOperationException', `The twin's EventBridge does not know ${operation}.`);
    }
    const parsed = putEventsSchema.safeParse(input);
    if (!parsed.success) throw new AwsError('ValidationException', z.prettifyError(parsed.error));
    const results = parsed.data.Entries.map((event) => this.#put(event));
    return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
  };

  /** @returns the event's id; what is wrong with one concerns no other */
  #put(event: BusEvent): { EventId: string } | { ErrorCode: string; ErrorMessage: string } {
    const detail = parseDetail(event.Detail);
    if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    this.events.push(event);
    if (this.events.length > CAPACITY) this.events.shift();
    const id = randomUUID();
    if (this.#routes && isOnDefaultBus(event))
      deliver(toEnvelope(event, id, detail, this.#routes), this.#routes);
    return { EventId: id };
  }
}

function parseDetail(detail: string): Record<string, unknown> | null {
  try {
    return detailSchema.parse(JSON.parse(detail));
  } catch {
    return null;
  }
}

function isOnDefaultBus({ EventBusName: bus = 'default' }: BusEvent): boolean {
  return bus === 'default' || bus.endsWith(':event-bus/default');
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
function toEnvelope(event: BusEvent, id: string, detail: object, { account, nowMs }: EventRoutes): object {
  const atMs = event.Time === undefined ? nowMs() : event.Time * 1000;
  return {
    version: '0',
    id,
    'detail-type': event.DetailType,
    source: event.Source,
    account: account.accountId,
    time: `${new Date(atMs).toISOString().slice(0, -5)}Z`,
    region: account.region,
    resources: event.Resources ?? [],
    detail,
  };
}

function deliver(envelope: object, { rules, invoke }: EventRoutes): void {
  const matching = rules.filter(({ isEnabled, pattern }) => isEnabled && matchesPattern(pattern, envelope));
  for (const { functionName, input } of matching.flatMap(({ targets }) => targets)) {
    invoke(functionName, input ?? envelope);
  }
}
