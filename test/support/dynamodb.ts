import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startDynamoDb } from '../../infra/local/aws/emulators.ts';

export const STATE_TABLE_NAME = 'state';
export const AUDIT_TABLE_NAME = 'audit';
export const BACKUP_TABLE_NAME = 'backups';

/** A DynamoDB in memory with the keeper's tables, empty. */
export async function startTablesDynamoDB(): Promise<{
  client: DynamoDBDocumentClient;
  origin: string;
  close: () => Promise<void>;
}> {
  const emulator = await startDynamoDb(null);
  const dynamodb = new DynamoDBClient({
    endpoint: emulator.origin,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  await createKeeperTables(dynamodb);
  return {
    client: DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    origin: emulator.origin,
    close: async () => {
      dynamodb.destroy();
      await emulator.close();
    },
  };
}

/** Creates the keeper's tables, empty. */
export async function createKeeperTables(dynamodb: DynamoDBClient): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName: STATE_TABLE_NAME,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await dynamodb.send(
    new CreateTableCommand({
      TableName: AUDIT_TABLE_NAME,
      AttributeDefinitions: [
        { AttributeName: 'connection', AttributeType: 'S' },
        { AttributeName: 'sequence', AttributeType: 'N' },
        { AttributeName: 'day', AttributeType: 'S' },
        { AttributeName: 'at', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'connection', KeyType: 'HASH' },
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
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await dynamodb.send(
    new CreateTableCommand({
      TableName: BACKUP_TABLE_NAME,
      AttributeDefinitions: [
        { AttributeName: 'connection', AttributeType: 'S' },
        { AttributeName: 'generation', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'connection', KeyType: 'HASH' },
        { AttributeName: 'generation', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}
