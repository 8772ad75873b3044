import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import { INCIDENTS } from '../../lib/http/contracts/incidents.ts';
import { UNKNOWN_CONNECTION } from '../../lib/http/problem.ts';
import { listIncidents } from '../../lib/workflows/list-incidents.ts';
import type { ReportContainer } from '../container.ts';
import { selectConnections } from './select-connections.ts';

/** `GET /api/zoho/incidents` */
export function incidentsRoute(container: ReportContainer): AdminRoute {
  return adminRoute(INCIDENTS, async ({ query }) => {
    const selected = selectConnections(container.connections, query.connection);
    if (!selected) return { kind: 'refused', problem: UNKNOWN_CONNECTION };
    const answer = { incidents: await listIncidents(container, selected) };
    return { kind: 'succeeded', answer };
  });
}
