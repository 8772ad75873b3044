import type { AuditEntryAnswer } from '../api/answers.ts';

/** An entry as it is listed: an outcome, with the attempt that it ends. */
export interface ListedEntry {
  readonly entry: AuditEntryAnswer;
  /** When the operation was begun; null where that stands in no entry of the list, or is the entry itself. */
  readonly begunAt: string | null;
}

/** Each operation once: an attempt whose outcome is in the list stands with that. One without stays, and tells by it. */
export function foldAttempts(entries: readonly AuditEntryAnswer[]): ListedEntry[] {
  const attempts = new Map(entries.filter(isAttempt).map(({ operationId, at }) => [operationId, at]));
  const ended = new Set(entries.filter((entry) => !isAttempt(entry)).map(({ operationId }) => operationId));
  return entries
    .filter((entry) => !isAttempt(entry) || !ended.has(entry.operationId))
    .map((entry) => ({
      entry,
      begunAt: isAttempt(entry) ? null : (attempts.get(entry.operationId) ?? null),
    }));
}

function isAttempt({ outcome }: AuditEntryAnswer): boolean {
  return outcome === 'attempted';
}
