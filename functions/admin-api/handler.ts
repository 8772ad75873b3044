import '../interpret-schemas.ts';
import { Logger } from '@aws-lambda-powertools/logger';
import { createAdminHandler } from '../../lib/http/admin-router.ts';
import { createReportContainer } from '../container.ts';
import { auditRoute } from './audit.ts';
import { backupsRoute } from './backups.ts';
import { healthHistoryRoute } from './health-history.ts';
import { incidentsRoute } from './incidents.ts';
import { openApiRoute } from './openapi.ts';
import { statusRoute } from './status.ts';

const container = createReportContainer(process.env);

/** What admins ask: how the connections are, and what was done. It changes nothing. */
export const handler = createAdminHandler(new Logger(), [
  statusRoute(container),
  auditRoute(container),
  backupsRoute(container),
  incidentsRoute(container),
  healthHistoryRoute(container),
  openApiRoute(),
]);
