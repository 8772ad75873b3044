import { DRILL_OVERDUE_MS, type DrillRecord } from '../../domain/restore-drill.ts';
import { type Assessment, CHECK_AGAIN, count, fail, ok, warn } from './assessment.ts';

const DAY_MS = 86_400_000;

export const DRILL_LIMIT = `succeeded within ${DRILL_OVERDUE_MS / DAY_MS} days`;

/**
 * @param drilled.record what is remembered, with the drill of this check if there was one
 * @param drilled.skipped why a drill that was due was not run now; null when it was, or when none was due
 */
export function assessDrill(
  { record, skipped }: { record: DrillRecord | null; skipped: string | null },
  nowMs: number,
): Assessment {
  const why = skipped === null ? '' : ` ${skipped}`;
  if (record === null) {
    return warn(
      'never',
      `No backup was tried yet.${why}`,
      `The next daily check tries one. POST /api/zoho/health-check tries one now.`,
    );
  }
  const { latest, lastSuccessAtMs } = record;
  if (latest.failure !== null) {
    const { detail, remedy } = latest.failure;
    return fail(
      `failed, from the ${latest.store}`,
      `Of ${new Date(latest.atMs).toISOString()}: ${detail}${why}`,
      `${remedy} ${CHECK_AGAIN}`,
    );
  }
  const ageMs = nowMs - (lastSuccessAtMs ?? latest.atMs);
  const days = Math.max(0, Math.floor(ageMs / DAY_MS));
  const value = `${count(days, 'day')} ago, from the ${latest.store}`;
  return ageMs > DRILL_OVERDUE_MS
    ? warn(
        value,
        `A token was minted from a backup, but not within ${DRILL_OVERDUE_MS / DAY_MS} days.${why}`,
        'Once the connection is healthy, the next daily check tries a backup. If none does, look at the log of the health check.',
      )
    : ok(value, `A token was minted from a backup, and Zoho accepted it.${why}`);
}
