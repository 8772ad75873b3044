import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import {
  HEALTH_HISTORY,
  historyRange,
  MOST_REPORTS,
  toReportAnswer,
} from '../../lib/http/contracts/health-check.ts';
import { UNKNOWN_CONNECTION } from '../../lib/http/problem.ts';
import type { ReportContainer } from '../container.ts';
import { selectConnections } from './select-connections.ts';

/** `GET /api/zoho/health-check` */
export function healthHistoryRoute(container: ReportContainer): AdminRoute {
  return adminRoute(HEALTH_HISTORY, async ({ query }) => {
    const selected = selectConnections(container.connections, query.connection);
    if (!selected) return { kind: 'refused', problem: UNKNOWN_CONNECTION };
    const nowMs = container.nowMs();
    const ids = selected.map(({ id }) => id);
    const found = await container.healthReports.readHistory(ids, historyRange(query, nowMs), nowMs);
    const reports = found.slice(0, MOST_REPORTS).map(toReportAnswer);
    return { kind: 'succeeded', answer: { reports, isComplete: reports.length === found.length } };
  });
}
