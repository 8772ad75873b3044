import { S3Client } from '@aws-sdk/client-s3';
import { onTestFinished } from 'vitest';
import { startS3 } from '../../../../../infra/local/aws/emulators.ts';

export const NOW_MS = Date.UTC(2040, 0, 1);
export const DAY_MS = 86_400_000;

/** A clock that a test moves. */
export interface TestClock {
  nowMs: number;
}

/** An S3 with a client to it, until the test ends. */
export async function openS3(path: string | null = null, clock: TestClock = { nowMs: NOW_MS }) {
  const s3 = await startS3(path, () => clock.nowMs);
  const client = new S3Client({
    endpoint: s3.origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  const close = async () => {
    client.destroy();
    await s3.close();
  };
  onTestFinished(close);
  return { s3, client, close };
}
