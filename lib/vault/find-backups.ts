import type { BackupContent, BackupStore } from '../domain/backup.ts';
import type { BackupFile } from './backup-bucket.ts';
import { openBackup, readBackupHeader } from './backup-envelope.ts';
import { asBackupFault, type BackupUnusableError } from './backup-faults.ts';
import type { BackupItem } from './backup-table.ts';
import type { Backups } from './backups.ts';
import { firstOf, next } from './streams.ts';

/** A backup that was found, opened or not. */
export type FoundBackup =
  | { readonly kind: 'usable'; readonly store: BackupStore; readonly content: BackupContent }
  | { readonly kind: 'unusable'; readonly store: BackupStore; readonly fault: BackupUnusableError };

/**
 * The backups of a connection, the newest generation first, wherever it is kept; read as they are asked for. One that
 * cannot be used is named, and so is a store that cannot be read.
 *
 * @throws nothing: a fault is an element
 */
export async function* newestBackups(
  backups: Backups,
  connection: string,
): AsyncGenerator<FoundBackup, void> {
  const streams = [tableBackups(backups, connection), bucketBackups(backups, connection)];
  const heads = await Promise.all(streams.map((stream) => next(stream)));
  for (;;) {
    const index = newestOf(heads);
    const head = heads[index];
    const stream = streams[index];
    if (!head || !stream) return;
    yield head;
    heads[index] = await next(stream);
  }
}

/**
 * The backup of one generation, from the table or else the bucket.
 *
 * @returns null when neither has it; the fault when one has, or may have, and it cannot be used
 */
export async function findBackup(
  backups: Backups,
  connection: string,
  generation: number,
): Promise<FoundBackup | null> {
  const inTable = await findBackupIn('table', backups, connection, generation);
  if (inTable?.kind === 'usable') return inTable;
  const inBucket = await findBackupIn('bucket', backups, connection, generation);
  return inBucket?.kind === 'usable' ? inBucket : (inTable ?? inBucket);
}

/** The backup of one generation in one store, as {@link findBackup} gives it. */
export async function findBackupIn(
  store: BackupStore,
  backups: Backups,
  connection: string,
  generation: number,
): Promise<FoundBackup | null> {
  if (store === 'table') return openItemOf(backups, connection, generation);
  let unusable: FoundBackup | null = null;
  for await (const found of bucketBackups(backups, connection)) {
    if (found.kind === 'unusable') unusable ??= found;
    else if (found.content.credential.generation === generation) return found;
  }
  return unusable;
}

/**
 * The highest generation that the table has something at, readable or not, or that the newest file says it is of: what is
 * new has to be beyond it.
 *
 * @returns 0 when there is none, or none is known because no store can be read
 */
export async function newestBackedUpGeneration(
  { table, bucket }: Backups,
  connection: string,
): Promise<number> {
  const [inTable, inBucket] = await Promise.all(
    [
      firstOf(table.newestFirst(connection)).then((item) => item?.generation ?? 0),
      firstOf(bucket.newestFirst(connection)).then(async (file) =>
        file ? readBackupHeader(await file.read(), placeOfFile(connection, file)).generation : 0,
      ),
    ].map((found) => found.catch(() => 0)),
  );
  return Math.max(inTable ?? 0, inBucket ?? 0);
}

async function* tableBackups(backups: Backups, connection: string): AsyncGenerator<FoundBackup, void> {
  try {
    for await (const item of backups.table.newestFirst(connection)) yield await openItem(backups, item);
  } catch (error) {
    yield { kind: 'unusable', store: 'table', fault: asBackupFault(error) };
  }
}

export async function* bucketBackups(
  backups: Backups,
  connection: string,
): AsyncGenerator<FoundBackup, void> {
  try {
    for await (const file of backups.bucket.newestFirst(connection)) {
      const place = placeOfFile(connection, file);
      yield await opened(backups, 'bucket', async () => ({ text: await file.read(), place }));
    }
  } catch (error) {
    yield { kind: 'unusable', store: 'bucket', fault: asBackupFault(error) };
  }
}

export async function openItemOf(
  backups: Backups,
  connection: string,
  generation: number,
): Promise<FoundBackup | null> {
  try {
    const item = await backups.table.get(connection, generation);
    return item && (await openItem(backups, item));
  } catch (error) {
    return { kind: 'unusable', store: 'table', fault: asBackupFault(error) };
  }
}

function openItem(backups: Backups, item: BackupItem): Promise<FoundBackup> {
  return opened(backups, 'table', async () => ({ text: item.envelope, place: placeOfItem(item) }));
}

async function opened(
  { kms }: Backups,
  store: BackupStore,
  read: () => Promise<{ text: string; place: Parameters<typeof openBackup>[2] }>,
): Promise<FoundBackup> {
  try {
    const { text, place } = await read();
    return { kind: 'usable', store, content: await openBackup(kms, text, place) };
  } catch (error) {
    return { kind: 'unusable', store, fault: asBackupFault(error) };
  }
}

export function placeOfItem({ connection, generation }: BackupItem) {
  return { name: `of "${connection}", generation ${generation}, in the table`, connection, generation };
}

export function placeOfFile(connection: string, { versionId }: BackupFile) {
  return { name: `of "${connection}", version ${versionId}, in the bucket`, connection, generation: null };
}

/** What cannot be used first, so that it is named whatever comes of the others; then the newest. */
function newestOf(heads: readonly (FoundBackup | null)[]): number {
  const rank = (head: FoundBackup | null) => {
    if (!head) return -1;
    return head.kind === 'unusable' ? Number.POSITIVE_INFINITY : head.content.credential.generation;
  };
  const ranks = heads.map(rank);
  return ranks.indexOf(Math.max(...ranks));
}
