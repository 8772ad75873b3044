import type { BackupStore } from '../domain/backup.ts';
import { type BackupHeader, readBackupHeader } from './backup-envelope.ts';
import { asBackupFault, type BackupUnusableError } from './backup-faults.ts';
import type { Backups } from './backups.ts';
import { placeOfFile, placeOfItem } from './find-backups.ts';

/** A backup as far as it can be told without its key. */
export type ListedBackup =
  | { readonly kind: 'readable'; readonly store: BackupStore; readonly header: BackupHeader }
  | { readonly kind: 'unreadable'; readonly store: BackupStore; readonly fault: BackupUnusableError };

/** Lists the backups of a connection, without opening any. A store that cannot be read is one unreadable entry. */
export async function listBackups(
  { table, bucket }: Pick<Backups, 'table' | 'bucket'>,
  connection: string,
): Promise<ListedBackup[]> {
  const list = async <T>(
    store: BackupStore,
    entries: AsyncIterable<T>,
    headerOf: (entry: T) => Promise<BackupHeader>,
  ) => {
    const listed: ListedBackup[] = [];
    try {
      for await (const entry of entries) listed.push(await readable(store, () => headerOf(entry)));
    } catch (error) {
      listed.push({ kind: 'unreadable', store, fault: asBackupFault(error) });
    }
    return listed;
  };
  const [inTable, inBucket] = await Promise.all([
    list('table', table.newestFirst(connection), async (item) =>
      readBackupHeader(item.envelope, placeOfItem(item)),
    ),
    list('bucket', bucket.newestFirst(connection), async (file) =>
      readBackupHeader(await file.read(), placeOfFile(connection, file)),
    ),
  ]);
  return [...inTable, ...inBucket];
}

async function readable(store: BackupStore, read: () => Promise<BackupHeader>): Promise<ListedBackup> {
  try {
    return { kind: 'readable', store, header: await read() };
  } catch (error) {
    return { kind: 'unreadable', store, fault: asBackupFault(error) };
  }
}
