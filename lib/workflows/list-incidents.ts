import pMap from 'p-map';
import type { Connection } from '../config/configuration.ts';
import type { Health } from '../domain/health.ts';
import { type Incident, worstHealth } from '../domain/incident.ts';
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
  readonly timeline: readonly {
    readonly at: string;
    readonly health: Health;
    readonly code: string;
    readonly detail: string;
  }[];
}

/** The latest incidents of connections, newest first. Throws what the state table throws. */
export async function listIncidents(
  { incidents }: { incidents: IncidentLog },
  connections: readonly Connection[],
): Promise<IncidentReport[]> {
  const reports = await pMap(
    connections,
    async ({ id }) => (await incidents.read(id)).map((incident) => toReport(id, incident)),
    { concurrency: CONCURRENCY },
  );
  return reports.flat().sort((a, b) => b.openedAt.localeCompare(a.openedAt));
}

function toReport(connection: string, incident: Incident): IncidentReport {
  const { id, openedAtMs, closedAtMs, timeline } = incident;
  return {
    id,
    connection,
    openedAt: new Date(openedAtMs).toISOString(),
    closedAt: closedAtMs === null ? null : new Date(closedAtMs).toISOString(),
    durationS: closedAtMs === null ? null : Math.round((closedAtMs - openedAtMs) / 1_000),
    health: worstHealth(incident),
    code: timeline[0]?.code ?? 'UNKNOWN',
    timeline: timeline.map(({ atMs, health, code, detail }) => ({
      at: new Date(atMs).toISOString(),
      health,
      code,
      detail,
    })),
  };
}
