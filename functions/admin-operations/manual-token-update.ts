import type { Logger } from '@aws-lambda-powertools/logger';
import { type AdminRoute, adminRoute, type RouteOutcome } from '../../lib/http/admin-router.ts';
import type { AnswerOf, InputOf } from '../../lib/http/contract.ts';
import { MANUAL_TOKEN_UPDATE } from '../../lib/http/contracts/manual-token-update.ts';
import { refusalProblem, replacementProblem } from '../../lib/http/failure-problem.ts';
import { ACCOUNTS_SERVER_UNTRUSTED, CONNECTION_BUSY } from '../../lib/http/problem.ts';
import { logReplacement } from '../../lib/logging/operation-log.ts';
import type { Emit } from '../../lib/metrics/emitter.ts';
import { measureReplacement } from '../../lib/metrics/refresh-metrics.ts';
import type { Replacement } from '../../lib/workflows/replace-credential.ts';
import { type TokenUpdate, updateToken } from '../../lib/workflows/update-token.ts';
import type { AdminContainer } from '../container.ts';

type Contract = typeof MANUAL_TOKEN_UPDATE;
type Answer = AnswerOf<Contract>;

/** `POST /api/zoho/manual-token-update` */
export function manualTokenUpdateRoute(
  { forInvocation }: AdminContainer,
  logger: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>,
  emit: Emit,
): AdminRoute {
  return adminRoute(MANUAL_TOKEN_UPDATE, async (input, request) => {
    const update = toUpdate(input);
    const { connection } = update;
    const deps = forInvocation();
    const outcome = await updateToken(deps, update, request);
    switch (outcome.kind) {
      case 'completed': {
        const { replacement, auditRecorded } = outcome;
        logReplacement(logger, connection, replacement);
        emit(measureReplacement(connection, replacement));
        return toOutcome(replacement, { connection, auditRecorded }, deps.nowMs());
      }
      case 'notProven': {
        const { auditRecorded } = outcome;
        return { kind: 'succeeded', answer: { ...NOT_PROVEN, connection, auditRecorded } };
      }
      case 'untrustedServer':
        return { kind: 'refused', problem: ACCOUNTS_SERVER_UNTRUSTED };
      case 'busy':
        return { kind: 'refused', problem: CONNECTION_BUSY };
      default:
        return { kind: 'refused', problem: refusalProblem(outcome) };
    }
  });
}

function toUpdate({ query, body }: InputOf<Contract>): TokenUpdate {
  const { connection, reason, refreshToken, grantCode = '' } = body;
  return {
    connection,
    reason,
    grant:
      refreshToken === undefined ? { kind: 'grantCode', grantCode } : { kind: 'refreshToken', refreshToken },
    expectedOrganizationId: body.expectedOrganizationId ?? null,
    accountsServer: body.accountsServer ?? null,
    isDryRun: query.dryRun ?? false,
  };
}

const NOTHING_SAVED = { generation: null, organizationId: null, accessTokenExpiresAt: null } as const;

const NOT_PROVEN = {
  ...NOTHING_SAVED,
  result: 'notProven',
  message:
    'A grant code works once, so a dry run does not spend it: only the request was checked. Nothing was saved.',
} as const;

function toOutcome(
  replacement: Replacement,
  about: Pick<Answer, 'connection' | 'auditRecorded'>,
  nowMs: number,
): RouteOutcome<Contract> {
  switch (replacement.kind) {
    case 'replaced':
    case 'unchanged': {
      const { kind: result, token, organizationId } = replacement;
      const { generation, expiresAt: accessTokenExpiresAt } = token;
      const saved = { generation, organizationId, accessTokenExpiresAt };
      return { kind: 'succeeded', answer: { ...about, result, message: MESSAGES[result], ...saved } };
    }
    case 'proven': {
      const { organizationId } = replacement;
      const message = MESSAGES.proven;
      return {
        kind: 'succeeded',
        answer: { ...about, ...NOTHING_SAVED, result: 'proven', message, organizationId },
      };
    }
    case 'unfinished': {
      const { generation } = replacement;
      const message = MESSAGES.unfinished;
      return {
        kind: 'succeeded',
        answer: { ...about, ...NOTHING_SAVED, result: 'unfinished', message, generation },
      };
    }
    case 'failed':
      return { kind: 'refused', problem: replacementProblem(replacement.failure, nowMs) };
  }
}

const MESSAGES = {
  replaced: 'The credential is replaced, and consumers hold a token of it. The old one is revoked later.',
  unchanged: 'This is the running credential already. It works, and consumers hold a fresh token of it.',
  proven: 'The credential works. As asked, nothing was saved.',
  unfinished:
    'The credential is kept safely, but not in use yet. The next sweep goes on with it, within minutes: look at the status.',
} as const;
