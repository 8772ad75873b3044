import { BatchWriteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../lib/audit/audit-cursor.ts';
import type { AuditRecord } from '../../../lib/audit/audit-item.ts';
import type { AuditFilter, AuditPage } from '../../../lib/audit/audit-listing.ts';
import { AuditTable } from '../../../lib/audit/audit-table.ts';
import type { AuditEntry } from '../../../lib/domain/audit-entry.ts';
import { aChain, anAuditEntry } from '../../support/audit.ts';
import { AUDIT_TABLE_NAME, startTablesDynamoDB } from '../../support/dynamodb.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const BATCH = 25;

let dynamodb: Awaited<ReturnType<typeof startTablesDynamoDB>>;
let audit: AuditTable;
let calls: string[] = [];

/** Three chains: one of every hour for 12 days, one of every day for 60, one of a single entry long ago. */
const hourly = aChain(
  Array.from({ length: 288 }, (_, index) => {
    const isManual = index % 40 === 7;
    return anAuditEntry({
      at: new Date(NOW_MS - (287 - index) * HOUR_MS).toISOString(),
      outcome: index % 50 === 3 ? 'failed' : 'succeeded',
      ...(isManual ? { actor: { kind: 'admin', id: 'admin-1', name: 'a@company.example' } } : {}),
    });
  }),
);
const daily = aChain(
  Array.from({ length: 60 }, (_, index) =>
    anAuditEntry({ connection: 'books', at: new Date(NOW_MS - (59 - index) * DAY_MS).toISOString() }),
  ),
);
const old = aChain([anAuditEntry({ connection: 'old', at: new Date(NOW_MS - 300 * DAY_MS).toISOString() })]);

beforeAll(async () => {
  dynamodb = await startTablesDynamoDB();
  audit = new AuditTable(dynamodb.client, AUDIT_TABLE_NAME);
  const puts = [...hourly, ...daily, ...old].map((Item) => ({ PutRequest: { Item } }));
  for (let start = 0; start < puts.length; start += BATCH) {
    const RequestItems = { [AUDIT_TABLE_NAME]: puts.slice(start, start + BATCH) };
    await dynamodb.client.send(new BatchWriteCommand({ RequestItems }));
  }
  dynamodb.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        calls.push(commandName);
        return next(args);
      },
    { step: 'initialize', name: 'count' },
  );
});
afterAll(() => dynamodb.close());

async function page(filter: AuditFilter): Promise<AuditPage> {
  const answer = await audit.newestFirst(filter, NOW_MS);
  if (answer.kind === 'invalidCursor') throw new Error('the cursor was refused');
  return answer;
}

/** Everything that all pages of a search hold. */
async function allPages(filter: AuditFilter): Promise<{ records: AuditRecord[]; pages: number }> {
  const records: AuditRecord[] = [];
  let cursor: string | null | undefined;
  let pages = 0;
  do {
    const next: AuditPage = await page({ ...filter, cursor: cursor ?? undefined });
    records.push(...next.records);
    cursor = next.cursor;
    pages += 1;
  } while (cursor !== null);
  return { records, pages };
}

/** What a search has to give, by going through everything. */
function wanted(
  { connection, fromMs, toMs, actorId, outcome }: AuditFilter,
  records: readonly AuditRecord[] = [...hourly, ...daily, ...old],
): string[] {
  const endMs = toMs ?? (connection === undefined ? NOW_MS : Number.POSITIVE_INFINITY);
  const startMs = fromMs ?? (connection === undefined ? endMs - 30 * DAY_MS : 0);
  return records
    .filter(({ at }) => Date.parse(at) >= startMs && Date.parse(at) <= endMs)
    .filter(({ entry }) => connection === undefined || entry.connection === connection)
    .filter(({ entry }) => actorId === undefined || entry.actor.id === actorId)
    .filter(({ entry }) => outcome === undefined || entry.outcome === outcome)
    .map(({ entry }) => entry.id);
}

const idsOf = (records: readonly { entry: AuditEntry }[]) => records.map(({ entry }) => entry.id);
const atDays = (days: number) => NOW_MS - days * DAY_MS;

