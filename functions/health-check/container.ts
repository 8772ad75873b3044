import { createSesV2Client } from '../../lib/aws/clients.ts';
import type { Connection } from '../../lib/config/configuration.ts';
import { readAuditKeyId, readEnvironment, readVaultEnvironment } from '../../lib/config/environment.ts';
import { RateLimits } from '../../lib/guards/rate-limits.ts';
import { HealthReportLog } from '../../lib/health-reports/health-report-log.ts';
import type { CheckNowDependencies } from '../../lib/workflows/check-health-now.ts';
import { createZohoHttp } from '../../lib/zoho/http.ts';
import { wire } from '../container.ts';

/** A mint and a probe of a drill end before API Gateway's 29 s do. */
const ZOHO_TIMEOUT_MS = 8_000;

/** What the function that checks is wired from, made once per cold start. */
export interface HealthCheckContainer {
  readonly connections: readonly Connection[];
  /** The dependencies of one invocation: nothing that was read in an earlier one is taken for current. */
  readonly forInvocation: () => CheckNowDependencies;
}

export function createHealthCheckContainer(env: NodeJS.ProcessEnv): HealthCheckContainer {
  const environment = readEnvironment(env);
  const { configuration, stateTableName } = environment;
  const { connections } = configuration;
  const { dynamodb, forInvocation } = wire(
    environment,
    readVaultEnvironment(env),
    createZohoHttp(ZOHO_TIMEOUT_MS),
  );
  const forChecks = {
    connections,
    limits: configuration.rateLimits,
    rateLimits: new RateLimits(dynamodb, stateTableName),
    healthReports: new HealthReportLog(dynamodb, stateTableName),
    ses: createSesV2Client(),
    alerts: configuration.alerts,
    auditKeyIds: [readAuditKeyId(env)],
  };
  return { connections, forInvocation: () => ({ ...forInvocation(), ...forChecks }) };
}
