import type { Connection } from '../config/configuration.ts';
import { worstStatus } from '../domain/health-report.ts';
import {
  type AdminRequest,
  type AdmissionDependencies,
  type AuditRecorded,
  adminRequester,
  type Concluded,
  type Refusal,
  runAdminOperation,
  runOverallOperation,
} from './admin-operation.ts';
import { checkHealth, type HealthCheckOutcome } from './check-health.ts';
import type { HealthCheckDependencies } from './measurements/context.ts';
import type { RemainingMs } from './refresh-connections.ts';

export type CheckNowDependencies = HealthCheckDependencies & AdmissionDependencies;

interface CheckedNow {
  readonly kind: 'checked';
  readonly outcomes: readonly HealthCheckOutcome[];
}

export type CheckNowOutcome = (CheckedNow & AuditRecorded) | Refusal;

/**
 * Checks the health of one connection, or of all, because an admin asks for it.
 *
 * @param asked.connection its id; null for all of them, which is one operation
 */
export function checkHealthNow(
  deps: CheckNowDependencies,
  { connection: connectionId, remainingMs }: { connection: string | null; remainingMs: RemainingMs },
  request: AdminRequest,
): Promise<CheckNowOutcome> {
  const operation = { operation: 'health-check', limit: 'healthCheck', reason: null, request } as const;
  const run = { trigger: 'admin', requester: adminRequester(request), remainingMs } as const;
  const check = async (connections: readonly Connection[]): Promise<Concluded<CheckedNow>> => {
    const outcomes = await checkHealth(deps, connections, run);
    return {
      outcome: { kind: 'checked', outcomes },
      audit: { outcome: 'succeeded', code: codeOf(outcomes) },
    };
  };
  return connectionId === null
    ? runOverallOperation(deps, operation, () => check(deps.connections))
    : runAdminOperation(deps, { connectionId, ...operation }, (connection) => check([connection]));
}

/** The worst that was found, such as `HEALTH_WARN`. */
function codeOf(outcomes: readonly HealthCheckOutcome[]): string {
  const reports = outcomes.flatMap((outcome) => (outcome.kind === 'checked' ? outcome.report : []));
  return `HEALTH_${worstStatus(reports).toUpperCase()}`;
}
