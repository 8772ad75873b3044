import pMap from 'p-map';
import type { Connection } from '../config/configuration.ts';
import type { FailureClass } from '../domain/failure.ts';
import type { Health } from '../domain/health.ts';
import { causeOf, type Incident, withoutTokenMs, worstHealth } from '../domain/incident.ts';
import type { IncidentLog } from '../incidents/incident-log.ts';

const CONCURRENCY = 20;

/** An incident as an admin sees it. Times are ISO 8601, UTC. */
export interface IncidentReport {
  readonly id: string;
  readonly connection: string;
  readonly openedAt: string;
  /** Null while it is open. */
  readonly closedAt: string | null;
  /** Null while it is open. */
  readonly durationS: number | null;
  /** The worst that the connection was. */
  readonly health: Health;
  /** What it began with. */
  readonly code: string;
  /** What it came of; null when no failure was written down. */
  readonly cause: FailureClass | null;
  /** For how many minutes consumers were without a token; so far, while it is open. */
  readonly minutesWithoutToken: number;
  readonly timeline: readonly {
    readonly at: string;
    readonly health: Health;
    readonly code: string;
    readonly detail: string;
  }[];
}

/** The latest incidents of connections, newest first. Throws what the state table throws. */
export async function listIncidents(
  { incidents, nowMs: now }: { incidents: IncidentLog; nowMs: () => number },
  connections: readonly Connection[],
): Promise<IncidentReport[]> {
  const nowMs = now();
  const reports = await pMap(
    connections,
    async ({ id }) => (await incidents.read(id)).map((incident) => toReport(id, incident, nowMs)),
    { concurrency: CONCURRENCY },
  );
  return reports.flat().sort((a, b) => b.openedAt.localeCompare(a.openedAt));
}

function toReport(connection: string, incident: Incident, nowMs: number): IncidentReport {
  const { id, openedAtMs, closedAtMs, timeline } = incident;
  return {
    id,
    connection,
    openedAt: new Date(openedAtMs).toISOString(),
    closedAt: closedAtMs === null ? null : new Date(closedAtMs).toISOString(),
    durationS: closedAtMs === null ? null : Math.round((closedAtMs - openedAtMs) / 1_000),
    health: worstHealth(incident),
    code: timeline[0]?.code ?? 'UNKNOWN',
    cause: causeOf(incident),
    minutesWithoutToken: Math.round(withoutTokenMs(incident, nowMs) / 60_000),
    timeline: timeline.map(({ atMs, health, code, detail }) => ({
      at: new Date(atMs).toISOString(),
      health,
      code,
      detail,
    })),
  };
}
