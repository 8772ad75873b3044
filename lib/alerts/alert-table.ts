import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { batchGet } from '../aws/batch-get.ts';
import { putRevision } from '../aws/put-revision.ts';
import { messageSchema } from '../domain/alert.ts';
import { type AlertMemory, alertMemorySchema } from './alert-memory.ts';

const KEY_PREFIX = 'alerts#';
/** No connection's id begins so. */
const DIGEST_KEY = `${KEY_PREFIX}_digest`;

/** A message that has not been sent to everybody yet. */
const waitingSchema = z.object({
  message: messageSchema,
  /** Who is still to get it. */
  to: z.array(z.string()).check(z.minLength(1)),
  /** When it is tried again for whom SES would not take it, in ms since the epoch; null for at once. */
  notBeforeMs: z._default(z.nullable(z.number()), null),
});
export type WaitingMessage = z.infer<typeof waitingSchema>;

const digestMemorySchema = z.object({
  /** When a digest was sent, or found unnecessary, last. */
  atMs: z.number(),
});
export type DigestMemory = z.infer<typeof digestMemorySchema>;

const storedSchema = z.object({
  id: z.string(),
  revision: z.catch(z.int(), 0),
  // What cannot be read is found out anew; what waits is kept, each for itself.
  memory: z.catch(z.nullable(alertMemorySchema), null),
  digest: z.catch(z.nullable(digestMemorySchema), null),
  outbox: z.catch(z.array(z.unknown()), []),
});

/** What is remembered of what was told, and what waits to be sent: one item, so that neither stands without the other. */
export interface Mailbox {
  readonly revision: number;
  readonly outbox: readonly WaitingMessage[];
}

export interface ConnectionMailbox extends Mailbox {
  /** Null before the connection was looked at for the first time. */
  readonly memory: AlertMemory | null;
}

export interface DigestMailbox extends Mailbox {
  /** Null before the first day. */
  readonly digest: DigestMemory | null;
}

const EMPTY = { revision: 0, outbox: [] } as const;

/** The alerts of each connection, and the digests: items in the state table. */
export class AlertTable {
  readonly #dynamodb: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(dynamodb: DynamoDBDocumentClient, tableName: string) {
    this.#dynamodb = dynamodb;
    this.#tableName = tableName;
  }

  /** Reads the mailboxes of connections, and that of the digests: one call per 100. Throws what DynamoDB throws. */
  async readAll(
    connections: readonly string[],
  ): Promise<{ of: (connection: string) => ConnectionMailbox; digests: DigestMailbox }> {
    const ids = [...connections.map(keyOf), DIGEST_KEY];
    const found = await batchGet(
      this.#dynamodb,
      this.#tableName,
      ids.map((id) => ({ id })),
      { isConsistent: true },
    );
    const items = new Map(found.map((item) => storedSchema.parse(item)).map((item) => [item.id, item]));
    const mailbox = (id: string) => {
      const item = items.get(id);
      if (!item) return { ...EMPTY, memory: null, digest: null };
      const outbox = item.outbox.flatMap((waiting) => waitingSchema.safeParse(waiting).data ?? []);
      return { ...item, outbox };
    };
    return { of: (connection) => mailbox(keyOf(connection)), digests: mailbox(DIGEST_KEY) };
  }

  /**
   * Writes a connection's mailbox, if it stands as it was read.
   *
   * @returns the mailbox as it stands now; null when somebody else has written it
   */
  write(connection: string, mailbox: ConnectionMailbox): Promise<ConnectionMailbox | null> {
    return this.#replace(keyOf(connection), mailbox);
  }

  /** The same, of the digests'. */
  writeDigests(mailbox: DigestMailbox): Promise<DigestMailbox | null> {
    return this.#replace(DIGEST_KEY, mailbox);
  }

  async #replace<M extends Mailbox>(id: string, mailbox: M): Promise<M | null> {
    const { revision } = mailbox;
    const isWritten = await putRevision(this.#dynamodb, this.#tableName, { id, revision, content: mailbox });
    return isWritten ? { ...mailbox, revision: revision + 1 } : null;
  }
}

function keyOf(connection: string): string {
  return `${KEY_PREFIX}${connection}`;
}
