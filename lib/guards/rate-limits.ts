import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';

/** A window begins with its first request and lasts for an hour. */
export const RATE_WINDOW_MS = 3_600_000;

/** Whose requests for what are counted together, and how many may come in a window. */
export interface RateLimit {
  readonly operation: string;
  /** The subject of the admin's token. */
  readonly admin: string;
  readonly perHour: number;
}

export type RateDecision = { kind: 'allowed' } | { kind: 'limited'; freeAtMs: number };

const windowSchema = z.object({ windowEndsAtMs: z.number() });

/** How often each admin did what, in the state table. Every decision is one conditional write. */
export class RateLimits {
  readonly #dynamodb: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(dynamodb: DynamoDBDocumentClient, tableName: string) {
    this.#dynamodb = dynamodb;
    this.#tableName = tableName;
  }

  /** Counts one request in, if there is room. Requests side by side never get more than the limit together. */
  async take(limit: RateLimit, nowMs: number): Promise<RateDecision> {
    if (await this.#beginWindow(limit, nowMs)) return { kind: 'allowed' };
    if (await this.#countIn(limit, nowMs)) return { kind: 'allowed' };
    return { kind: 'limited', freeAtMs: await this.#windowEnd(limit, nowMs) };
  }

  /** A window that is over counts as none: DynamoDB deletes expired items days late. */
  #beginWindow(limit: RateLimit, nowMs: number): Promise<boolean> {
    return this.#update(limit, {
      UpdateExpression: 'SET windowEndsAtMs = :end, taken = :one, expiresAtS = :expires',
      ConditionExpression:
        'NOT attribute_type(windowEndsAtMs, :number) OR windowEndsAtMs <= :now OR windowEndsAtMs > :end',
      ExpressionAttributeValues: {
        ':number': 'N',
        ':now': nowMs,
        ':end': nowMs + RATE_WINDOW_MS,
        ':one': 1,
        ':expires': Math.ceil((nowMs + RATE_WINDOW_MS) / 1_000),
      },
    });
  }

  #countIn(limit: RateLimit, nowMs: number): Promise<boolean> {
    return this.#update(limit, {
      UpdateExpression: 'SET taken = taken + :one',
      ConditionExpression: 'windowEndsAtMs > :now AND taken < :limit',
      ExpressionAttributeValues: { ':one': 1, ':now': nowMs, ':limit': limit.perHour },
    });
  }

  async #windowEnd(limit: RateLimit, nowMs: number): Promise<number> {
    const { Item } = await this.#dynamodb.send(
      new GetCommand({ TableName: this.#tableName, Key: keyOf(limit), ConsistentRead: true }),
    );
    return windowSchema.safeParse(Item).data?.windowEndsAtMs ?? nowMs + RATE_WINDOW_MS;
  }

  async #update(
    limit: RateLimit,
    update: {
      UpdateExpression: string;
      ConditionExpression: string;
      ExpressionAttributeValues: Record<string, unknown>;
    },
  ): Promise<boolean> {
    try {
      await this.#dynamodb.send(
        new UpdateCommand({ TableName: this.#tableName, Key: keyOf(limit), ...update }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function keyOf({ operation, admin }: RateLimit): { id: string } {
  return { id: `rate#${operation}#${admin}` };
}
