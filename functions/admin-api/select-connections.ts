import type { Connection } from '../../lib/config/configuration.ts';

/** The connection that a query names, or all of them; null when no connection has that id. */
export function selectConnections(
  connections: readonly Connection[],
  id: string | undefined,
): readonly Connection[] | null {
  if (id === undefined) return connections;
  const connection = connections.find((candidate) => candidate.id === id);
  return connection ? [connection] : null;
}
