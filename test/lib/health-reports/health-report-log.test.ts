import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HealthReport, LONGEST_RANGE_MS } from '../../../lib/domain/health-report.ts';
import { HealthReportLog } from '../../../lib/health-reports/health-report-log.ts';
import { STATE_TABLE_NAME, startTablesDynamoDB } from '../../support/dynamodb.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIDNIGHT_MS = Date.parse('2026-11-23T00:00:00Z');

let dynamodb: Awaited<ReturnType<typeof startTablesDynamoDB>>;
let log: HealthReportLog;
let count = 0;
beforeAll(async () => {
  dynamodb = await startTablesDynamoDB();
  log = new HealthReportLog(dynamodb.client, STATE_TABLE_NAME);
});
afterAll(() => dynamodb.close());

const aConnectionId = () => `connection-${++count}`;
const aReport = (connection: string, atMs: number, differing: Partial<HealthReport> = {}): HealthReport => ({
  schemaVersion: 1,
  connection,
  atMs,
  trigger: 'schedule',
  status: 'ok',
  checks: [],
  drill: null,
  ...differing,
});
const put = (Item: object) =>
  dynamodb.client.send(
    new PutCommand({ TableName: STATE_TABLE_NAME, Item: Item as Record<string, unknown> }),
  );
const latestOf = async (connection: string) => (await log.readLatest([connection])).get(connection);
const timesOf = (reports: readonly HealthReport[]) => reports.map(({ atMs }) => atMs);
const historyOf = async (connection: string, fromMs: number, toMs: number, nowMs = toMs) =>
  timesOf(await log.readHistory([connection], { fromMs, toMs }, nowMs));

describe('the latest report', () => {
  it('is the one that was written last, also when the clock was set back', async () => {
    const id = aConnectionId();
    expect(await latestOf(id)).toBeUndefined();
    await log.keep(aReport(id, MIDNIGHT_MS + 400 * DAY_MS));
    const report = aReport(id, MIDNIGHT_MS, { status: 'warn' });
    expect(await log.keep(report)).toEqual({ isKept: true });
    expect(await latestOf(id)).toEqual(report);
  });

  it('loses no drill to a report that was begun before it', async () => {
    const id = aConnectionId();
    const drilledAt = (atMs: number) => ({
      latest: { atMs, store: 'table', failure: null } as const,
      lastSuccessAtMs: atMs,
    });
    await log.keep(aReport(id, MIDNIGHT_MS, { drill: drilledAt(MIDNIGHT_MS) }));
    await log.keep(aReport(id, MIDNIGHT_MS + 1, { drill: drilledAt(MIDNIGHT_MS - DAY_MS) }));
    expect((await latestOf(id))?.drill).toEqual(drilledAt(MIDNIGHT_MS));
    await log.keep(aReport(id, MIDNIGHT_MS + 2));
    expect((await latestOf(id))?.drill).toEqual(drilledAt(MIDNIGHT_MS));
  });

  it('that cannot be read counts as none, and is replaced', async () => {
    const id = aConnectionId();
    await put({ id: `health#${id}`, revision: 'two', report: { status: 'fine' } });
    expect(await latestOf(id)).toBeUndefined();
    expect(await log.keep(aReport(id, MIDNIGHT_MS))).toEqual({ isKept: true });
    expect(await latestOf(id)).toEqual(aReport(id, MIDNIGHT_MS));
  });

  it('of hundreds is read in calls of 100, and what DynamoDB hands back is asked for again', async () => {
    const many = Array.from({ length: 150 }, (_, index) => `crm-${index}`);
    const faked = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
    const all = mockClient(faked);
    all.on(BatchGetCommand).callsFake(allButTheHundredth);
    expect((await new HealthReportLog(faked, STATE_TABLE_NAME).readLatest(many)).size).toBe(150);
    expect(all.commandCalls(BatchGetCommand)).toHaveLength(3);
  });
});

/** DynamoDB answers with what it has room for. */
function allButTheHundredth({
  RequestItems,
}: {
  RequestItems: Record<string, { Keys: { id: string }[] }>;
}): object {
  const { Keys = [] } = RequestItems[STATE_TABLE_NAME] ?? {};
  const taken = Keys.slice(0, 99);
  const left = Keys.slice(99);
  return {
    Responses: {
      [STATE_TABLE_NAME]: taken.map(({ id }) => ({
        id,
        report: aReport(id.slice('health#'.length), MIDNIGHT_MS),
      })),
    },
    UnprocessedKeys: left.length > 0 ? { [STATE_TABLE_NAME]: { Keys: left } } : {},
  };
}

