import { createHash, randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';

/** Longer than a person needs for a consent, shorter than a link in a chat is forgotten. */
export const STATE_LIFETIME_MS = 10 * 60_000;

/** 256 bits. */
const STATE_BYTES = 32;
/** What {@link issueState} makes: the connection's id, and the secret part in base64url. */
const STATE = /^([a-z][a-z0-9-]{0,39})\.([A-Za-z0-9_-]{43})$/;

const pendingAuthorizationSchema = z.object({
  connection: z.string(),
  stateHash: z.string(),
  expiresAtMs: z.number(),
  /** The admin who asked: the consent is theirs in the audit. */
  adminId: z.string(),
  adminName: z.nullable(z.string()),
  reason: z.string(),
  /** Where Zoho was told to redirect to; the exchange has to repeat it (RFC 6749, section 4.1.3). */
  redirectUri: z.url(),
  /** The organisation that the admin asked for by name; null keeps the one that is pinned. */
  expectedOrganizationId: z.nullable(z.string()),
});

/** A consent that an admin asked for and that has not come yet. */
export type PendingAuthorization = z.infer<typeof pendingAuthorizationSchema>;

/** The OAuth state: goes to Zoho and comes back once. Its hash is what is stored. */
export interface IssuedState {
  readonly state: string;
  readonly stateHash: string;
}

/**
 * A new state. It names the connection so that one item per connection is enough, whose next request voids this one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-10.12
 */
export function issueState(connection: string): IssuedState {
  const state = `${connection}.${randomBytes(STATE_BYTES).toString('base64url')}`;
  return { state, stateHash: hashOf(state) };
}

/** The connection that a state is for; null for anything that {@link issueState} cannot have made. */
export function connectionOfState(state: string): string | null {
  return STATE.exec(state)?.[1] ?? null;
}

/** The consents that are asked for, one per connection, in the state table. */
export class PendingAuthorizations {
  readonly #dynamodb: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(dynamodb: DynamoDBDocumentClient, tableName: string) {
    this.#dynamodb = dynamodb;
    this.#tableName = tableName;
  }

  /** Remembers a request. An earlier one for the same connection is void from now on. */
  async put(pending: PendingAuthorization): Promise<void> {
    await this.#dynamodb.send(
      new PutCommand({
        TableName: this.#tableName,
        Item: {
          ...keyOf(pending.connection),
          ...pending,
          expiresAtS: Math.ceil(pending.expiresAtMs / 1_000),
        },
      }),
    );
  }

  /**
   * Takes the request that a state belongs to, which nobody can take again: one conditional delete.
   *
   * @returns null for a state that is unknown, used, expired or void
   */
  async consume(state: string, nowMs: number): Promise<PendingAuthorization | null> {
    const connection = connectionOfState(state);
    if (connection === null) return null;
    try {
      const { Attributes } = await this.#dynamodb.send(
        new DeleteCommand({
          TableName: this.#tableName,
          Key: keyOf(connection),
          ConditionExpression: 'stateHash = :hash AND expiresAtMs > :now',
          ExpressionAttributeValues: { ':hash': hashOf(state), ':now': nowMs },
          ReturnValues: 'ALL_OLD',
        }),
      );
      return pendingAuthorizationSchema.parse(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return null;
      throw error;
    }
  }
}

/** A hash without salt is enough for 256 random bits. */
function hashOf(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}

function keyOf(connection: string): { id: string } {
  return { id: `authorization#${connection}` };
}
