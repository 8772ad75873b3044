import { KMSClient } from '@aws-sdk/client-kms';

/** Bounded as every AWS call is (lib/aws/clients.ts): the SDK's standard retries, well inside a function's own time. */
export function createKmsClient(): KMSClient {
  return new KMSClient({
    retryMode: 'standard',
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
}
