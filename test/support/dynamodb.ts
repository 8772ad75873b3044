import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startDynamoDb } from '../../infra/local/aws/emulators.ts';

export const STATE_TABLE_NAME = 'state';

/** A DynamoDB in memory with an empty state table. */
export async function startStateDynamoDB(): Promise<{
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
  await dynamodb.send(
    new CreateTableCommand({
      TableName: STATE_TABLE_NAME,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  return {
    client: DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    origin: emulator.origin,
    close: async () => {
      dynamodb.destroy();
      await emulator.close();
    },
  };
}
