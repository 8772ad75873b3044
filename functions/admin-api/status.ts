import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import { STATUS } from '../../lib/http/contracts/status.ts';
import { UNKNOWN_CONNECTION } from '../../lib/http/problem.ts';
import { reportStatus } from '../../lib/workflows/report-status.ts';
import type { ReportContainer } from '../container.ts';
import { selectConnections } from './select-connections.ts';

/** `GET /api/zoho/status` */
export function statusRoute(container: ReportContainer): AdminRoute {
  return adminRoute(STATUS, async ({ query: { connection, probe = false } }) => {
    const selected = selectConnections(container.connections, connection);
    if (!selected) return { kind: 'refused', problem: UNKNOWN_CONNECTION };
    const answer = { connections: await reportStatus(container, selected, { probe }) };
    return { kind: 'succeeded', answer };
  });
}
