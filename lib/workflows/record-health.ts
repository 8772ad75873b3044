import type { ConnectionState } from '../domain/connection-state.ts';
import type { IncidentEvent } from '../domain/incident.ts';
import type { IncidentLog } from '../incidents/incident-log.ts';

/**
 * Opens, continues or closes the connection's incident. A healthy connection that was healthy costs no call. Never
 * throws: what is not written down now is by the next attempt, which finds the state as it was.
 *
 * @returns the incident that is open now; undefined when that is not known to have changed
 */
export async function recordHealth(
  { incidents }: { incidents: IncidentLog },
  connection: string,
  previous: ConnectionState | null,
  event: IncidentEvent,
): Promise<string | null | undefined> {
  const isKnownHealthy = previous !== null && previous.incidentId === null;
  if (event.health === 'healthy' && isKnownHealthy) return undefined;
  const tokenExpiresAtMs = previous?.accessTokenExpiresAtMs ?? null;
  try {
    return (await incidents.record({ connection, tokenExpiresAtMs }, event))?.id ?? null;
  } catch {
    return undefined;
  }
}
