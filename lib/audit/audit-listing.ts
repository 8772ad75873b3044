import type { AuditOutcome } from '../domain/audit-entry.ts';
import { DEFAULT_PAGE_ENTRIES, MOST_PAGE_ENTRIES } from '../domain/audit-page.ts';
import {
  type AuditCursor,
  type ChainSearch,
  type DaysSearch,
  decodeCursor,
  encodeCursor,
  LAST_TIME_MS,
} from './audit-cursor.ts';
import { type AuditRecord, auditItemSchema } from './audit-item.ts';
import { type Item, lastDayOf, type QueryInput, type Walk, walkChain, walkDays } from './audit-walks.ts';

/** How far back a search over all connections goes when it does not say. */
const DEFAULT_RANGE_MS = 30 * 86_400_000;
/** A page ends with this many, short as it may be: enough for the default range, of which each day is one. */
const MOST_QUERIES = 40;

/** What is wanted; without a connection, of all of them. */
export interface AuditFilter {
  readonly connection?: string | undefined;
  /** Inclusive. Without it, a search over all connections goes 30 days back. */
  readonly fromMs?: number | undefined;
  /** Inclusive. */
  readonly toMs?: number | undefined;
  readonly actorId?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
  /** 1 to 100; 50 without it. */
  readonly limit?: number | undefined;
  /** From the page before, of the same filter. */
  readonly cursor?: string | undefined;
}

export interface AuditPage {
  readonly kind: 'page';
  readonly records: readonly AuditRecord[];
  /** How many more were found that cannot be read: a reason to verify the chains. */
  readonly unreadable: number;
  /** For the next page, which may turn out empty; null when there is none. A page may be short and have a next one. */
  readonly cursor: string | null;
}

/** A query's answer. */
export interface QueryAnswer {
  readonly Items: readonly Item[];
  readonly LastEvaluatedKey: Record<string, unknown> | undefined;
}

type Ask = (input: QueryInput) => Promise<QueryAnswer>;

/** @see AuditTable.newestFirst */
export async function listNewestFirst(
  ask: Ask,
  filter: AuditFilter,
  nowMs: number,
): Promise<AuditPage | { kind: 'invalidCursor' }> {
  const cursor = filter.cursor === undefined ? firstCursor(filter, nowMs) : decodeCursor(filter.cursor);
  if (cursor === null || !isSearchFor(filter, cursor)) return { kind: 'invalidCursor' };
  const { fromMs, toMs } = cursor.search;
  if (fromMs !== null && toMs !== null && fromMs > toMs) return toPage([], null);
  const limit = Math.min(Math.max(filter.limit ?? DEFAULT_PAGE_ENTRIES, 1), MOST_PAGE_ENTRIES);
  switch (cursor.kind) {
    case 'chain':
      return readPage(ask, walkChain(cursor.search), cursor.position, limit);
    case 'days':
      return readPage(ask, walkDays(cursor.search), cursor.position, limit);
  }
}

async function readPage<Position>(
  ask: Ask,
  walk: Walk<Position>,
  start: Position,
  limit: number,
): Promise<AuditPage> {
  const found: Item[] = [];
  let position = start;
  for (let queries = 0; queries < MOST_QUERIES; queries += 1) {
    const { Items, LastEvaluatedKey } = await ask(walk.query(position));
    for (const item of Items) {
      if (walk.isBeyond(item)) return toPage(found, null);
      if (found.length === limit) return toPage(found, walk.cursor(walk.before(found.at(-1) as Item)));
      found.push(item);
    }
    const next = LastEvaluatedKey ? walk.before(LastEvaluatedKey) : walk.after(position);
    if (next === null) return toPage(found, null);
    if (found.length === limit) return toPage(found, walk.cursor(next));
    position = next;
  }
  return toPage(found, walk.cursor(position));
}

function toPage(found: readonly Item[], cursor: AuditCursor | null): AuditPage {
  const read = found.map((item) => auditItemSchema.safeParse(item));
  const records = read.flatMap(({ data }) => data ?? []);
  return {
    kind: 'page',
    records,
    unreadable: read.length - records.length,
    cursor: cursor && encodeCursor(cursor),
  };
}

function firstCursor(filter: AuditFilter, nowMs: number): AuditCursor {
  const { connection, actorId = null, outcome = null } = filter;
  const fromMs = filter.fromMs === undefined ? null : inRange(filter.fromMs);
  const toMs = filter.toMs === undefined ? null : inRange(filter.toMs);
  if (connection !== undefined) {
    const search: ChainSearch = { connection, fromMs, toMs, actorId, outcome };
    return { kind: 'chain', search, position: null };
  }
  const endMs = toMs ?? nowMs;
  const search: DaysSearch = {
    fromMs: fromMs ?? Math.max(endMs - DEFAULT_RANGE_MS, 0),
    toMs: endMs,
    actorId,
    outcome,
  };
  return { kind: 'days', search, position: lastDayOf(search) };
}

/** A cursor of another search would give an answer to another question. */
function isSearchFor(filter: AuditFilter, { search }: AuditCursor): boolean {
  const { connection = null, actorId = null, outcome = null } = filter;
  const sameTime = (givenMs: number | undefined, ms: number | null) =>
    givenMs === undefined || inRange(givenMs) === ms;
  return (
    connection === ('connection' in search ? search.connection : null) &&
    actorId === search.actorId &&
    outcome === search.outcome &&
    sameTime(filter.fromMs, search.fromMs) &&
    sameTime(filter.toMs, search.toMs)
  );
}

function inRange(ms: number): number {
  return Math.min(Math.max(Math.trunc(ms), 0), LAST_TIME_MS);
}
