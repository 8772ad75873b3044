import type { Logger } from '@aws-lambda-powertools/logger';
import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import { REFRESH } from '../../lib/http/contracts/refresh.ts';
import { failureProblem, noMintProblem, refusalProblem } from '../../lib/http/failure-problem.ts';
import { CONNECTION_BUSY } from '../../lib/http/problem.ts';
import type { Emit } from '../../lib/metrics/emitter.ts';
import { measurePublication } from '../../lib/metrics/refresh-metrics.ts';
import { refreshNow } from '../../lib/workflows/refresh-now.ts';
import type { AdminContainer } from '../container.ts';

/** `POST /api/zoho/refresh` */
export function refreshRoute(
  { forInvocation }: AdminContainer,
  logger: Pick<Logger, 'info'>,
  emit: Emit,
): AdminRoute {
  return adminRoute(REFRESH, async ({ body }, request) => {
    const { connection, reason = null } = body;
    const deps = forInvocation();
    const outcome = await refreshNow(deps, { connection, reason }, request);
    switch (outcome.kind) {
      case 'refreshed':
      case 'joined': {
        const { kind, generation, expiresAtMs, auditRecorded } = outcome;
        const accessTokenExpiresAt = new Date(expiresAtMs).toISOString();
        if (kind === 'refreshed') {
          const fields = { connection, generation, expiresAt: accessTokenExpiresAt };
          logger.info('access token refreshed for an admin', { code: 'ACCESS_TOKEN_REFRESHED', ...fields });
          emit([measurePublication(connection)]);
        }
        const answer = { connection, result: kind, generation, accessTokenExpiresAt, auditRecorded };
        return { kind: 'succeeded', answer };
      }
      case 'failed':
        return { kind: 'refused', problem: failureProblem(outcome.failure) };
      case 'noMint':
        return { kind: 'refused', problem: noMintProblem(outcome, deps.nowMs()) };
      case 'busy':
        return { kind: 'refused', problem: CONNECTION_BUSY };
      default:
        return { kind: 'refused', problem: refusalProblem(outcome) };
    }
  });
}
