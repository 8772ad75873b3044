import { InvalidExpressionError, type Item, meets, type Placeholders, updated } from './expressions.ts';
import type { WireAnswer } from './journey.ts';
import { Partition } from './partition.ts';
import type { Tables } from './tables.ts';

interface Table {
  readonly hashKey: string;
  readonly rangeKey: string | null;
  /** By the partition's key. */
  readonly partitions: Map<string, Partition>;
}

/** A request as DynamoDB's protocol writes it, as far as the keeper uses it. */
interface Input {
  readonly TableName: string;
  readonly KeySchema: readonly { AttributeName: string; KeyType: 'HASH' | 'RANGE' }[];
  readonly Key: Item;
  readonly Item: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression: string;
  readonly KeyConditionExpression: string;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
  readonly ReturnValues?: string;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly IndexName?: string;
  readonly ExclusiveStartKey?: Item;
  readonly RequestItems: Readonly<Record<string, { Keys: readonly Item[] }>>;
}

/**
 * A DynamoDB of what the keeper asks of it and no more, ten times as fast as dynalite. That the two answer alike is held
 * by test/support/faults/memory-tables.test.ts.
 */
export function memoryTables(): Tables {
  const tables = new Map<string, Table>();
  const operations: Readonly<Record<string, (input: Input) => object>> = {
    CreateTable({ TableName, KeySchema }) {
      const keyOf = (type: 'HASH' | 'RANGE') =>
        KeySchema.find(({ KeyType }) => KeyType === type)?.AttributeName;
      const hashKey = keyOf('HASH') ?? '';
      tables.set(TableName, { hashKey, rangeKey: keyOf('RANGE') ?? null, partitions: new Map() });
      return { TableDescription: { TableName } };
    },
    DeleteTable({ TableName }) {
      find(tables, TableName);
      tables.delete(TableName);
      return { TableDescription: { TableName } };
    },
    GetItem(input) {
      const item = placeOf(find(tables, input.TableName), input.Key).get();
      return item ? { Item: item } : {};
    },
    BatchGetItem: ({ RequestItems }) => ({
      Responses: Object.fromEntries(
        Object.entries(RequestItems).map(([name, { Keys }]) => [
          name,
          Keys.map((key) => placeOf(find(tables, name), key).get()).filter((item) => item !== undefined),
        ]),
      ),
      UnprocessedKeys: {},
    }),
    PutItem(input) {
      const place = placeOf(find(tables, input.TableName), input.Item);
      const before = place.get();
      requireCondition(input, before);
      place.set(input.Item);
      return answerOld(input, before);
    },
    UpdateItem(input) {
      const place = placeOf(find(tables, input.TableName), input.Key);
      const before = place.get();
      requireCondition(input, before);
      place.set(updated(input.UpdateExpression, before ?? input.Key, placeholdersOf(input)));
      return answerOld(input, before);
    },
    DeleteItem(input) {
      const place = placeOf(find(tables, input.TableName), input.Key);
      const before = place.get();
      requireCondition(input, before);
      place.remove();
      return answerOld(input, before);
    },
    Query: (input) => query(find(tables, input.TableName), input),
  };
  return {
    async call(operation, body) {
      try {
        const known = operations[operation] ?? refuse('UnknownOperationException', operation);
        return answerOf(200, known(JSON.parse(body)));
      } catch (error) {
        if (error instanceof InvalidExpressionError) return errorAnswer('ValidationException', error.message);
        if (error instanceof Refusal) return errorAnswer(error.code, error.message);
        throw error;
      }
    },
  };
}

class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function find(tables: ReadonlyMap<string, Table>, name: string): Table {
  return tables.get(name) ?? refuse('ResourceNotFoundException', 'Requested resource not found');
}

/** Where an item with these keys stands. */
function placeOf({ hashKey, rangeKey, partitions }: Table, keys: Item) {
  const hash = JSON.stringify(keys[hashKey]);
  const range = rangeKey === null ? '' : JSON.stringify(keys[rangeKey]);
  return {
    get: () => partitions.get(hash)?.get(range),
    set(item: Item) {
      const partition = partitions.get(hash) ?? new Partition(rangeKey);
      partition.set(range, item);
      partitions.set(hash, partition);
    },
    remove() {
      partitions.get(hash)?.remove(range);
    },
  };
}

function requireCondition(input: Input, before: Item | undefined): void {
  const { ConditionExpression } = input;
  if (ConditionExpression === undefined || meets(ConditionExpression, before ?? {}, placeholdersOf(input)))
    return;
  refuse('ConditionalCheckFailedException', 'The conditional request failed');
}

function answerOld({ ReturnValues }: Input, before: Item | undefined): object {
  return ReturnValues === 'ALL_OLD' && before ? { Attributes: before } : {};
}

/** Of a partition, in the order of its sort key. */
function query(table: Table, input: Input): object {
  const { IndexName, ScanIndexForward = true, Limit } = input;
  if (IndexName || table.rangeKey === null) throw new Error('this query is not known here');
  const placeholders = placeholdersOf(input);
  const partition = Object.values(placeholders.values)
    .map((value) => table.partitions.get(JSON.stringify(value)))
    .find((found) => found !== undefined);
  const page = partition ? pageOf(partition, input) : [];
  const last = page.at(-1);
  return {
    Count: page.length,
    ScannedCount: page.length,
    Items: page.map((item) => projected(input, item)),
    ...(last && page.length === Limit ? { LastEvaluatedKey: keysOf(table, last) } : {}),
  };

  function pageOf(within: Partition, { KeyConditionExpression, ExclusiveStartKey }: Input): Item[] {
    const items = within.from(lowestIn(input));
    if (!ScanIndexForward) items.reverse();
    const startsAfter = (item: Item) => {
      if (!ExclusiveStartKey) return true;
      const distance = within.sortKey(item) - within.sortKey(ExclusiveStartKey);
      return ScanIndexForward ? distance > 0 : distance < 0;
    };
    const matching: Item[] = [];
    for (const item of items) {
      if (matching.length === Limit) break;
      if (startsAfter(item) && meets(KeyConditionExpression, item, placeholders)) matching.push(item);
    }
    return matching;
  }
}

/** What the condition lets the sort key not be below: without it, all of the partition is looked at. */
function lowestIn({ KeyConditionExpression, ExpressionAttributeValues = {} }: Input): number {
  const { name = '' } = /\s>=?\s(?<name>:\w+)/.exec(KeyConditionExpression)?.groups ?? {};
  return Number(ExpressionAttributeValues[name]?.N ?? Number.NEGATIVE_INFINITY);
}

function projected({ ProjectionExpression, ExpressionAttributeNames = {} }: Input, item: Item): Item {
  if (ProjectionExpression === undefined) return item;
  const names = ProjectionExpression.split(',').map(
    (name) => ExpressionAttributeNames[name.trim()] ?? name.trim(),
  );
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
}

function keysOf({ hashKey, rangeKey }: Table, item: Item): object {
  return Object.fromEntries(
    [hashKey, rangeKey].flatMap((name) => (name === null ? [] : [[name, item[name]]])),
  );
}

function placeholdersOf({
  ExpressionAttributeNames = {},
  ExpressionAttributeValues = {},
}: Input): Placeholders {
  return { names: ExpressionAttributeNames, values: ExpressionAttributeValues };
}

function refuse(code: string, message: string): never {
  throw new Refusal(code, message);
}

function errorAnswer(code: string, message: string): WireAnswer {
  return answerOf(400, { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message });
}

function answerOf(status: number, body: object): WireAnswer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(body) };
}
