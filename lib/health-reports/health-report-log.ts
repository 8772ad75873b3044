import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { batchGet } from '../aws/batch-get.ts';
import { awsErrorName } from '../aws/errors.ts';
import { putRevision } from '../aws/put-revision.ts';
import { KeeperError } from '../domain/errors.ts';
import { type HealthReport, healthReportSchema, LONGEST_RANGE_MS } from '../domain/health-report.ts';
import { laterDrill } from '../domain/restore-drill.ts';

const DAY_MS = 86_400_000;
/** How long a day's reports are kept. */
const KEPT_MS = 35 * DAY_MS;
/** How many reports of a day are kept: the newest. */
const KEPT_A_DAY = 24;
/** How often a report looks for its place beside others that are written at the same time. */
const ATTEMPTS = 5;
const KEY_PREFIX = 'health#';

/** Whether a report was written down; if not, the name of what was in the way. */
export type KeptReport = { readonly isKept: true } | { readonly isKept: false; readonly errorName: string };

/** Somebody else kept writing to the same item. */
export class ReportContendedError extends KeeperError {
  readonly code = 'HEALTH_REPORT_CONTENDED';
}

/** A part of a day's reports that cannot be read counts as none. */
const reportsSchema = z.catch(
  z.pipe(
    z.array(z.catch(z.nullable(healthReportSchema), null)),
    z.transform((reports) => reports.filter((report) => report !== null)),
  ),
  [],
);

const latestItemSchema = z.object({
  revision: z.catch(z.int(), 0),
  report: z.catch(z.nullable(healthReportSchema), null),
});
const dayItemSchema = z.object({
  revision: z.catch(z.int(), 0),
  /** Newest first. */
  reports: reportsSchema,
  /** In s since the epoch: from then on DynamoDB deletes it, which may take days. */
  expiresAtS: z.catch(z.number(), 0),
});

/** What stands, and what is to take its place. */
interface Replacement {
  readonly id: string;
  readonly revision: number;
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * The health reports in the state table: the latest of each connection as one item, and an item for each connection and
 * day, kept for 35 days. Every write is conditional on what was read, so no report overwrites another.
 */
export class HealthReportLog {
  readonly #dynamodb: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(dynamodb: DynamoDBDocumentClient, tableName: string) {
    this.#dynamodb = dynamodb;
    this.#tableName = tableName;
  }

  /** Writes a report down, as the latest and among its day's. Never throws: a check is worth its answer anyway. */
  async keep(report: HealthReport): Promise<KeptReport> {
    const writes = await Promise.allSettled([this.#addToDay(report), this.#makeLatest(report)]);
    const failed = writes.find((write) => write.status === 'rejected');
    return failed ? { isKept: false, errorName: awsErrorName(failed.reason) } : { isKept: true };
  }

  /**
   * The latest report of each connection that has one: one call per 100. Throws what DynamoDB throws.
   *
   * @param connections ids
   */
  async readLatest(connections: readonly string[]): Promise<Map<string, HealthReport>> {
    const items = await batchGet(
      this.#dynamodb,
      this.#tableName,
      connections.map((connection) => keyOf(latestId(connection))),
    );
    const reports = items.flatMap((item) => latestItemSchema.parse(item).report ?? []);
    return new Map(reports.map((report) => [report.connection, report]));
  }

  /**
   * The reports of connections in a time, newest first. Throws what DynamoDB throws.
   *
   * @param connections ids
   * @param range.fromMs inclusive, as is `toMs`; no more than 31 days apart
   * @param nowMs what has expired is not there any more, though DynamoDB may not have deleted it yet
   */
  async readHistory(
    connections: readonly string[],
    { fromMs, toMs }: { fromMs: number; toMs: number },
    nowMs: number,
  ): Promise<HealthReport[]> {
    const days = daysBetween(Math.max(fromMs, toMs - LONGEST_RANGE_MS), toMs);
    const keys = connections.flatMap((connection) => days.map((day) => keyOf(dayId(connection, day))));
    const items = await batchGet(this.#dynamodb, this.#tableName, keys);
    return items
      .map((item) => dayItemSchema.parse(item))
      .filter(({ expiresAtS }) => expiresAtS * 1_000 > nowMs)
      .flatMap(({ reports }) => reports)
      .filter(({ atMs }) => fromMs <= atMs && atMs <= toMs)
      .sort((a, b) => b.atMs - a.atMs);
  }

  #addToDay(report: HealthReport): Promise<void> {
    const id = dayId(report.connection, dayOf(report.atMs));
    return this.#change(id, (item) => {
      const { revision, reports } = dayItemSchema.parse(item ?? { reports: [] });
      const newestFirst = [report, ...reports].sort((a, b) => b.atMs - a.atMs);
      const expiresAtS = Math.ceil((report.atMs + KEPT_MS) / 1_000);
      return { id, revision, content: { reports: newestFirst.slice(0, KEPT_A_DAY), expiresAtS } };
    });
  }

  #makeLatest(report: HealthReport): Promise<void> {
    const id = latestId(report.connection);
    return this.#change(id, (item) => {
      const { revision, report: standing } = latestItemSchema.parse(item ?? { report: null });
      const drill = laterDrill(report.drill, standing?.drill ?? null);
      return { id, revision, content: { report: { ...report, drill } } };
    });
  }

  async #change(id: string, change: (item: unknown) => Replacement): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { Item } = await this.#dynamodb.send(
        new GetCommand({ TableName: this.#tableName, Key: keyOf(id), ConsistentRead: true }),
      );
      const { revision, content } = change(Item);
      if (await putRevision(this.#dynamodb, this.#tableName, { id, revision, content })) return;
    }
    throw new ReportContendedError(
      `The health report ${id} was changed by others all the time. The next check writes one again.`,
    );
  }
}

function keyOf(id: string): { id: string } {
  return { id };
}

function latestId(connection: string): string {
  return `${KEY_PREFIX}${connection}`;
}

function dayId(connection: string, day: string): string {
  return `${KEY_PREFIX}${connection}#${day}`;
}

/** Such as `2026-11-24`, UTC. */
function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** Every day from one time to another, both included. */
function daysBetween(fromMs: number, toMs: number): string[] {
  const days: string[] = [];
  for (let atMs = Math.floor(fromMs / DAY_MS) * DAY_MS; atMs <= toMs; atMs += DAY_MS) days.push(dayOf(atMs));
  return days;
}
