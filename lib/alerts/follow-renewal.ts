import type { Connection } from '../config/configuration.ts';
import { dueForRenewalAtMs } from '../domain/schedule.ts';
import type { AlertMemory } from './alert-memory.ts';

const DAY_MS = 86_400_000;

export type RenewalPolicy = Pick<Connection, 'renewEveryDays' | 'warnDaysBefore' | 'autoInitiate'>;

/** A renewal that people are to be told of now. */
export interface RenewalWarning {
  readonly dueAtMs: number;
  /** Whole days, rounded up; negative once it is overdue. */
  readonly daysLeft: number;
  /** Which of the policy's warnings this is; 0 says that it is due. */
  readonly daysBefore: number;
  /** Whether it is the first of this credential. */
  readonly isFirst: boolean;
}

/**
 * Whether people are to be told now that a connection's consent is to be renewed: once for each of the policy's days, and
 * once when it is due. Of several at once only the latest is told.
 *
 * @param told what was told of which credential
 */
export function followRenewal(
  policy: RenewalPolicy,
  told: AlertMemory['renewal'],
  obtainedAtMs: number | null,
  nowMs: number,
): RenewalWarning | null {
  const dueAtMs = dueForRenewalAtMs(obtainedAtMs, policy.renewEveryDays);
  if (dueAtMs === null) return null;
  const daysLeft = Math.ceil((dueAtMs - nowMs) / DAY_MS);
  const daysBefore = warningsOf(policy).find((days) => days >= daysLeft);
  if (daysBefore === undefined) return null;
  const isFirst = told?.obtainedAtMs !== obtainedAtMs;
  if (!isFirst && told !== null && told.daysBefore <= daysBefore) return null;
  return { dueAtMs, daysLeft, daysBefore, isFirst };
}

/** Whether a renewal is open: its policy opens it by itself with the first warning, until a new credential is there. */
export function isRenewalOpen(policy: RenewalPolicy, obtainedAtMs: number | null, nowMs: number): boolean {
  const dueAtMs = dueForRenewalAtMs(obtainedAtMs, policy.renewEveryDays);
  if (dueAtMs === null || !policy.autoInitiate) return false;
  return nowMs >= dueAtMs - (warningsOf(policy).at(-1) ?? 0) * DAY_MS;
}

/** The latest first. */
function warningsOf({ renewEveryDays, warnDaysBefore }: RenewalPolicy): number[] {
  const possible = warnDaysBefore.filter((days) => days < (renewEveryDays ?? 0));
  return [...new Set([0, ...possible])].sort((a, b) => a - b);
}
