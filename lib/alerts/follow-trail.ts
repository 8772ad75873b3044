import type { AuditEntry } from '../domain/audit-entry.ts';
import { BACKUP_STORES, type BackupStore } from '../domain/backup.ts';

/** An entry of an audit chain, with its place there. */
export interface TrailRecord {
  readonly sequence: number;
  readonly entry: AuditEntry;
}

/** What the audit tells that people are to be told. */
export type TrailNews =
  | { readonly kind: 'replaced'; readonly entry: AuditEntry }
  | { readonly kind: 'rateLimited'; readonly entry: AuditEntry }
  | { readonly kind: 'backupRewritten'; readonly entry: AuditEntry; readonly stores: readonly BackupStore[] };

const REPLACING: ReadonlySet<AuditEntry['operation']> = new Set([
  'consent',
  'manual-token-update',
  'restore',
]);

/** The code under which the audit has a backup that was known to stand, was gone, and was written again. */
export const REWRITTEN = 'REWRITTEN_TO_';

/** What new entries of a connection's audit chain tell, oldest first. */
export function followTrail(records: readonly TrailRecord[]): TrailNews[] {
  return records.flatMap(({ entry }): TrailNews[] => {
    const { operation, outcome, code } = entry;
    if (outcome === 'refused' && code === 'RATE_LIMITED') return [{ kind: 'rateLimited', entry }];
    if (outcome !== 'succeeded') return [];
    if (REPLACING.has(operation)) return [{ kind: 'replaced', entry }];
    if (operation !== 'backup' || !code?.startsWith(REWRITTEN)) return [];
    const stores = BACKUP_STORES.filter((store) => code.includes(store.toUpperCase()));
    return [{ kind: 'backupRewritten', entry, stores }];
  });
}
