import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import type { AnswerOf } from '../../lib/http/contract.ts';
import { HEALTH_CHECK, toReportAnswer } from '../../lib/http/contracts/health-check.ts';
import { refusalProblem } from '../../lib/http/failure-problem.ts';
import { logHealthChecks } from '../../lib/logging/health-check-log.ts';
import type { EntryLogger } from '../../lib/logging/log-entry.ts';
import type { HealthCheckOutcome } from '../../lib/workflows/check-health.ts';
import { checkHealthNow } from '../../lib/workflows/check-health-now.ts';
import type { RemainingMs } from '../../lib/workflows/refresh-connections.ts';
import type { HealthCheckContainer } from './container.ts';

type Answer = AnswerOf<typeof HEALTH_CHECK>;

/** `POST /api/zoho/health-check` */
export function healthCheckRoute(
  { forInvocation }: HealthCheckContainer,
  logger: EntryLogger,
  remainingMs: RemainingMs,
): AdminRoute {
  return adminRoute(HEALTH_CHECK, async ({ body: { connection = null } }, request) => {
    const outcome = await checkHealthNow(forInvocation(), { connection, remainingMs }, request);
    if (outcome.kind !== 'checked') return { kind: 'refused', problem: refusalProblem(outcome) };
    const { outcomes, auditRecorded } = outcome;
    logHealthChecks(logger, outcomes);
    return { kind: 'succeeded', answer: { ...toAnswer(outcomes), auditRecorded } };
  });
}

function toAnswer(outcomes: readonly HealthCheckOutcome[]): Pick<Answer, 'reports' | 'deferred'> {
  const reports = outcomes.flatMap((outcome) =>
    outcome.kind === 'checked' ? { ...toReportAnswer(outcome.report), isKept: outcome.kept.isKept } : [],
  );
  const deferred = outcomes.flatMap((outcome) => (outcome.kind === 'deferred' ? outcome.connection : []));
  return { reports, deferred };
}
