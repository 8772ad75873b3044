import { MOST_PAGE_ENTRIES } from '../../domain/audit-page.ts';
import type { RefreshCounts } from '../checks/refreshes.ts';
import type { CheckContext } from './context.ts';

const DAY_MS = 86_400_000;
/** A connection that fails all day writes some 600 entries. */
const MOST_PAGES = 20;

/** Counts the refreshes of the last 24 hours in the connection's audit, newest first. */
export async function countRefreshes({ deps, connection, nowMs }: CheckContext): Promise<RefreshCounts> {
  const filter = {
    connection: connection.id,
    fromMs: nowMs - DAY_MS,
    toMs: nowMs,
    limit: MOST_PAGE_ENTRIES,
  };
  const counts = { succeeded: 0, failed: 0 };
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found = await deps.audit.newestFirst({ ...filter, cursor }, nowMs);
    if (found.kind === 'invalidCursor') break;
    for (const { entry } of found.records) {
      if (entry.operation !== 'refresh') continue;
      if (entry.outcome === 'succeeded' || entry.outcome === 'failed') counts[entry.outcome] += 1;
    }
    if (found.cursor === null) return { ...counts, isComplete: true };
    cursor = found.cursor;
  }
  return { ...counts, isComplete: false };
}
