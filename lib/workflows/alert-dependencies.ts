import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SESClient } from '@aws-sdk/client-ses';
import type { AlertTable } from '../alerts/alert-table.ts';
import type { AuditTable } from '../audit/audit-table.ts';
import type { AlertsConfiguration } from '../config/alerts-configuration.ts';
import type { StateTable } from '../guards/state-table.ts';
import type { HealthReportLog } from '../health-reports/health-report-log.ts';
import type { IncidentLog } from '../incidents/incident-log.ts';

/** What telling people needs from outside. Nothing in it can read a secret. */
export interface AlertDependencies {
  readonly nowMs: () => number;
  /** A new UUID. */
  readonly newId: () => string;
  readonly state: StateTable;
  readonly alerts: AlertTable;
  readonly incidents: IncidentLog;
  readonly reports: HealthReportLog;
  readonly audit: AuditTable;
  readonly ses: SESClient;
  readonly eventBridge: EventBridgeClient;
  readonly settings: AlertsConfiguration;
  /** Where the admin API is, without a slash at its end. */
  readonly apiUrl: string;
}