describe('the entries of one connection', () => {
  it('come newest first, 50 to a page, each page with one query', async () => {
    calls = [];
    const first = await page({ connection: 'crm' });
    expect(idsOf(first.records)).toEqual(idsOf(hourly.slice(-50).reverse()));
    const second = await page({ connection: 'crm', cursor: first.cursor ?? '' });
    expect(idsOf(second.records)).toEqual(idsOf(hourly.slice(-100, -50).reverse()));
    expect(calls).toEqual(['QueryCommand', 'QueryCommand']);
  });

  it('come with their place in the chain', async () => {
    expect((await page({ connection: 'crm', limit: 1 })).records).toEqual([hourly.at(-1)]);
  });

  it('end where the time that is asked for begins, without a look at all that is older', async () => {
    calls = [];
    const filter = { connection: 'crm', fromMs: atDays(1) };
    const { records, cursor } = await page(filter);
    expect(idsOf(records)).toEqual(wanted(filter).toReversed());
    expect(cursor).toBeNull();
    expect(calls).toHaveLength(1);
  });

  it('none are there of a connection that nobody knows', async () => {
    expect(await page({ connection: 'nobody' })).toEqual({
      kind: 'page',
      records: [],
      unreadable: 0,
      cursor: null,
    });
  });
});

describe('the entries of all connections', () => {
  it('of the last 30 days, newest first', async () => {
    const { records } = await allPages({ limit: 100 });
    expect(idsOf(records).toSorted()).toEqual(wanted({}).toSorted());
    expect(records.map(({ at }) => at)).toEqual(
      records
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
    expect(new Set(records.map(({ connection }) => connection))).toEqual(new Set(['crm', 'books']));
  });

  it('cost one query per day, and a page gives up after 40', async () => {
    calls = [];
    const filter = { fromMs: atDays(310), toMs: atDays(280) };
    expect(idsOf((await page(filter)).records)).toEqual(idsOf(old));
    expect(calls).toHaveLength(31);

    const long = { fromMs: atDays(310), toMs: atDays(100) };
    calls = [];
    const first = await page(long);
    expect(first).toMatchObject({ records: [], cursor: expect.any(String) });
    expect(calls).toHaveLength(40);
    const { records, pages } = await allPages(long);
    expect(idsOf(records)).toEqual(idsOf(old));
    expect(pages).toBe(6);
  });

  it('make a page as soon as there are enough', async () => {
    calls = [];
    const { records, cursor } = await page({ fromMs: atDays(55), toMs: atDays(50), limit: 2 });
    expect(idsOf(records)).toEqual(idsOf(daily.slice(8, 10).reverse()));
    expect(cursor).not.toBeNull();
    expect(calls).toHaveLength(2);
  });

  it('stay the same search from page to page, though time goes on', async () => {
    const first = await page({ limit: 10 });
    const cursor = first.cursor ?? '';
    const now = await audit.newestFirst({ limit: 10, cursor }, NOW_MS);
    const later = await audit.newestFirst({ limit: 10, cursor }, NOW_MS + 40 * DAY_MS);
    expect(later).toEqual(now);
  });
});

describe('every filter', () => {
  const filters = fc.record(
    {
      connection: fc.constantFrom('crm', 'books', 'old'),
      fromMs: fc.integer({ min: 0, max: 70 * 24 }).map((hours) => NOW_MS - hours * HOUR_MS),
      toMs: fc.integer({ min: 0, max: 70 * 24 }).map((hours) => NOW_MS - hours * HOUR_MS),
      actorId: fc.constantFrom('tick', 'admin-1', 'nobody'),
      outcome: fc.constantFrom('succeeded' as const, 'failed' as const, 'refused' as const),
      limit: fc.constantFrom(1, 7, 50, 100),
    },
    { requiredKeys: ['limit'] },
  );

  it('gives exactly what it asks for, over all pages, none longer than asked', async () => {
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const limited = { ...filter, limit: Math.max(filter.limit, 20) };
        const { records } = await allPages(limited);
        expect(idsOf(records).toSorted()).toEqual(wanted(limited).toSorted());
        expect((await page(filter)).records.length).toBeLessThanOrEqual(filter.limit);
      }),
      { numRuns: 25 },
    );
  });

  it('takes a limit beyond what there is for the most or the least there is', async () => {
    expect((await page({ connection: 'crm', limit: 1_000 })).records).toHaveLength(100);
    expect((await page({ connection: 'crm', limit: 0 })).records).toHaveLength(1);
  });

  it('takes any time, also beyond the calendar', async () => {
    const filter = { connection: 'books', fromMs: -1e20, toMs: 1e20, limit: 100 };
    expect((await page(filter)).records).toHaveLength(60);
    expect((await page({ fromMs: 1e20 })).records).toEqual([]);
    expect((await page({ connection: 'crm', fromMs: 2, toMs: 1 })).records).toEqual([]);
  });
});

