import type { AuditEntry } from '../domain/audit-entry.ts';
import { BACKUP_STORES, type BackupStore } from '../domain/backup.ts';
import type { ConnectionState } from '../domain/connection-state.ts';

/** An entry of an audit chain, with its place there. */
export interface TrailRecord {
  readonly sequence: number;
  readonly entry: AuditEntry;
}

/** Whoever gave a credential of which the audit took no more than the attempt. */
const UNKNOWN: AuditEntry['actor'] = { kind: 'anonymous', id: 'unknown', name: null };

/** What the audit tells that people are to be told. */
export type TrailNews =
  | { readonly kind: 'replaced'; readonly entry: ReplacementEntry }
  | { readonly kind: 'rateLimited'; readonly entry: AuditEntry }
  | { readonly kind: 'backupRewritten'; readonly entry: AuditEntry; readonly stores: readonly BackupStore[] };

/** What is told of a replacement. */
export type ReplacementEntry = Pick<
  AuditEntry,
  'actor' | 'operation' | 'reason' | 'sourceAddress' | 'generation' | 'organizationId'
>;

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

const OPERATION_OF = {
  consent: 'consent',
  override: 'manual-token-update',
  restore: 'restore',
} as const;

/**
 * A credential that a person gave and that the audit does not know of, because it took the attempt and not the outcome.
 *
 * @param knownGeneration the highest generation that people know of
 */
export function unrecordedReplacement(
  state: ConnectionState | null,
  knownGeneration: number,
): ReplacementEntry | null {
  const { generation, credential, organizationId } = state ?? {};
  if (!generation || generation <= knownGeneration || !credential) return null;
  const { source } = credential;
  if (source !== 'consent' && source !== 'override' && source !== 'restore') return null;
  return {
    actor: UNKNOWN,
    operation: OPERATION_OF[source],
    reason: null,
    sourceAddress: null,
    generation,
    organizationId: organizationId ?? null,
  };
}
