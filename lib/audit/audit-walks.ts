import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { AuditOutcome } from '../domain/audit-entry.ts';
import {
  type AuditCursor,
  type ChainSearch,
  type DaysPosition,
  type DaysSearch,
  LAST_TIME_MS,
} from './audit-cursor.ts';
import { dayOf } from './audit-item.ts';

/** The index over all chains: partition key `day`, sort key `at`. */
export const BY_DAY_INDEX = 'byDay';

const DAY_MS = 86_400_000;
/** How many entries one query looks at, whether they are wanted or not. */
const ENTRIES_PER_QUERY = 250;
/** Within a chain, times may be out of order by as much as clocks differ: nothing wanted lies behind this. */
const DISORDER_MS = 3_600_000;

export type QueryInput = Omit<QueryCommandInput, 'TableName'>;
export type Item = Readonly<Record<string, unknown>>;

/** A way through the entries that a search wants, newest first, in as many queries as it takes. */
export interface Walk<Position> {
  query(position: Position): QueryInput;
  /** Where to go on before an item, or before the key at which a query ended. */
  before(key: Item): Position;
  /** Where to go on when a query has come to the end of what it asked for; null when that was all. */
  after(position: Position): Position | null;
  /** Whether an item, and all that would follow, lies before what is wanted. */
  isBeyond(item: Item): boolean;
  cursor(position: Position): AuditCursor;
}

/** Keys as the table itself sees to them: also of what else somebody may have put there. */
const chainKeySchema = z.object({ sequence: z.number() });
const dayKeySchema = z.object({
  day: z.string(),
  at: z.string(),
  connection: z.string(),
  sequence: z.number(),
});

/** Through one chain: a position is the sequence before which to go on, null for the chain's end. */
export function walkChain(search: ChainSearch): Walk<number | null> {
  const { connection, actorId, outcome } = search;
  const from = isoOf(search.fromMs ?? 0);
  const to = isoOf(search.toMs ?? LAST_TIME_MS);
  const longBefore = isoOf(Math.max((search.fromMs ?? 0) - DISORDER_MS, 0));
  const wanted = conditions({ actorId, outcome });
  return {
    query: (position) => ({
      ...NEWEST_FIRST,
      KeyConditionExpression: `#connection = :connection${position === null ? '' : ' AND #sequence < :before'}`,
      // What lies long before is let through: it tells that the end is reached.
      FilterExpression: `(${['#at BETWEEN :from AND :to', ...wanted.clauses].join(' AND ')}) OR #at < :longBefore`,
      ExpressionAttributeNames: {
        ...wanted.names,
        '#connection': 'connection',
        '#at': 'at',
        ...(position === null ? {} : { '#sequence': 'sequence' }),
      },
      ExpressionAttributeValues: {
        ...wanted.values,
        ':connection': connection,
        ':from': from,
        ':to': to,
        ':longBefore': longBefore,
        ...(position === null ? {} : { ':before': position }),
      },
    }),
    before: (key) => chainKeySchema.parse(key).sequence,
    after: () => null,
    isBeyond: ({ at }) => String(at) < longBefore,
    cursor: (position) => ({ kind: 'chain', search, position }),
  };
}

/** Through all chains, one day after the other. */
export function walkDays(search: DaysSearch): Walk<DaysPosition> {
  const { actorId, outcome } = search;
  const [from, to] = [isoOf(search.fromMs), isoOf(search.toMs)];
  const wanted = conditions({ actorId, outcome });
  return {
    query: ({ day, before }) => ({
      ...NEWEST_FIRST,
      IndexName: BY_DAY_INDEX,
      KeyConditionExpression: '#day = :day AND #at BETWEEN :from AND :to',
      FilterExpression: wanted.clauses.length > 0 ? wanted.clauses.join(' AND ') : undefined,
      ExpressionAttributeNames: { ...wanted.names, '#day': 'day', '#at': 'at' },
      ExpressionAttributeValues: { ...wanted.values, ':day': day, ':from': from, ':to': to },
      ExclusiveStartKey: before === null ? undefined : { day, ...before },
    }),
    before: (key) => {
      const { day, ...before } = dayKeySchema.parse(key);
      return { day, before };
    },
    after: ({ day }) => {
      const dayBefore = dayOf(isoOf(Date.parse(day) - DAY_MS));
      return day <= dayOf(from) ? null : { day: dayBefore, before: null };
    },
    isBeyond: () => false,
    cursor: (position) => ({ kind: 'days', search, position }),
  };
}

/** The end of a search through all chains. */
export function lastDayOf({ toMs }: DaysSearch): DaysPosition {
  return { day: dayOf(isoOf(toMs)), before: null };
}

const NEWEST_FIRST = { ScanIndexForward: false, Limit: ENTRIES_PER_QUERY };

/** Names are placeholders throughout: half of them are reserved words of DynamoDB. */
function conditions({ actorId, outcome }: { actorId: string | null; outcome: AuditOutcome | null }) {
  const clauses: string[] = [];
  const names: Record<string, string> = {};
  const values: Record<string, string> = {};
  if (actorId !== null) {
    clauses.push('#entry.#actor.#id = :actor');
    Object.assign(names, { '#entry': 'entry', '#actor': 'actor', '#id': 'id' });
    values[':actor'] = actorId;
  }
  if (outcome !== null) {
    clauses.push('#entry.#outcome = :outcome');
    Object.assign(names, { '#entry': 'entry', '#outcome': 'outcome' });
    values[':outcome'] = outcome;
  }
  return { clauses, names, values };
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
