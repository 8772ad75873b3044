import type { Logger } from '@aws-lambda-powertools/logger';
import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import { RENEWAL } from '../../lib/http/contracts/renewal.ts';
import { failureProblem, refusalProblem } from '../../lib/http/failure-problem.ts';
import { RENEWAL_NOT_OPEN } from '../../lib/http/problem.ts';
import { requestRenewal } from '../../lib/workflows/request-renewal.ts';
import type { AdminContainer } from '../container.ts';

/** `GET /api/zoho/renewal` */
export function renewalRoute(
  { forInvocation }: AdminContainer,
  redirectUri: string,
  logger: Pick<Logger, 'info'>,
): AdminRoute {
  return adminRoute(RENEWAL, async ({ query: { connection } }, request) => {
    const outcome = await requestRenewal(forInvocation(), { connection, redirectUri }, request);
    switch (outcome.kind) {
      case 'issued':
        logger.info('an admin took up a renewal', { code: 'RENEWAL_TAKEN_UP', connection });
        return { kind: 'succeeded', answer: { location: outcome.authorizationUrl } };
      case 'failed':
        return { kind: 'refused', problem: failureProblem(outcome.failure) };
      case 'notOpen':
        return { kind: 'refused', problem: RENEWAL_NOT_OPEN };
      default:
        return { kind: 'refused', problem: refusalProblem(outcome) };
    }
  });
}
