import * as z from 'zod';
import type { MacAlgorithm } from './cryptography.ts';

const DAY_MS = 86_400_000;

/** The key specs that the twin has, with what each is for. @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html */
export const KEY_SPECS = {
  SYMMETRIC_DEFAULT: { keyUsage: 'ENCRYPT_DECRYPT', materialBytes: 32, macAlgorithm: null },
  HMAC_224: { keyUsage: 'GENERATE_VERIFY_MAC', materialBytes: 28, macAlgorithm: 'HMAC_SHA_224' },
  HMAC_256: { keyUsage: 'GENERATE_VERIFY_MAC', materialBytes: 32, macAlgorithm: 'HMAC_SHA_256' },
  HMAC_384: { keyUsage: 'GENERATE_VERIFY_MAC', materialBytes: 48, macAlgorithm: 'HMAC_SHA_384' },
  HMAC_512: { keyUsage: 'GENERATE_VERIFY_MAC', materialBytes: 64, macAlgorithm: 'HMAC_SHA_512' },
} as const satisfies Record<
  string,
  { keyUsage: KeyUsage; materialBytes: number; macAlgorithm: MacAlgorithm | null }
>;

export type KeyUsage = 'ENCRYPT_DECRYPT' | 'GENERATE_VERIFY_MAC';
export type KeySpec = keyof typeof KEY_SPECS;
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

export const keySpecSchema = z.enum(Object.keys(KEY_SPECS) as KeySpec[]);

export const keySchema = z.strictObject({
  id: z.string(),
  description: z.string(),
  keySpec: keySpecSchema,
  /** AWS for a key that a service owns, such as `alias/aws/secretsmanager`. */
  keyManager: z.enum(['AWS', 'CUSTOMER']),
  /** The key itself, in base64. */
  material: z.string(),
  createdAtMs: z.number(),
  enabled: z.boolean(),
  /** When a key that is pending deletion goes. */
  deletionAtMs: z.number().nullable(),
  rotation: z.strictObject({ periodInDays: z.number(), startedAtMs: z.number() }).nullable(),
});

export type Key = z.infer<typeof keySchema>;

export function keyStateOf({ deletionAtMs, enabled }: Key): KeyState {
  if (deletionAtMs !== null) return 'PendingDeletion';
  return enabled ? 'Enabled' : 'Disabled';
}

export function materialOf(key: Key): Buffer {
  return Buffer.from(key.material, 'base64');
}

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html */
export function keyMetadataOf(key: Key, arn: string, accountId: string): object {
  const { keyUsage, macAlgorithm } = KEY_SPECS[key.keySpec];
  return {
    AWSAccountId: accountId,
    KeyId: key.id,
    Arn: arn,
    CreationDate: epochSeconds(key.createdAtMs),
    Enabled: keyStateOf(key) === 'Enabled',
    Description: key.description,
    KeyUsage: keyUsage,
    KeyState: keyStateOf(key),
    ...(key.deletionAtMs !== null && { DeletionDate: epochSeconds(key.deletionAtMs) }),
    Origin: 'AWS_KMS',
    KeyManager: key.keyManager,
    CustomerMasterKeySpec: key.keySpec,
    KeySpec: key.keySpec,
    ...(macAlgorithm ? { MacAlgorithms: [macAlgorithm] } : { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] }),
    MultiRegion: false,
  };
}

/**
 * The rotation as it counts now: a key that is pending deletion is not rotated, and is again after a cancellation.
 *
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
 */
export function rotationStatusOf(key: Key, nowMs: number): object {
  const { id, rotation, deletionAtMs } = key;
  if (!rotation || deletionAtMs !== null) return { KeyId: id, KeyRotationEnabled: false };
  const periodMs = rotation.periodInDays * DAY_MS;
  const rotations = Math.floor((nowMs - rotation.startedAtMs) / periodMs);
  return {
    KeyId: id,
    KeyRotationEnabled: true,
    RotationPeriodInDays: rotation.periodInDays,
    NextRotationDate: epochSeconds(rotation.startedAtMs + (rotations + 1) * periodMs),
  };
}

export function daysLater(nowMs: number, days: number): number {
  return nowMs + days * DAY_MS;
}

/** AWS JSON's form of a time. */
export function epochSeconds(ms: number): number {
  return ms / 1000;
}
