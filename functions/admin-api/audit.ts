import type { AuditRecord } from '../../lib/audit/audit-item.ts';
import { type AdminRoute, adminRoute } from '../../lib/http/admin-router.ts';
import type { AnswerOf } from '../../lib/http/contract.ts';
import { AUDIT } from '../../lib/http/contracts/audit.ts';
import { INVALID_CURSOR } from '../../lib/http/problem.ts';
import type { ReportContainer } from '../container.ts';

/** `GET /api/zoho/audit` */
export function auditRoute(container: ReportContainer): AdminRoute {
  return adminRoute(AUDIT, async ({ query }) => {
    const { from: fromMs, to: toMs, actor: actorId, ...filter } = query;
    const { audit, nowMs } = container;
    const page = await audit.newestFirst({ ...filter, fromMs, toMs, actorId }, nowMs());
    switch (page.kind) {
      case 'invalidCursor':
        return { kind: 'refused', problem: INVALID_CURSOR };
      case 'page': {
        const { records, unreadable, cursor } = page;
        return {
          kind: 'succeeded',
          answer: { entries: records.map(toAnswer), unreadable, nextCursor: cursor },
        };
      }
    }
  });
}

function toAnswer({
  sequence,
  previousHash,
  hash,
  entry,
}: AuditRecord): AnswerOf<typeof AUDIT>['entries'][number] {
  const { schemaVersion, ...shown } = entry;
  return { sequence, ...shown, previousHash, hash };
}
