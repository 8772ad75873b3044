import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pThrottle from 'p-throttle';

/** As many connections as are worked on at a time: a request that waits for a socket would run into its time-out. */
const SOCKETS = { keepAlive: true, maxSockets: 100 };

/**
 * How every AWS call is bounded: the SDK's standard retries, and time-outs well inside a function's own. Three tries of
 * 5 s and their pauses end before a lease of 150 s does.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const BOUNDED = {
  retryMode: 'standard',
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    throwOnRequestTimeout: true,
    httpAgent: SOCKETS,
    httpsAgent: SOCKETS,
  },
} as const;

/**
 * Secrets Manager takes 50 writes per second from a whole account and region, and AWS does not raise it. Two functions
 * of 20 each leave room for others; a token that is minted and then refused by a throttle would be a mint for nothing.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export const SECRET_WRITES_PER_S = 20;
const SECRET_WRITES: ReadonlySet<string> = new Set([
  'PutSecretValueCommand',
  'UpdateSecretVersionStageCommand',
  'CreateSecretCommand',
  'RestoreSecretCommand',
  'UpdateSecretCommand',
]);

export function createSecretsManagerClient(): SecretsManagerClient {
  const client = new SecretsManagerClient(BOUNDED);
  const takeTurn = pThrottle({ limit: SECRET_WRITES_PER_S, interval: 1_000 })(() => {});
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (SECRET_WRITES.has(commandName ?? '')) await takeTurn();
        return next(args);
      },
    { step: 'initialize', name: 'limitSecretWrites' },
  );
  return client;
}

export function createDynamoDBClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(BOUNDED), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

/** Told of when all else is done: whoever waits for it must not wait for long, and an event that is lost does no harm. */
export function createEventBridgeClient(): EventBridgeClient {
  return new EventBridgeClient({
    ...BOUNDED,
    maxAttempts: 2,
    requestHandler: { ...BOUNDED.requestHandler, connectionTimeout: 1_000, requestTimeout: 1_500 },
  });
}

export function createKmsClient(): KMSClient {
  return new KMSClient(BOUNDED);
}

export function createSesClient(): SESClient {
  return new SESClient(BOUNDED);
}

export function createS3Client(): S3Client {
  return new S3Client(BOUNDED);
}

export function createSesV2Client(): SESv2Client {
  return new SESv2Client(BOUNDED);
}
