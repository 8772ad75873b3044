import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { putRevision } from '../aws/put-revision.ts';
import { KeeperError } from '../domain/errors.ts';
import {
  followIncidents,
  type Incident,
  type IncidentEvent,
  incidentSchema,
  openIncident,
} from '../domain/incident.ts';

/** Somebody else kept writing to the same incidents: the next attempt tells it again. */
export class IncidentContendedError extends KeeperError {
  readonly code = 'INCIDENT_CONTENDED';
}

const ATTEMPTS = 5;

/** What cannot be read is begun anew: an incident must never keep a refresh from happening. */
const itemSchema = z.object({
  revision: z.catch(z.int(), 0),
  incidents: z.catch(z.array(incidentSchema), []),
});

/** The latest incidents of each connection, newest first: one item per connection in the state table. */
export class IncidentLog {
  readonly #dynamodb: DynamoDBDocumentClient;
  readonly #tableName: string;

  constructor(dynamodb: DynamoDBDocumentClient, tableName: string) {
    this.#dynamodb = dynamodb;
    this.#tableName = tableName;
  }

  async read(connection: string): Promise<readonly Incident[]> {
    return (await this.#readItem(connection)).incidents;
  }

  /**
   * Writes down what happened, as far as it is news.
   *
   * @param known.tokenExpiresAtMs until when the published token is valid
   * @returns the incident that is open afterwards
   * @throws {IncidentContendedError} and what DynamoDB throws
   */
  async record(
    known: { connection: string; tokenExpiresAtMs: number | null },
    event: IncidentEvent,
  ): Promise<Incident | null> {
    const { connection } = known;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { revision, incidents } = await this.#readItem(connection);
      const followed = followIncidents(incidents, known, event);
      if (followed === incidents || (await this.#replace(connection, revision, followed))) {
        return openIncident(followed);
      }
    }
    throw new IncidentContendedError(
      `The incidents of "${connection}" were changed by others all the time. The next attempt writes them again.`,
    );
  }

  async #readItem(connection: string): Promise<z.infer<typeof itemSchema>> {
    const { Item } = await this.#dynamodb.send(
      new GetCommand({ TableName: this.#tableName, Key: keyOf(connection), ConsistentRead: true }),
    );
    return itemSchema.parse(Item ?? {});
  }

  #replace(connection: string, revision: number, incidents: readonly Incident[]): Promise<boolean> {
    return putRevision(this.#dynamodb, this.#tableName, {
      ...keyOf(connection),
      revision,
      content: { incidents },
    });
  }
}

function keyOf(connection: string): { id: string } {
  return { id: `incidents#${connection}` };
}
