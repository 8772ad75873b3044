import * as z from 'zod/mini';
import { BACKUP_STORES, type BackupStore } from './backup.ts';
import type { CheckTrigger } from './health-report.ts';

const DAY_MS = 86_400_000;

/** How often a backup is to show that one can mint from it. */
export const DRILL_EVERY_MS = 7 * DAY_MS;
/** One that is older was not run when it was due. */
export const DRILL_OVERDUE_MS = 8 * DAY_MS;

const time = z.number().check(z.gte(0), z.lte(8.64e15));

/** What is remembered of a connection's restore drills from one health check to the next. Holds no secret. */
export const drillRecordSchema = z.object({
  latest: z.object({
    atMs: time,
    store: z.enum(BACKUP_STORES),
    /** Null when it succeeded. */
    failure: z.nullable(z.object({ code: z.string(), detail: z.string(), remedy: z.string() })),
  }),
  /** Null when none ever did. */
  lastSuccessAtMs: z.nullable(time),
});

export type DrillRecord = z.infer<typeof drillRecordSchema>;

export type DrillDecision =
  | { readonly kind: 'due'; readonly store: BackupStore }
  | { readonly kind: 'notDue' };

/**
 * Whether a backup is to be tried now, and which: the stores take turns, and one that failed is tried again.
 *
 * The schedule repeats what is old. What never succeeded, or failed the last time, is tried whoever asks: an admin who has
 * mended something wants to see it.
 */
export function decideDrill(record: DrillRecord | null, trigger: CheckTrigger, nowMs: number): DrillDecision {
  if (record === null) return { kind: 'due', store: 'table' };
  const { latest, lastSuccessAtMs } = record;
  if (latest.failure !== null) return { kind: 'due', store: latest.store };
  const store = latest.store === 'table' ? 'bucket' : 'table';
  // One from the future was written by a clock that was wrong.
  const isOld = lastSuccessAtMs === null || Math.abs(nowMs - lastSuccessAtMs) > DRILL_EVERY_MS;
  return trigger === 'schedule' && isOld ? { kind: 'due', store } : { kind: 'notDue' };
}

/** What is remembered after one more drill. */
export function afterDrill(record: DrillRecord | null, latest: DrillRecord['latest']): DrillRecord {
  const lastSuccessAtMs = latest.failure === null ? latest.atMs : (record?.lastSuccessAtMs ?? null);
  return { latest, lastSuccessAtMs };
}

/** Of two memories the one that knows of the later drill: two checks may run side by side, and one of them drill. */
export function laterDrill(a: DrillRecord | null, b: DrillRecord | null): DrillRecord | null {
  if (a === null || b === null) return a ?? b;
  return b.latest.atMs > a.latest.atMs ? b : a;
}
