import { dueForRenewalAtMs } from '../../domain/schedule.ts';
import { type Assessment, count, fail, ok, warn } from './assessment.ts';

const DAY_MS = 86_400_000;

export const RENEWAL_LIMIT = 'a new consent before renewEveryDays are over';

/** What a connection's configuration says of its renewals. */
export interface RenewalPolicy {
  readonly renewEveryDays: number | null;
  readonly warnDaysBefore: readonly number[];
}

/** @param obtainedAtMs when the running credential was given; null when that is not known */
export function assessRenewal(
  { renewEveryDays, warnDaysBefore }: RenewalPolicy,
  obtainedAtMs: number | null,
  nowMs: number,
): Assessment {
  if (renewEveryDays === null) return ok('no policy', 'Nobody has to consent anew (renewEveryDays).');
  const dueAtMs = dueForRenewalAtMs(obtainedAtMs, renewEveryDays);
  if (dueAtMs === null) {
    return warn(
      'not known',
      'It is not known since when the running credential is there.',
      'POST /api/zoho/refresh finds it out.',
    );
  }
  const remedy =
    'A person consents anew, by Re-authorise in the console or POST /api/zoho/emergency-reauth. The old refresh token is revoked afterwards.';
  const days = Math.floor((dueAtMs - nowMs) / DAY_MS);
  if (dueAtMs <= nowMs) {
    const overdue = Math.floor((nowMs - dueAtMs) / DAY_MS);
    return fail(
      `${count(overdue, 'day')} overdue`,
      `A person was to consent anew by ${isoOf(dueAtMs)}.`,
      remedy,
    );
  }
  const value = `${count(days, 'day')} left`;
  // What is no less than the whole time would warn always.
  const window = Math.max(0, ...warnDaysBefore.filter((warned) => warned < renewEveryDays));
  return dueAtMs - nowMs <= window * DAY_MS
    ? warn(value, `A person is to consent anew by ${isoOf(dueAtMs)}.`, remedy)
    : ok(value, `A person is to consent anew by ${isoOf(dueAtMs)}.`);
}

function isoOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
