import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { vi } from 'vitest';

/** Where an implementation of AWS answers, and as whom it is asked. */
export interface Endpoint {
  /** Null for AWS itself. */
  readonly url: string | null;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** An address that mail may be sent from; null has the suite verify one itself. */
  readonly sender: string | null;
  /** How long it may take until what was changed is seen everywhere; 0 where it is seen at once. */
  readonly settlingMs: number;
}

/** Clients to one implementation of AWS, and a table in it. */
export interface Cloud {
  readonly region: string;
  readonly sender: string | null;
  readonly secretsManager: SecretsManagerClient;
  readonly kms: KMSClient;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly ses: SESClient;
  readonly sesV2: SESv2Client;
  /** Keyed `id` and `sequence`, with the index `byDay` keyed `day` and `at`. */
  readonly tableName: string;
  /** Tries until it holds, for as long as changes may take until they are seen. */
  eventually<T>(check: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const TABLE_WAIT_S = 60;
const SETTLING_INTERVAL_MS = 250;

/** A name that nothing else has. */
export function uniqueName(): string {
  return `conformance-${randomUUID()}`;
}

/** The name of the error that a call is refused with; `not refused` if it is not. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'not refused';
  } catch (error) {
    return (error as Error).name;
  }
}

export async function openCloud(endpoint: Endpoint): Promise<Cloud> {
  const { url, region, credentials, sender, settlingMs } = endpoint;
  const settings = { region, credentials, ...(url === null ? {} : { endpoint: url }) };
  const dynamodb = new DynamoDBClient(settings);
  const cloud = {
    region,
    sender,
    secretsManager: new SecretsManagerClient(settings),
    kms: new KMSClient(settings),
    dynamodb: DynamoDBDocumentClient.from(dynamodb),
    // An endpoint on one machine has no name for each bucket.
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    ses: new SESClient(settings),
    sesV2: new SESv2Client(settings),
    tableName: uniqueName(),
    eventually: <T>(check: () => Promise<T>) =>
      settlingMs === 0 ? check() : vi.waitFor(check, { timeout: settlingMs, interval: SETTLING_INTERVAL_MS }),
  };
  await createTable(dynamodb, cloud.tableName);
  return {
    ...cloud,
    close: async () => {
      await dynamodb.send(new DeleteTableCommand({ TableName: cloud.tableName }));
      const { secretsManager, kms, s3, ses, sesV2 } = cloud;
      for (const client of [dynamodb, secretsManager, kms, s3, ses, sesV2]) client.destroy();
    },
  };
}

async function createTable(dynamodb: DynamoDBClient, TableName: string): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'sequence', AttributeType: 'N' },
        { AttributeName: 'day', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'id', KeyType: 'HASH' },
        { AttributeName: 'sequence', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byDay',
          KeySchema: [
            { AttributeName: 'day', KeyType: 'HASH' },
            { AttributeName: 'at', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: TABLE_WAIT_S }, { TableName });
}