describe('the history', () => {
  it('is a month of days, newest first, to the ms at its borders', async () => {
    const id = aConnectionId();
    const times = Array.from({ length: 40 }, (_, day) => MIDNIGHT_MS - day * DAY_MS);
    for (const atMs of times) await log.keep(aReport(id, atMs));
    await log.keep(aReport(id, MIDNIGHT_MS - 1));
    const fromMs = MIDNIGHT_MS - LONGEST_RANGE_MS;
    const month = await historyOf(id, fromMs, MIDNIGHT_MS);
    expect(month).toHaveLength(33);
    expect(month.slice(0, 3)).toEqual([MIDNIGHT_MS, MIDNIGHT_MS - 1, MIDNIGHT_MS - DAY_MS]);
    expect(month.at(-1)).toBe(fromMs);
    expect(await historyOf(id, MIDNIGHT_MS, MIDNIGHT_MS)).toEqual([MIDNIGHT_MS]);
    expect(await historyOf(id, MIDNIGHT_MS - 1, MIDNIGHT_MS - 1)).toEqual([MIDNIGHT_MS - 1]);
    expect(await historyOf(id, MIDNIGHT_MS + 1, MIDNIGHT_MS + DAY_MS)).toEqual([]);
  });

  it('reads no more than 31 days at once, whatever is asked for', async () => {
    const id = aConnectionId();
    await log.keep(aReport(id, MIDNIGHT_MS - 33 * DAY_MS));
    expect(await historyOf(id, 0, MIDNIGHT_MS)).toEqual([]);
  });

  it('is of all connections that are asked for', async () => {
    const [a, b] = [aConnectionId(), aConnectionId()];
    await log.keep(aReport(a, MIDNIGHT_MS));
    await log.keep(aReport(b, MIDNIGHT_MS + 1));
    await log.keep(aReport(aConnectionId(), MIDNIGHT_MS + 2));
    const range = { fromMs: MIDNIGHT_MS, toMs: MIDNIGHT_MS + HOUR_MS };
    const found = await log.readHistory([a, b], range, MIDNIGHT_MS);
    expect(found.map(({ connection }) => connection)).toEqual([b, a]);
  });

  it('keeps the newest 24 of a day', async () => {
    const id = aConnectionId();
    for (let minute = 0; minute < 30; minute += 1) await log.keep(aReport(id, MIDNIGHT_MS + minute * 60_000));
    const day = await historyOf(id, MIDNIGHT_MS, MIDNIGHT_MS + HOUR_MS);
    expect(day).toHaveLength(24);
    expect(day.at(-1)).toBe(MIDNIGHT_MS + 6 * 60_000);
  });

  it('ends after 35 days, though DynamoDB may not have deleted it yet', async () => {
    const id = aConnectionId();
    await log.keep(aReport(id, MIDNIGHT_MS));
    const seenAt = (nowMs: number) => historyOf(id, MIDNIGHT_MS, MIDNIGHT_MS, nowMs);
    expect(await seenAt(MIDNIGHT_MS + 35 * DAY_MS - 1)).toEqual([MIDNIGHT_MS]);
    expect(await seenAt(MIDNIGHT_MS + 35 * DAY_MS)).toEqual([]);
  });

  it('passes over what cannot be read', async () => {
    const id = aConnectionId();
    const report = aReport(id, MIDNIGHT_MS);
    const expiresAtS = (MIDNIGHT_MS + DAY_MS) / 1_000;
    await put({ id: `health#${id}#2026-11-23`, revision: 3, expiresAtS, reports: [{ nonsense: 1 }, report] });
    await put({ id: `health#${id}#2026-11-22`, revision: 'x', expiresAtS, reports: 'none' });
    expect(await historyOf(id, MIDNIGHT_MS - DAY_MS, MIDNIGHT_MS)).toEqual([MIDNIGHT_MS]);
    expect(await log.keep(aReport(id, MIDNIGHT_MS - 1))).toEqual({ isKept: true });
    expect(await historyOf(id, MIDNIGHT_MS - DAY_MS, MIDNIGHT_MS)).toEqual([MIDNIGHT_MS, MIDNIGHT_MS - 1]);
  });
});

describe('writing a report', () => {
  it('beside others loses none', async () => {
    const id = aConnectionId();
    const kept = await Promise.all([0, 1, 2, 3].map((ms) => log.keep(aReport(id, MIDNIGHT_MS + ms))));
    expect(kept).toEqual([0, 1, 2, 3].map(() => ({ isKept: true })));
    expect(await historyOf(id, MIDNIGHT_MS, MIDNIGHT_MS + 3)).toHaveLength(4);
  });

  it('that fails is an outcome, and never thrown', async () => {
    const lost = new HealthReportLog(dynamodb.client, 'no-such-table');
    expect(await lost.keep(aReport('crm', MIDNIGHT_MS))).toEqual({
      isKept: false,
      errorName: 'ResourceNotFoundException',
    });
  });
});
