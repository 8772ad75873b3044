import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { SealedBackup } from './backup-envelope.ts';
import { inStore } from './backup-faults.ts';

/** A backup as DynamoDB holds it, one item per generation. The envelope is checked when it is opened. */
const backupItemSchema = z.object({
  connection: z.string(),
  generation: z.number(),
  envelope: z.catch(z.string(), ''),
  /** From when on DynamoDB may remove it, in s since the epoch; without it, never. */
  expiresAtS: z.catch(z.optional(z.number()), undefined),
});

export type BackupItem = z.infer<typeof backupItemSchema>;

/** One item has about 2 KB, and the first is nearly always the one that is wanted. */
const PAGE = 5;

/** The table of backups. It knows PutItem and Query, and the functions' roles allow nothing else. */
export class BackupTable {
  readonly #dynamodb: DynamoDBDocumentClient;
  readonly #tableName: string;
  readonly #name: string;

  constructor(dynamodb: DynamoDBDocumentClient, tableName: string) {
    this.#dynamodb = dynamodb;
    this.#tableName = tableName;
    this.#name = `the backup table ${tableName}`;
  }

  /**
   * Adds a backup; nothing that stands there is ever overwritten by it.
   *
   * @returns `taken` if something stands at its generation already, be it the very same
   * @throws {BackupUnusableError}
   */
  put({ header, text }: SealedBackup): Promise<'kept' | 'taken'> {
    const { connection, generation } = header;
    return inStore(this.#name, async () => {
      try {
        await this.#dynamodb.send(
          new PutCommand({
            TableName: this.#tableName,
            Item: { connection, generation, envelope: text },
            ConditionExpression: 'attribute_not_exists(generation) OR envelope = :envelope',
            ExpressionAttributeValues: { ':envelope': text },
          }),
        );
        return 'kept';
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return 'taken';
        throw error;
      }
    });
  }

  /**
   * Says from when on a backup may go.
   *
   * @throws {BackupUnusableError}
   */
  expire(item: BackupItem, expiresAtS: number): Promise<void> {
    return inStore(this.#name, async () => {
      await this.#dynamodb.send(
        new PutCommand({ TableName: this.#tableName, Item: { ...item, expiresAtS } }),
      );
    });
  }

  /** @throws {BackupUnusableError} */
  async get(connection: string, generation: number): Promise<BackupItem | null> {
    const { Items = [] } = await this.#query({
      KeyConditionExpression: '#connection = :connection AND generation = :generation',
      ExpressionAttributeValues: { ':connection': connection, ':generation': generation },
    });
    return Items[0] ? backupItemSchema.parse(Items[0]) : null;
  }

  /**
   * The backups of a connection, newest first, read as they are asked for.
   *
   * @throws {BackupUnusableError}
   */
  async *newestFirst(connection: string): AsyncGenerator<BackupItem, void> {
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const { Items = [], LastEvaluatedKey } = await this.#query({
        KeyConditionExpression: '#connection = :connection',
        ExpressionAttributeValues: { ':connection': connection },
        ScanIndexForward: false,
        Limit: PAGE,
        ExclusiveStartKey,
      });
      for (const item of Items) yield backupItemSchema.parse(item);
      ExclusiveStartKey = LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }

  #query(query: Omit<QueryCommandInput, 'TableName'>): Promise<QueryCommandOutput> {
    return inStore(this.#name, () =>
      this.#dynamodb.send(
        new QueryCommand({
          TableName: this.#tableName,
          // A reserved word of DynamoDB's.
          ExpressionAttributeNames: { '#connection': 'connection' },
          ConsistentRead: true,
          ...query,
        }),
      ),
    );
  }
}