describe('a cursor', () => {
  it('of another search is refused', async () => {
    const search = { connection: 'crm', fromMs: atDays(5), actorId: 'tick', limit: 5 };
    const { cursor } = await page(search);
    const other: AuditFilter[] = [
      { connection: 'books' },
      { connection: undefined },
      { fromMs: atDays(6) },
      { toMs: NOW_MS },
      { actorId: 'admin-1' },
      { actorId: undefined },
      { outcome: 'failed' },
    ];
    for (const differing of other) {
      const filter = { ...search, ...differing, cursor: cursor ?? '' };
      expect(await audit.newestFirst(filter, NOW_MS)).toEqual({ kind: 'invalidCursor' });
    }
    expect(await audit.newestFirst({ ...search, limit: 9, cursor: cursor ?? '' }, NOW_MS)).toMatchObject({
      kind: 'page',
    });
  });

  it('that nobody made is refused', async () => {
    const json = fc.json().map((text) => Buffer.from(text).toString('base64url'));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.base64String(), json), async (cursor) => {
        for (const connection of ['crm', undefined]) {
          const answer = await audit.newestFirst({ connection, cursor }, NOW_MS);
          expect(answer).toEqual({ kind: 'invalidCursor' });
        }
      }),
    );
  });

  it('that was tampered with is refused, or gives a page like any other', async () => {
    const made = [
      (await page({ connection: 'crm', limit: 5 })).cursor ?? '',
      (await page({ limit: 5 })).cursor ?? '',
    ].map((cursor) => decodeCursor(cursor));
    const values = fc.oneof(
      fc.jsonValue(),
      fc.integer(),
      fc.double(),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
      fc.constantFrom('2026-02-30', '9999-99-99', '2026-11-23', '', 'crm'),
    );
    const paths = ['position', 'day', 'before', 'at', 'sequence', 'fromMs', 'toMs', 'connection', 'search'];
    const tampered = fc
      .tuple(fc.constantFrom(...made), fc.constantFrom(...paths), values)
      .map(([cursor, name, value]) =>
        JSON.parse(JSON.stringify(cursor), (key, old) => (key === name ? value : old)),
      );
    await fc.assert(
      fc.asyncProperty(tampered, async (forged) => {
        const connection = forged.kind === 'chain' ? 'crm' : undefined;
        const answer = await audit.newestFirst({ connection, cursor: encodeCursor(forged) }, NOW_MS);
        expect(['page', 'invalidCursor']).toContain(answer.kind);
      }),
      { numRuns: 300 },
    );
  });
});

describe('an entry that cannot be read', () => {
  it('is counted, and hides no other', async () => {
    const [first, , third] = aChain([1, 2, 3].map(() => anAuditEntry({ connection: 'odd' }))) as [
      AuditRecord,
      AuditRecord,
      AuditRecord,
    ];
    const odd = { connection: 'odd', sequence: 2, day: first.day, at: first.at, entry: 'gone' };
    for (const Item of [first, odd, third]) {
      await dynamodb.client.send(new PutCommand({ TableName: AUDIT_TABLE_NAME, Item }));
    }
    const byDay = { fromMs: Date.parse(first.at), toMs: Date.parse(first.at) };
    for (const filter of [{ connection: 'odd' }, byDay]) {
      const { records, unreadable } = await page(filter);
      expect(unreadable).toBe(1);
      expect(records).toEqual(expect.arrayContaining([first, third]));
    }
  });
});
