import type { Logger } from '@aws-lambda-powertools/logger';
import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import { EMERGENCY_REAUTH } from '../../lib/http/contracts/emergency-reauth.ts';
import { failureProblem, refusalProblem } from '../../lib/http/failure-problem.ts';
import { requestConsent } from '../../lib/workflows/request-consent.ts';
import type { AdminContainer } from '../container.ts';

const INSTRUCTIONS = [
  'Open authorizationUrl in a browser, before expiresAt. It works once.',
  'Sign in to Zoho as a user of the connection’s organisation who may use everything that is asked for.',
  'Accept. The page that follows says what came of it; consumers then find a new access token in the secret.',
  'If it says that something is missing, do as it says, and ask for a new link.',
];

/** `POST /api/zoho/emergency-reauth` */
export function emergencyReauthRoute(
  { forInvocation }: AdminContainer,
  redirectUri: string,
  logger: Pick<Logger, 'info'>,
): AdminRoute {
  return adminRoute(EMERGENCY_REAUTH, async ({ body }, request) => {
    const { connection, reason, expectedOrganizationId = null } = body;
    const asked = { connection, reason, expectedOrganizationId, redirectUri };
    const outcome = await requestConsent(forInvocation(), asked, request);
    switch (outcome.kind) {
      case 'issued': {
        const { authorizationUrl, expiresAtMs, auditRecorded } = outcome;
        const expiresAt = new Date(expiresAtMs).toISOString();
        logger.info('an admin asked for a consent', { code: 'CONSENT_REQUESTED', connection, expiresAt });
        const answer = { connection, authorizationUrl, expiresAt, instructions: INSTRUCTIONS, auditRecorded };
        return { kind: 'succeeded', answer };
      }
      case 'failed':
        return { kind: 'refused', problem: failureProblem(outcome.failure) };
      default:
        return { kind: 'refused', problem: refusalProblem(outcome) };
    }
  });
}
