import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import type { AnswerOf } from '../../lib/http/contract.ts';
import { AUDIT_VERIFICATION } from '../../lib/http/contracts/audit-verification.ts';
import { type AuditVerification, verifyAudit } from '../../lib/workflows/verify-audit.ts';
import type { HealthCheckContainer } from './container.ts';

/** `GET /api/zoho/audit/verification` */
export function auditVerificationRoute({ forInvocation }: HealthCheckContainer): AdminRoute {
  return adminRoute(AUDIT_VERIFICATION, async ({ query: { connection } }) => {
    const verification = await verifyAudit(forInvocation(), connection);
    return { kind: 'succeeded', answer: { connection, ...toAnswer(verification) } };
  });
}

const NOTHING = { entries: 0, fromSequence: null, toSequence: null, sealed: null, fault: null };

function toAnswer(verification: AuditVerification): Omit<AnswerOf<typeof AUDIT_VERIFICATION>, 'connection'> {
  switch (verification.kind) {
    case 'empty':
      return { ...NOTHING, kind: 'empty' };
    case 'intact':
      return { ...NOTHING, ...verification };
    case 'attention':
    case 'faulty':
      return { ...NOTHING, ...verification };
  }
}
