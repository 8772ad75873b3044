import { type Assessment, count, fail, ok, warn } from './assessment.ts';

const MINUTE_MS = 60_000;
const LATEST_SUCCESS_MINUTES = 60;
/** Clocks of AWS's differ by less. */
const DISORDER_MS = 5 * MINUTE_MS;

export const LAST_SUCCESS_LIMIT = `within ${LATEST_SUCCESS_MINUTES} minutes`;
export const LAST_DAY_LIMIT = 'no failure';

const REFRESH = 'POST /api/zoho/refresh tries now, and says what is in the way.';

/** @param lastSuccessAtMs when a refresh succeeded last; null when none ever did */
export function assessLastSuccess(lastSuccessAtMs: number | null, nowMs: number): Assessment {
  if (lastSuccessAtMs === null) return fail('never', 'No refresh has succeeded yet.', REFRESH);
  const agoMs = nowMs - lastSuccessAtMs;
  const minutes = Math.max(0, Math.floor(agoMs / MINUTE_MS));
  const value = `${count(minutes, 'minute')} ago`;
  if (agoMs < -DISORDER_MS) {
    return fail(
      new Date(lastSuccessAtMs).toISOString(),
      'The last refresh is noted in the future: some clock was wrong.',
      REFRESH,
    );
  }
  return agoMs > LATEST_SUCCESS_MINUTES * MINUTE_MS
    ? fail(value, 'No refresh has succeeded for longer than an access token lives.', REFRESH)
    : ok(value, 'The last refresh succeeded in time.');
}

/** The refreshes of the last 24 hours, as the audit has them. */
export interface RefreshCounts {
  readonly succeeded: number;
  readonly failed: number;
  /** Whether everything was counted; there may be more otherwise. */
  readonly isComplete: boolean;
}

/** What is over is no failure of today: whether refreshes work now, other checks say. */
export function assessLastDay(connection: string, counts: RefreshCounts): Assessment {
  const { succeeded, failed, isComplete } = counts;
  const value = `${isComplete ? '' : 'at least '}${count(succeeded, 'refresh', 'refreshes')}, ${count(failed, 'failure')}`;
  const remedy = `GET /api/zoho/audit?connection=${connection}&outcome=failed says which and why; GET /api/zoho/incidents says what they came of.`;
  if (failed > 0) return warn(value, 'Some refreshes of the last 24 hours failed.', remedy);
  if (succeeded === 0) {
    return warn(
      value,
      'The audit knows of no refresh in the last 24 hours.',
      `${REFRESH} If refreshes do happen, look for REFRESH_NOT_AUDITED in the log.`,
    );
  }
  return ok(value, 'Every refresh of the last 24 hours succeeded.');
}
