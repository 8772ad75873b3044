import type { Health } from './health.ts';

/** What happened in an incident, and how the connection was then. */
export interface IncidentEvent {
  readonly atMs: number;
  readonly health: Health;
  /** Stable: a failure's code, or what an admin or the keeper did. */
  readonly code: string;
  /** For people. Holds no secret. */
  readonly detail: string;
}

/** A time in which a connection was not healthy. */
export interface Incident {
  /** `<connection>-<openedAtMs>`. */
  readonly id: string;
  readonly openedAtMs: number;
  /** Null while it is open. */
  readonly closedAtMs: number | null;
  /** Oldest first. */
  readonly timeline: readonly IncidentEvent[];
}

/** How many incidents of a connection are kept, and how many events of each. */
const KEPT_INCIDENTS = 20;
const KEPT_EVENTS = 50;

/**
 * A connection's incidents after one more event: leaving `healthy` opens one, returning to it closes it, and in between
 * only what is new is written down. The same event again changes nothing.
 *
 * @param incidents newest first
 */
export function followIncidents(
  incidents: readonly Incident[],
  connection: string,
  event: IncidentEvent,
): readonly Incident[] {
  const [newest, ...older] = incidents;
  const open = newest?.closedAtMs === null ? newest : null;
  if (!open)
    return event.health === 'healthy'
      ? incidents
      : [opened(connection, event), ...incidents].slice(0, KEPT_INCIDENTS);
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

function opened(connection: string, event: IncidentEvent): Incident {
  return { id: `${connection}-${event.atMs}`, openedAtMs: event.atMs, closedAtMs: null, timeline: [event] };
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
