import type { Failure, FailureClass } from '../domain/failure.ts';
import { type Refusal, secondsUntil } from '../workflows/admin-operation.ts';
import type { ReplacementFailure } from '../workflows/replacement-failure.ts';
import {
  AUDIT_UNAVAILABLE,
  aProblem,
  type Problem,
  type ProblemName,
  rateLimited,
  UNKNOWN_CONNECTION,
} from './problem.ts';

/** Zoho's throttle: within a window of ten minutes, asking sooner prolongs it. */
const THROTTLE_S = 600;
const AGAIN_S = 60;

/** An operation that was not begun. */
export function refusalProblem(refusal: Refusal): Problem {
  switch (refusal.kind) {
    case 'unknownConnection':
      return UNKNOWN_CONNECTION;
    case 'rateLimited':
      return rateLimited(refusal.retryAfterS);
    case 'unaudited':
      return AUDIT_UNAVAILABLE;
  }
}

/** A refresh, or a link, that came to nothing. */
export function failureProblem({ failureClass, code, detail, remedy }: Failure): Problem {
  const { name, retryAfterS } = CLASS_PROBLEMS[failureClass];
  return aProblem(name, `${detail} ${remedy}`, { code, ...(retryAfterS && { retryAfterS }) });
}

const CLASS_PROBLEMS: Record<FailureClass, { name: ProblemName; retryAfterS?: number }> = {
  transient: { name: 'zoho-unavailable', retryAfterS: AGAIN_S },
  throttled: { name: 'zoho-throttled', retryAfterS: THROTTLE_S },
  dead: { name: 'credential-dead' },
  misconfigured: { name: 'misconfigured' },
  unauthorized: { name: 'credential-missing' },
  store: { name: 'unavailable' },
};

/** A backup that is there and cannot be used. */
export function backupProblem({ code, detail, remedy }: Failure): Problem {
  return aProblem('backup-unusable', `${detail} ${remedy} The running credential was not touched.`, { code });
}

/** A new credential that was not taken. */
export function replacementProblem(failure: ReplacementFailure, nowMs: number): Problem {
  const { name, retryAfterS } = nameReplacement(failure, nowMs);
  const detail = `${failure.detail} ${failure.remedy} The running credential was not touched.`;
  return aProblem(name, detail, { code: failure.code, ...(retryAfterS && { retryAfterS }) });
}

function nameReplacement(
  failure: ReplacementFailure,
  nowMs: number,
): { name: ProblemName; retryAfterS?: number } {
  switch (failure.kind) {
    case 'codeRejected':
    case 'tokenRejected':
    case 'probeRejected':
      return { name: 'token-refused' };
    case 'noRefreshToken':
      return { name: 'no-refresh-token' };
    case 'scopeMissing':
      return { name: 'scope-missing' };
    case 'otherOrganization':
    case 'organizationUnknown':
      return { name: 'organization-mismatch' };
    case 'misconfigured':
      return { name: 'misconfigured' };
    case 'changed':
      return { name: 'credential-changed' };
    case 'budgetSpent':
      return { name: 'mint-budget-spent', retryAfterS: secondsUntil(failure.freeAtMs, nowMs) };
    case 'throttled':
      return { name: 'zoho-throttled', retryAfterS: THROTTLE_S };
    case 'unavailable':
      return { name: 'zoho-unavailable', retryAfterS: AGAIN_S };
    case 'store':
      return { name: 'unavailable', retryAfterS: AGAIN_S };
  }
}

/** Neither Zoho nor the budget that keeps within its limit allows a mint before then. */
export function noMintProblem(
  { by, freeAtMs }: { by: 'zoho' | 'budget'; freeAtMs: number },
  nowMs: number,
): Problem {
  const retryAfterS = secondsUntil(freeAtMs, nowMs);
  switch (by) {
    case 'zoho':
      return aProblem(
        'zoho-throttled',
        `Zoho is throttling this connection, and asking sooner prolongs it. Nothing was asked of it. The keeper tries again by itself; so may you, in ${retryAfterS} s.`,
        { code: 'ZOHO_THROTTLED', retryAfterS },
      );
    case 'budget':
      return aProblem(
        'mint-budget-spent',
        `This connection minted as often within ten minutes as Zoho allows. Nothing was asked of it. There is room again in ${retryAfterS} s.`,
        { code: 'MINT_BUDGET_SPENT', retryAfterS },
      );
  }
}
