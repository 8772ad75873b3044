import { BACKUP_STORES, type BackupState } from '../domain/backup.ts';
import type { BackupOutcome } from '../workflows/secure-backups.ts';
import { type EntryLogger, type LogEntry, writeEntry } from './log-entry.ts';

/** Writes one line per look at a connection's backups. */
export function logBackups(logger: EntryLogger, outcomes: readonly BackupOutcome[]): void {
  for (const outcome of outcomes) writeEntry(logger, describeBackup(outcome));
}

/** Says so when the running credential is not backed up in both stores. */
export function logBackup(
  logger: EntryLogger,
  connection: string,
  { stores }: Pick<BackupState, 'stores'>,
): void {
  const missing = BACKUP_STORES.filter((store) => !stores.includes(store));
  if (missing.length > 0) writeEntry(logger, incomplete(connection, missing));
}

/** What a look at the backups reads like in the log. Holds no secret. */
export function describeBackup(outcome: BackupOutcome): LogEntry {
  const { connection } = outcome;
  switch (outcome.kind) {
    case 'checked': {
      const { generation, stores, newStores } = outcome;
      const missing = BACKUP_STORES.filter((store) => !stores.includes(store));
      if (missing.length > 0) return incomplete(connection, missing);
      return newStores.length > 0
        ? {
            level: 'warn',
            message: `a backup that was missing is written again: ${newStores.join(', ')}`,
            fields: { code: 'BACKUP_REWRITTEN', connection, generation, newStores },
          }
        : {
            level: 'debug',
            message: 'both backups are whole',
            fields: { code: 'BACKUP_COMPLETE', connection, generation },
          };
    }
    case 'skipped':
      return {
        level: 'debug',
        message: 'the running credential cannot be read to be backed up; the next refresh sees to it',
        fields: { code: 'BACKUP_SKIPPED', connection },
      };
    case 'deferred':
    case 'held':
      return {
        level: 'debug',
        message: 'not looked at now: somebody is at work on this connection, or no time is left',
        fields: { code: 'BACKUP_HELD', connection },
      };
  }
}

function incomplete(connection: string, missing: readonly string[]): LogEntry {
  return {
    level: 'warn',
    message: `the running credential is not backed up in the ${missing.join(' and the ')}; it is tried again by itself`,
    fields: { code: 'BACKUP_INCOMPLETE', connection, missing },
  };
}
