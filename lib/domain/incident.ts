import * as z from 'zod/mini';
import { FAILURE_CLASSES, type FailureClass } from './failure.ts';
import { HEALTHS, type Health } from './health.ts';

/** What happened in an incident, and how the connection was then. */
const incidentEventSchema = z.object({
  atMs: z.number(),
  health: z.enum(HEALTHS),
  /** Stable: a failure's code, or what an admin or the keeper did. */
  code: z.string(),
  /** For people. Holds no secret. */
  detail: z.string(),
  /** Of a failure; null for whatever else happened. */
  failureClass: z._default(z.nullable(z.enum(FAILURE_CLASSES)), null),
});

/** A time in which a connection was not healthy, as it is stored. */
export const incidentSchema = z.object({
  /** `<connection>-<openedAtMs>`. */
  id: z.string(),
  openedAtMs: z.number(),
  /** Null while it is open. */
  closedAtMs: z.nullable(z.number()),
  /** Until when the token that was published when it opened was valid; null when none was, or it is not known. */
  tokenExpiresAtMs: z._default(z.nullable(z.number()), null),
  /** Oldest first. */
  timeline: z.readonly(z.array(incidentEventSchema)),
});

export type IncidentEvent = Readonly<z.infer<typeof incidentEventSchema>>;
export type Incident = Readonly<z.infer<typeof incidentSchema>>;

/** How many incidents of a connection are kept, and how many events of each. */
const KEPT_INCIDENTS = 20;
const KEPT_EVENTS = 50;

/**
 * A connection's incidents after one more event: leaving `healthy` opens one, returning to it closes it, and in between
 * only what is new is written down. The same event again changes nothing.
 *
 * @param incidents newest first
 * @param known.tokenExpiresAtMs until when the published token is valid
 */
export function followIncidents(
  incidents: readonly Incident[],
  known: { connection: string; tokenExpiresAtMs: number | null },
  event: IncidentEvent,
): readonly Incident[] {
  const [newest, ...older] = incidents;
  const open = newest?.closedAtMs === null ? newest : null;
  if (!open)
    return event.health === 'healthy'
      ? incidents
      : [opened(known, event), ...incidents].slice(0, KEPT_INCIDENTS);
  const closedAtMs = event.health === 'healthy' ? event.atMs : null;
  if (closedAtMs === null && !isNews(open, event)) return incidents;
  return [{ ...open, closedAtMs, timeline: withEvent(open.timeline, event) }, ...older];
}

/** The incident that is open, if there is one. */
export function openIncident([newest]: readonly Incident[]): Incident | null {
  return newest?.closedAtMs === null ? newest : null;
}

/** The worst that a connection was in an incident. */
export function worstHealth({ timeline }: Incident): Health {
  return timeline.some(({ health }) => health === 'down') ? 'down' : 'degraded';
}

/** Those that are not over by themselves weigh more than what time helps against, whatever it began with. */
const WEIGHTIEST_FIRST: readonly FailureClass[] = [
  'dead',
  'misconfigured',
  'unauthorized',
  'store',
  'throttled',
  'transient',
];

/** What an incident came of; null when no failure was written down. */
export function causeOf({ timeline }: Incident): FailureClass | null {
  return (
    WEIGHTIEST_FIRST.find((failureClass) => timeline.some((event) => event.failureClass === failureClass)) ??
    null
  );
}

/**
 * How long consumers were without a token: from when the published one ran out. Zoho ends the access tokens of a refresh
 * token together with it, so a dead one counts from when it was found out.
 *
 * @param nowMs until when to count while the incident is open
 * @returns in ms
 */
export function withoutTokenMs(incident: Incident, nowMs: number): number {
  const { openedAtMs, closedAtMs, tokenExpiresAtMs, timeline } = incident;
  const diedAtMs = timeline.find(({ failureClass }) => failureClass === 'dead')?.atMs ?? Infinity;
  const ranOutAtMs = Math.min(tokenExpiresAtMs ?? openedAtMs, diedAtMs);
  return Math.max(0, (closedAtMs ?? nowMs) - Math.max(openedAtMs, ranOutAtMs));
}

function opened(
  { connection, tokenExpiresAtMs }: { connection: string; tokenExpiresAtMs: number | null },
  event: IncidentEvent,
): Incident {
  return {
    id: `${connection}-${event.atMs}`,
    openedAtMs: event.atMs,
    closedAtMs: null,
    tokenExpiresAtMs,
    timeline: [event],
  };
}

function isNews({ timeline }: Incident, { health, code }: IncidentEvent): boolean {
  const last = timeline.at(-1);
  return last?.health !== health || last.code !== code;
}

/** How it began and how it ends tell the most: what is too much is left out in the middle. */
function withEvent(timeline: readonly IncidentEvent[], event: IncidentEvent): readonly IncidentEvent[] {
  const extended = [...timeline, event];
  if (extended.length <= KEPT_EVENTS) return extended;
  return [...extended.slice(0, KEPT_EVENTS / 2), ...extended.slice(-KEPT_EVENTS / 2)];
}
