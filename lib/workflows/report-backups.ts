import type { Connection } from '../config/configuration.ts';
import { BACKUP_STORES, type BackupStore } from '../domain/backup.ts';
import type { StateTable } from '../guards/state-table.ts';
import type { Backups } from '../vault/backups.ts';
import { type ListedBackup, listBackups } from '../vault/list-backups.ts';

/** One generation of a connection's credential, as its backups tell without their key. */
export interface BackupReport {
  readonly generation: number;
  /** Where it is kept, and since when: ISO 8601, UTC; null where it is not. */
  readonly storedAt: Readonly<Record<BackupStore, string | null>>;
  /** Whether it is the one that runs. */
  readonly isCurrent: boolean;
}

export interface BackupsReport {
  readonly connection: string;
  /** Newest first. */
  readonly backups: readonly BackupReport[];
  /** What lies in a store and cannot be used, or a store that cannot be read. */
  readonly unusable: readonly {
    readonly store: BackupStore;
    readonly code: string;
    readonly detail: string;
  }[];
}

export interface BackupReportDependencies {
  readonly state: StateTable;
  readonly backups: Pick<Backups, 'table' | 'bucket'>;
}

/** Lists the backups of a connection. Throws what the state table throws. */
export async function reportBackups(
  { state, backups }: BackupReportDependencies,
  { id }: Connection,
): Promise<BackupsReport> {
  const [known, listed] = await Promise.all([state.read(id), listBackups(backups, id)]);
  const readable = listed.filter((backup) => backup.kind === 'readable');
  const byGeneration = Map.groupBy(readable, ({ header }) => header.generation);
  return {
    connection: id,
    backups: [...byGeneration]
      .sort(([a], [b]) => b - a)
      .map(([generation, copies]) => ({
        generation,
        storedAt: storedAtOf(copies),
        isCurrent: generation === known?.generation,
      })),
    unusable: listed.flatMap((backup) =>
      backup.kind === 'unreadable'
        ? [{ store: backup.store, code: backup.fault.code, detail: backup.fault.message }]
        : [],
    ),
  };
}

/** The newest copy in each store: a file may have been written again. */
function storedAtOf(
  copies: readonly Extract<ListedBackup, { kind: 'readable' }>[],
): BackupReport['storedAt'] {
  const newestIn = (store: BackupStore) =>
    copies
      .filter((copy) => copy.store === store)
      .map(({ header }) => header.storedAt)
      .sort()
      .at(-1) ?? null;
  const [table, bucket] = BACKUP_STORES.map(newestIn);
  return { table: table ?? null, bucket: bucket ?? null };
}
