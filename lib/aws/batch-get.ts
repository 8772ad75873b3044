import { setTimeout as delay } from 'node:timers/promises';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { KeeperError } from '../domain/errors.ts';

/** DynamoDB's limit of keys in one BatchGetItem. */
const KEYS_PER_CALL = 100;
/** How often, and after what pauses at first, what DynamoDB handed back is asked for again. */
const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 50;

type Keys = readonly Record<string, unknown>[];

/** DynamoDB keeps handing back a part of what is read: the table is throttled. */
export class StateThrottledError extends KeeperError {
  readonly code = 'STATE_THROTTLED';
}

/**
 * Reads many items of a table: one call per 100.
 *
 * @param options.isConsistent whether what was written a moment ago has to be seen, at twice the price
 * @returns those that are there, in any order
 * @throws {StateThrottledError} and what DynamoDB throws
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export async function batchGet(
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  keys: Keys,
  { isConsistent = false }: { isConsistent?: boolean } = {},
): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_CALL) {
    const Keys = keys.slice(start, start + KEYS_PER_CALL);
    items.push(...(await getAll(dynamodb, tableName, { Keys, ConsistentRead: isConsistent })));
  }
  return items;
}

async function getAll(
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  wanted: { Keys: Record<string, unknown>[]; ConsistentRead: boolean },
): Promise<unknown[]> {
  const items: unknown[] = [];
  let request: BatchGetCommandInput['RequestItems'] = { [tableName]: wanted };
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt > 0) await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (1 + Math.random()));
    const answer: BatchGetCommandOutput = await dynamodb.send(new BatchGetCommand({ RequestItems: request }));
    items.push(...(answer.Responses?.[tableName] ?? []));
    request = answer.UnprocessedKeys;
    if (!request || Object.keys(request).length === 0) return items;
  }
  throw new StateThrottledError(
    `The state table ${tableName} is throttled: DynamoDB hands back a part of every read. It is tried again by itself; if it lasts, look at the table's capacity.`,
  );
}
