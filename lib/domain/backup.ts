import * as z from 'zod/mini';
import { clientSecretSchema } from './client-secret.ts';
import { credentialSchema } from './credential.ts';

/** What a backup holds: all that it takes to mint, should every secret be lost. */
export const backupContentSchema = z.object({
  schemaVersion: z.literal(1),
  credential: credentialSchema,
  client: clientSecretSchema,
});

export type BackupContent = z.infer<typeof backupContentSchema>;

/** Where backups are kept. */
export const BACKUP_STORES = ['table', 'bucket'] as const;
export type BackupStore = (typeof BACKUP_STORES)[number];

/** How many generations are kept whatever their age, and how long one is kept at least. The bucket has the same rule. */
export const KEPT_GENERATIONS = 20;
export const KEPT_DAYS = 90;
const KEPT_MS = KEPT_DAYS * 86_400_000;

/**
 * When each backup of a connection may go: never while it is among the newest {@link KEPT_GENERATIONS}, and not before
 * {@link KEPT_DAYS} days are over. The newest generation is the one that was proven last, so it is always kept.
 *
 * @param backups in any order
 * @returns those that may go, and from when on, in ms since the epoch
 */
export function expiringBackups<B extends { readonly generation: number; readonly storedAtMs: number }>(
  backups: readonly B[],
): { backup: B; expiresAtMs: number }[] {
  return [...backups]
    .sort((a, b) => b.generation - a.generation)
    .slice(KEPT_GENERATIONS)
    .map((backup) => ({ backup, expiresAtMs: backup.storedAtMs + KEPT_MS }));
}

/** How soon to look again whether the backups are whole, and how soon after one could not be written. */
const CHECK_EVERY_MS = 6 * 3_600_000;
const TRY_AGAIN_MS = 5 * 60_000;

/** What is known of the backups of the running credential. */
export interface BackupState {
  /** Of the refresh token that was backed up. */
  readonly fingerprint: string;
  readonly stores: readonly BackupStore[];
  readonly checkedAtMs: number;
  readonly nextCheckAtMs: number;
}

/** @param stores where the credential is known to be kept now */
export function backupStateOf(
  fingerprint: string,
  stores: readonly BackupStore[],
  nowMs: number,
): BackupState {
  const isComplete = BACKUP_STORES.every((store) => stores.includes(store));
  const nextCheckAtMs = nowMs + (isComplete ? CHECK_EVERY_MS : TRY_AGAIN_MS);
  return { fingerprint, stores, checkedAtMs: nowMs, nextCheckAtMs };
}
