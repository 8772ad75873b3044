import { isDeepStrictEqual } from 'node:util';
import type { KMSClient } from '@aws-sdk/client-kms';
import { BACKUP_STORES, type BackupContent, type BackupStore, expiringBackups } from '../domain/backup.ts';
import type { BackupBucket, BackupFile } from './backup-bucket.ts';
import {
  type BackupHeader,
  openBackup,
  readBackupHeader,
  type SealedBackup,
  sealBackup,
} from './backup-envelope.ts';
import { BackupUnusableError } from './backup-faults.ts';
import type { BackupItem, BackupTable } from './backup-table.ts';

/** Where backups are kept, and under which key. */
export interface Backups {
  readonly table: BackupTable;
  readonly bucket: BackupBucket;
  readonly kms: KMSClient;
  /** The ARN of the backup key: another one than the primary's, so that one key lost does not take both. */
  readonly keyId: string;
}

/** A backup that was found, opened or not. */
export type FoundBackup =
  | { readonly kind: 'usable'; readonly store: BackupStore; readonly content: BackupContent }
  | { readonly kind: 'unusable'; readonly store: BackupStore; readonly fault: BackupUnusableError };

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
  const [table, bucket] = await Promise.all([
    keepInTable(backups, sealed, content, nowMs).catch(failedCopy),
    keepInBucket(backups, sealed, content).catch(failedCopy),
  ]);
  return { table, bucket };
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
  let unusable: FoundBackup | null = null;
  const item = await openItemOf(backups, connection, generation);
  if (item?.kind === 'usable') return item;
  if (item) unusable = item;
  for await (const found of bucketBackups(backups, connection)) {
    if (found.kind === 'unusable') unusable ??= found;
    else if (found.content.credential.generation === generation) return found;
  }
  return unusable;
}

/**
 * The highest generation that either store has something at, readable or not: what is new has to be beyond it.
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
      listed.push({ kind: 'unreadable', store, fault: asFault(error) });
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
    return { kind: 'unreadable', store, fault: asFault(error) };
  }
}

async function keepInTable(
  backups: Backups,
  sealed: SealedBackup,
  content: BackupContent,
  nowMs: number,
): Promise<KeptCopy> {
  const { connection, generation } = sealed.header;
  if ((await backups.table.put(sealed)) === 'taken') {
    const standing = await openItemOf(backups, connection, generation);
    if (standing?.kind === 'unusable' && isPassing(standing.fault)) throw standing.fault;
    const isSame = standing?.kind === 'usable' && isDeepStrictEqual(standing.content, content);
    return isSame ? { kind: 'kept', isNew: false } : { kind: 'taken' };
  }
  // A backup that stays for longer than it has to does no harm.
  await letOldGo(backups.table, connection, nowMs).catch(() => {});
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

/** Only what takes the place of an old one lets it go, so the last ones stay for ever. */
async function letOldGo(table: BackupTable, connection: string, nowMs: number): Promise<void> {
  const items: (BackupItem & { storedAtMs: number })[] = [];
  for await (const item of table.newestFirst(connection)) {
    items.push({ ...item, storedAtMs: storedAtOf(item) ?? nowMs });
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

async function* tableBackups(backups: Backups, connection: string): AsyncGenerator<FoundBackup, void> {
  try {
    for await (const item of backups.table.newestFirst(connection)) yield await openItem(backups, item);
  } catch (error) {
    yield { kind: 'unusable', store: 'table', fault: asFault(error) };
  }
}

async function* bucketBackups(backups: Backups, connection: string): AsyncGenerator<FoundBackup, void> {
  try {
    for await (const file of backups.bucket.newestFirst(connection)) {
      const place = placeOfFile(connection, file);
      yield await opened(backups, 'bucket', async () => ({ text: await file.read(), place }));
    }
  } catch (error) {
    yield { kind: 'unusable', store: 'bucket', fault: asFault(error) };
  }
}

async function openItemOf(
  backups: Backups,
  connection: string,
  generation: number,
): Promise<FoundBackup | null> {
  try {
    const item = await backups.table.get(connection, generation);
    return item && (await openItem(backups, item));
  } catch (error) {
    return { kind: 'unusable', store: 'table', fault: asFault(error) };
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
    return { kind: 'unusable', store, fault: asFault(error) };
  }
}

function placeOfItem({ connection, generation }: BackupItem) {
  return { name: `of "${connection}", generation ${generation}, in the table`, connection, generation };
}

function placeOfFile(connection: string, { versionId }: BackupFile) {
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

async function next<T>(stream: AsyncGenerator<T, void>): Promise<T | null> {
  const { value, done } = await stream.next();
  return done ? null : value;
}

async function firstOf<T>(stream: AsyncGenerator<T, void>): Promise<T | null> {
  try {
    return await next(stream);
  } finally {
    await stream.return();
  }
}

/** Faults that say nothing of the backup itself. */
function isPassing({ code }: BackupUnusableError): boolean {
  return code === 'BACKUP_UNREADABLE' || code === 'BACKUP_REFUSED' || code === 'BACKUP_STORE_MISSING';
}

function failedCopy(error: unknown): KeptCopy {
  return { kind: 'failed', fault: asFault(error) };
}

/** What is no fault of a backup is one of ours, and no recovery may end by it. */
function asFault(error: unknown): BackupUnusableError {
  if (error instanceof BackupUnusableError) return error;
  const name = error instanceof Error ? error.name : 'UnknownError';
  return new BackupUnusableError('BACKUP_INVALID', `A backup could not be read: ${name}.`, 'See the logs.', {
    cause: error,
  });
}
