import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import { STATUS } from '../../lib/http/contracts/status.ts';
import { UNKNOWN_CONNECTION } from '../../lib/http/problem.ts';
import { reportStatus } from '../../lib/workflows/report-status.ts';
import type { RefreshContainer } from '../container.ts';
import { selectConnections } from './select-connections.ts';

/** `GET /api/zoho/status` */
export function statusRoute({ connections, forInvocation }: RefreshContainer): AdminRoute {
  return adminRoute(STATUS, async ({ query: { connection, probe = false } }) => {
    const selected = selectConnections(connections, connection);
    if (!selected) return { kind: 'refused', problem: UNKNOWN_CONNECTION };
    const answer = { connections: await reportStatus(forInvocation(), selected, { probe }) };
    return { kind: 'succeeded', answer };
  });
}
