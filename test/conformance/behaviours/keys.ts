import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DisableKeyCommand,
  EnableKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { onTestFinished } from 'vitest';
import type { Cloud } from '../cloud.ts';

/** A key until the test ends. @returns its id */
export async function createKey({ kms }: Cloud, input: CreateKeyCommandInput = {}): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: 'conformance', ...input }));
  const KeyId = KeyMetadata?.KeyId as string;
  // A key that the test itself has scheduled cannot be scheduled again.
  onTestFinished(() => scheduleKeyDeletion({ kms }, KeyId).catch(() => {}));
  return KeyId;
}

export async function disableKey({ kms }: Cloud, KeyId: string): Promise<void> {
  await kms.send(new DisableKeyCommand({ KeyId }));
}

export async function enableKey({ kms }: Cloud, KeyId: string): Promise<void> {
  await kms.send(new EnableKeyCommand({ KeyId }));
}

export async function scheduleKeyDeletion({ kms }: Pick<Cloud, 'kms'>, KeyId: string): Promise<void> {
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
}
