import { isDeepStrictEqual } from 'node:util';
import { BACKUP_STORES, type BackupContent, type BackupStore, expiringBackups } from '../domain/backup.ts';
import { readBackupHeader, type SealedBackup, sealBackup } from './backup-envelope.ts';
import { asBackupFault, type BackupUnusableError } from './backup-faults.ts';
import type { BackupItem, BackupTable } from './backup-table.ts';
import type { Backups } from './backups.ts';
import { bucketBackups, openItemOf, placeOfItem } from './find-backups.ts';
import { firstOf } from './streams.ts';

/** What became of one copy: `taken` if another credential stands at its place, which is left as it is. */
export type KeptCopy =
  /** Whether it was written just now. */
  | { readonly kind: 'kept'; readonly isNew: boolean }
  | { readonly kind: 'taken' }
  | { readonly kind: 'failed'; readonly fault: BackupUnusableError };

/** What became of both copies of a backup. */
export type KeptBackup = Readonly<Record<BackupStore, KeptCopy>>;

/**
 * Backs a credential up in both stores, each whatever becomes of the other; what is there already stays. Never throws.
 */
export async function keepBackup(
  backups: Backups,
  content: BackupContent,
  nowMs: number,
): Promise<KeptBackup> {
  let sealed: SealedBackup;
  try {
    sealed = await sealBackup(backups.kms, backups.keyId, content, nowMs);
  } catch (error) {
    const failed = failedCopy(error);
    return { table: failed, bucket: failed };
  }
  const table = await keepInTable(backups, sealed, content).catch(failedCopy);
  // A generation that is another's is that one's in the bucket too.
  if (table.kind === 'taken') return { table, bucket: table };
  return { table, bucket: await keepInBucket(backups, sealed, content).catch(failedCopy) };
}

/** The stores that hold the credential. */
export function storesOf(kept: KeptBackup): BackupStore[] {
  return BACKUP_STORES.filter((store) => kept[store].kind === 'kept');
}

/** The stores that it was written to just now. */
export function newStoresOf(kept: KeptBackup): BackupStore[] {
  return BACKUP_STORES.filter((store) => {
    const copy = kept[store];
    return copy.kind === 'kept' && copy.isNew;
  });
}

async function keepInTable(
  backups: Backups,
  sealed: SealedBackup,
  content: BackupContent,
): Promise<KeptCopy> {
  const { connection, generation } = sealed.header;
  if ((await backups.table.put(sealed)) === 'taken') {
    const standing = await openItemOf(backups, connection, generation);
    if (standing?.kind === 'unusable' && isPassing(standing.fault)) throw standing.fault;
    const isSame = standing?.kind === 'usable' && isDeepStrictEqual(standing.content, content);
    return isSame ? { kind: 'kept', isNew: false } : { kind: 'taken' };
  }
  // A backup that stays for longer than it has to does no harm.
  await letOldGo(backups.table, connection).catch(() => {});
  return { kind: 'kept', isNew: true };
}

/** The newest version has to be the one that runs: it is the first that a recovery takes. */
async function keepInBucket(
  backups: Backups,
  sealed: SealedBackup,
  content: BackupContent,
): Promise<KeptCopy> {
  const newest = await firstOf(bucketBackups(backups, sealed.header.connection));
  if (newest?.kind === 'unusable' && isPassing(newest.fault)) throw newest.fault;
  const isSame = newest?.kind === 'usable' && isDeepStrictEqual(newest.content, content);
  if (!isSame) await backups.bucket.put(sealed);
  return { kind: 'kept', isNew: !isSame };
}

/**
 * Only what takes the place of an old one lets it go, so the last ones stay for ever. What is no backup, or another's,
 * takes nobody's place, and is left as it is.
 */
async function letOldGo(table: BackupTable, connection: string): Promise<void> {
  const items: (BackupItem & { storedAtMs: number })[] = [];
  for await (const item of table.newestFirst(connection)) {
    const storedAtMs = storedAtOf(item);
    if (storedAtMs !== null) items.push({ ...item, storedAtMs });
  }
  for (const { backup, expiresAtMs } of expiringBackups(items)) {
    if (backup.expiresAtS !== undefined) continue;
    const { storedAtMs, ...item } = backup;
    await table.expire(item, Math.ceil(expiresAtMs / 1_000));
  }
}

function storedAtOf(item: BackupItem): number | null {
  try {
    return Date.parse(readBackupHeader(item.envelope, placeOfItem(item)).storedAt);
  } catch {
    return null;
  }
}

/** Faults that say nothing of the backup itself. */
function isPassing({ code }: BackupUnusableError): boolean {
  return code === 'BACKUP_UNREADABLE' || code === 'BACKUP_REFUSED' || code === 'BACKUP_STORE_MISSING';
}

function failedCopy(error: unknown): KeptCopy {
  return { kind: 'failed', fault: asBackupFault(error) };
}
