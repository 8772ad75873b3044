import * as z from 'zod';
import { AwsError, type AwsService } from './service.ts';

const errorSchema = z.object({ __type: z.string(), message: z.string().default('') });
const SIGNATURE =
  'AWS4-HMAC-SHA256 Credential=operator/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

/** Calls a DynamoDB stand-in directly; it checks that a request is signed, but not the signature. */
export function createDynamoDbService(origin: string): AwsService {
  return async ({ operation, input }) => {
    const response = await fetch(origin, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization: SIGNATURE,
      },
      body: JSON.stringify(input),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer as object;
    const { __type, message } = errorSchema.parse(answer);
    throw new AwsError(__type.slice(__type.indexOf('#') + 1), message, response.status);
  };
}
