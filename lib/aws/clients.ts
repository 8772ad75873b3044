import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * How every AWS call is bounded: the SDK's standard retries, and time-outs well inside a function's own. Three tries of
 * 5 s and their pauses end before a lease of 150 s does.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const BOUNDED = {
  retryMode: 'standard',
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
} as const;

export function createSecretsManagerClient(): SecretsManagerClient {
  return new SecretsManagerClient(BOUNDED);
}

export function createDynamoDBClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(BOUNDED), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

/** The name of an AWS error, such as `AccessDeniedException`: stable and without a value in it. */
export function awsErrorName(error: unknown): string {
  return error instanceof Error ? error.name : 'UnknownError';
}
