import { randomUUID } from 'node:crypto';
import { AlertTable } from '../../lib/alerts/alert-table.ts';
import { AuditTable } from '../../lib/audit/audit-table.ts';
import { createDynamoDBClient, createEventBridgeClient, createSesClient } from '../../lib/aws/clients.ts';
import type { Connection } from '../../lib/config/configuration.ts';
import { readApiUrl, readEnvironment } from '../../lib/config/environment.ts';
import { StateTable } from '../../lib/guards/state-table.ts';
import { HealthReportLog } from '../../lib/health-reports/health-report-log.ts';
import { IncidentLog } from '../../lib/incidents/incident-log.ts';
import type { AlertDependencies } from '../../lib/workflows/alert-dependencies.ts';

/** What the function that tells people is wired from, made once per cold start. */
export function createAlertContainer(env: NodeJS.ProcessEnv): {
  readonly connections: readonly Connection[];
  readonly deps: AlertDependencies;
} {
  const { configuration, stateTableName, auditTableName } = readEnvironment(env);
  const dynamodb = createDynamoDBClient();
  return {
    connections: configuration.connections,
    deps: {
      nowMs: Date.now,
      newId: randomUUID,
      state: new StateTable(dynamodb, stateTableName),
      alerts: new AlertTable(dynamodb, stateTableName),
      incidents: new IncidentLog(dynamodb, stateTableName),
      reports: new HealthReportLog(dynamodb, stateTableName),
      audit: new AuditTable(dynamodb, auditTableName),
      ses: createSesClient(),
      eventBridge: createEventBridgeClient(),
      settings: configuration.alerts,
      apiUrl: readApiUrl(env),
    },
  };
}
