import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import { BACKUPS } from '../../lib/http/contracts/backups.ts';
import { UNKNOWN_CONNECTION } from '../../lib/http/problem.ts';
import { reportBackups } from '../../lib/workflows/report-backups.ts';
import type { ReportContainer } from '../container.ts';

/** `GET /api/zoho/backups` */
export function backupsRoute(container: ReportContainer): AdminRoute {
  return adminRoute(BACKUPS, async ({ query }) => {
    const connection = container.connections.find(({ id }) => id === query.connection);
    if (!connection) return { kind: 'refused', problem: UNKNOWN_CONNECTION };
    return { kind: 'succeeded', answer: await reportBackups(container, connection) };
  });
}
