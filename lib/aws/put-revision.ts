import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

/**
 * Puts an item as the revision after the one that was read, unless somebody else has put one meanwhile. A revision that is
 * no number was put by nobody of ours, and stops no one.
 *
 * @param item.revision what was read; 0 for an item that was not there
 * @param item.content its other attributes
 * @returns whether it stands. Throws what else DynamoDB throws.
 */
export async function putRevision(
  dynamodb: DynamoDBDocumentClient,
  tableName: string,
  { id, revision, content }: { id: string; revision: number; content: object },
): Promise<boolean> {
  try {
    await dynamodb.send(
      new PutCommand({
        TableName: tableName,
        Item: { ...content, id, revision: revision + 1 },
        ConditionExpression:
          'attribute_not_exists(revision) OR NOT attribute_type(revision, :number) OR revision = :revision',
        ExpressionAttributeValues: { ':revision': revision, ':number': 'N' },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
