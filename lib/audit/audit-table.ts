import { setTimeout as delay } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { AuditEntry } from '../domain/audit-entry.ts';
import { type AuditRecord, auditItemSchema, toAuditItem } from './audit-item.ts';
import { type AuditFilter, type AuditPage, listNewestFirst, type QueryAnswer } from './audit-listing.ts';
import { type ChainedEntry, type ChainHead, linkEntry } from './chain.ts';
import { AuditContendedError, AuditUnavailableError } from './errors.ts';

/** How often an entry looks for a place: fifty writers at once all find one within this. */
const APPEND_TRIES = 40;
/** Writers that collided spread over a growing time, in which each needs a few ms. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 250;
/** As many as are read at once; a head that is further behind is looked up anew. */
const FEW_ENTRIES = 100;
/** The last seal is mostly within this many entries of the chain's end: a day's. */
const BACKWARDS_PAGE = 100;

const headSchema = z.object({ sequence: z.int().check(z.positive()), hash: z.string() });

/**
 * The audit: one chain of entries per connection. It knows PutItem and Query and nothing else, and the functions' roles
 * allow nothing else (docs/adr/0011-audit-chain.md).
 */
export class AuditTable {
  readonly #dynamodb: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(dynamodb: DynamoDBDocumentClient, tableName: string) {
    this.#dynamodb = dynamodb;
    this.#tableName = tableName;
  }

  /**
   * Adds an entry to the end of its connection's chain. One call when `after` is the end; another writer's entry is never
   * overwritten. An entry that a lost answer left behind is recognised as ours, also when the caller tries again with
   * the same `after`.
   *
   * A head that is ahead of the table (which was restored to an earlier time) is believed: the entry goes where it
   * belongs and leaves a gap, because entries did stand there and are gone. Verification names the gap.
   *
   * @param after the end of the chain as it was last seen, which may be behind; null looks for it
   * @returns the new end
   * @throws {AuditUnavailableError} the entry may stand or not
   * @throws {AuditContendedError} the entry does not stand
   */
  async append(entry: AuditEntry, after: ChainHead | null): Promise<ChainHead> {
    const { connection } = entry;
    let chained = linkEntry(entry, after ?? (await this.#findHead(connection)));
    for (let tries = 1; tries <= APPEND_TRIES; tries += 1) {
      if ((await this.#put(chained)) === 'stands') return headOf(chained);
      await pause(tries);
      const { first, newest } = await this.#headsFrom(connection, chained.sequence);
      if (first?.hash === chained.hash) return headOf(chained);
      chained = linkEntry(entry, newest);
    }
    throw new AuditContendedError(
      `The audit chain of ${connection} had no place for an entry in ${APPEND_TRIES} tries: too many write to it at once. Try again; if it lasts, look for what writes so much.`,
    );
  }

  /**
   * The last entry of a chain; null for an empty one.
   *
   * @throws {AuditUnavailableError}
   */
  async readHead(connection: string): Promise<AuditRecord | null> {
    const { Items } = await this.#query(chainOf(connection, { ScanIndexForward: false, Limit: 1 }));
    return Items[0] === undefined ? null : this.#parse(auditItemSchema, connection, Items[0]);
  }

  /**
   * What has come to a chain after a sequence, oldest first: {@link FEW_ENTRIES} at most. What is no entry is left out:
   * verification names it.
   *
   * @throws {AuditUnavailableError}
   */
  async readAfter(connection: string, sequence: number): Promise<AuditRecord[]> {
    const { Items } = await this.#query({
      ...chainOf(connection, { Limit: FEW_ENTRIES }),
      KeyConditionExpression: '#connection = :connection AND #sequence > :sequence',
      ExpressionAttributeNames: { '#connection': 'connection', '#sequence': 'sequence' },
      ExpressionAttributeValues: { ':connection': connection, ':sequence': sequence },
    });
    return Items.flatMap((item) => auditItemSchema.safeParse(item).data ?? []);
  }

  /**
   * Every entry of a chain, oldest first, as it lies there: what is to be verified must not be tidied before.
   *
   * @throws {AuditUnavailableError}
   */
  readChain(connection: string): AsyncGenerator<unknown, void> {
    return this.#readAll(chainOf(connection));
  }

  /**
   * The entries of a chain as {@link readChain} gives them, but newest first.
   *
   * @throws {AuditUnavailableError}
   */
  readChainBackwards(connection: string): AsyncGenerator<unknown, void> {
    return this.#readAll(chainOf(connection, { ScanIndexForward: false, Limit: BACKWARDS_PAGE }));
  }

  async *#readAll(query: Partial<QueryCommandInput>): AsyncGenerator<unknown, void> {
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await this.#query({ ...query, ExclusiveStartKey });
      yield* page.Items;
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  /**
   * A page of entries, newest first: of one chain, or of all of them by day. The index by day may be a second behind.
   *
   * @param filter as an admin gave it; a cursor that is not of this very search is an outcome
   * @throws {AuditUnavailableError}
   */
  async newestFirst(filter: AuditFilter, nowMs: number): Promise<AuditPage | { kind: 'invalidCursor' }> {
    return listNewestFirst((input) => this.#query(input), filter, nowMs);
  }

  async #put(chained: ChainedEntry): Promise<'stands' | 'taken'> {
    const put = new PutCommand({
      TableName: this.#tableName,
      Item: toAuditItem(chained),
      // Of the very key that is put: nobody's entry is there yet.
      ConditionExpression: 'attribute_not_exists(#connection)',
      ExpressionAttributeNames: { '#connection': 'connection' },
    });
    try {
      await this.#dynamodb.send(put);
      return 'stands';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'taken';
      throw AuditUnavailableError.byAws(this.#tableName, error);
    }
  }

  /** What stands at a sequence, and the end of the chain: one call when not much has come since. */
  async #headsFrom(
    connection: string,
    sequence: number,
  ): Promise<{ first: ChainHead | null; newest: ChainHead | null }> {
    const { Items, LastEvaluatedKey } = await this.#query({
      ...chainOf(connection, { Limit: FEW_ENTRIES }),
      KeyConditionExpression: '#connection = :connection AND #sequence >= :sequence',
      ProjectionExpression: '#sequence, #hash',
      ExpressionAttributeNames: { '#connection': 'connection', '#sequence': 'sequence', '#hash': 'hash' },
      ExpressionAttributeValues: { ':connection': connection, ':sequence': sequence },
    });
    const heads = Items.map((item) => this.#parse(headSchema, connection, item));
    const newest = LastEvaluatedKey ? null : heads.at(-1);
    return { first: heads[0] ?? null, newest: newest ?? (await this.#findHead(connection)) };
  }

  async #findHead(connection: string): Promise<ChainHead | null> {
    const { Items } = await this.#query(chainOf(connection, { ScanIndexForward: false, Limit: 1 }));
    return Items[0] === undefined ? null : this.#parse(headSchema, connection, Items[0]);
  }

  async #query(input: Omit<QueryCommandInput, 'TableName'>): Promise<QueryAnswer> {
    try {
      const query = new QueryCommand({ ...input, TableName: this.#tableName });
      const { Items = [], LastEvaluatedKey } = await this.#dynamodb.send(query);
      return { Items, LastEvaluatedKey };
    } catch (error) {
      throw AuditUnavailableError.byAws(this.#tableName, error);
    }
  }

  #parse<T>(schema: z.core.$ZodType<T>, connection: string, item: unknown): T {
    const result = z.safeParse(schema, item);
    if (result.success) return result.data;
    throw new AuditUnavailableError(
      `The audit table ${this.#tableName} holds something in the chain of ${connection} that is no entry. Run "npm run audit:verify -- --connection ${connection}" to see where (docs/audit.md).`,
      { cause: result.error },
    );
  }
}

/** A query over one chain, oldest first, that misses nothing that stands. */
function chainOf(connection: string, options: Partial<QueryCommandInput> = {}): Partial<QueryCommandInput> {
  return {
    KeyConditionExpression: '#connection = :connection',
    ExpressionAttributeNames: { '#connection': 'connection' },
    ExpressionAttributeValues: { ':connection': connection },
    ConsistentRead: true,
    ...options,
  };
}

function headOf({ sequence, hash }: ChainHead): ChainHead {
  return { sequence, hash };
}

async function pause(tries: number): Promise<void> {
  await delay(Math.random() * Math.min(FIRST_PAUSE_MS * 2 ** (tries - 1), LONGEST_PAUSE_MS));
}
