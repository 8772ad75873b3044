import { type AdminRoute, adminRoute, type RouteOutcome } from '../../lib/http/admin-router.ts';
import { RESTORE } from '../../lib/http/contracts/restore.ts';
import { backupProblem, refusalProblem, replacementProblem } from '../../lib/http/failure-problem.ts';
import { CONNECTION_BUSY, NO_SUCH_BACKUP } from '../../lib/http/problem.ts';
import type { EntryLogger } from '../../lib/logging/log-entry.ts';
import { logReplacement } from '../../lib/logging/operation-log.ts';
import type { Emit } from '../../lib/metrics/emitter.ts';
import { measureReplacement } from '../../lib/metrics/refresh-metrics.ts';
import type { Replacement } from '../../lib/workflows/replace-credential.ts';
import { restoreCredential } from '../../lib/workflows/restore-credential.ts';
import type { AdminContainer } from '../container.ts';

type Contract = typeof RESTORE;

/** `POST /api/zoho/restore` */
export function restoreRoute({ forInvocation }: AdminContainer, logger: EntryLogger, emit: Emit): AdminRoute {
  return adminRoute(RESTORE, async ({ body }, request) => {
    const { connection, generation, expectedOrganizationId = null } = body;
    const deps = forInvocation();
    const outcome = await restoreCredential(deps, { ...body, expectedOrganizationId }, request);
    switch (outcome.kind) {
      case 'completed': {
        const { replacement, auditRecorded } = outcome;
        logReplacement(logger, connection, replacement);
        emit(measureReplacement(connection, replacement));
        const about = { connection, restoredGeneration: generation, auditRecorded };
        return toOutcome(replacement, about, deps.nowMs());
      }
      case 'noSuchBackup':
        return { kind: 'refused', problem: NO_SUCH_BACKUP };
      case 'unusable':
        return { kind: 'refused', problem: backupProblem(outcome.failure) };
      case 'busy':
        return { kind: 'refused', problem: CONNECTION_BUSY };
      default:
        return { kind: 'refused', problem: refusalProblem(outcome) };
    }
  });
}

function toOutcome(
  replacement: Replacement,
  about: { connection: string; restoredGeneration: number; auditRecorded: boolean },
  nowMs: number,
): RouteOutcome<Contract> {
  switch (replacement.kind) {
    case 'replaced':
    case 'unchanged': {
      const { kind: result, credential, organizationId, token } = replacement;
      const { generation } = credential;
      const standing = { generation, organizationId, accessTokenExpiresAt: token.expiresAt };
      return { kind: 'succeeded', answer: { ...about, result, message: MESSAGES[result], ...standing } };
    }
    case 'unfinished': {
      const { kind: result, generation } = replacement;
      const standing = { generation, organizationId: null, accessTokenExpiresAt: null };
      return { kind: 'succeeded', answer: { ...about, result, message: MESSAGES[result], ...standing } };
    }
    case 'failed':
      return { kind: 'refused', problem: replacementProblem(replacement.failure, nowMs) };
    case 'proven':
      throw new TypeError('a restoration is never a dry run');
  }
}

const MESSAGES = {
  replaced:
    'The earlier credential runs again, and consumers hold a token of it. The one that it took the place of stays in the backups.',
  unchanged: 'This is the running credential already. It works, and consumers hold a fresh token of it.',
  unfinished:
    'The earlier credential is back. The next sweep publishes from it, within minutes: look at the status.',
} as const;
