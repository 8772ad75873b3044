import pMap from 'p-map';
import { fingerprint } from '../audit/fingerprint.ts';
import type { Connection } from '../config/configuration.ts';
import { BACKUP_STORES, type BackupState, type BackupStore } from '../domain/backup.ts';
import { isBackupCheckDue } from '../domain/schedule.ts';
import { readCredentialVersion } from '../vault/credential-version.ts';
import { type AuditConclusion, auditTrail } from './audit-trail.ts';
import { backUpRunning, type RunningBackup } from './back-up-running.ts';
import type { RefreshDependencies } from './dependencies.ts';
import { type Lease, takeLease } from './lease.ts';
import { requesterOf, type ScheduledRun } from './scheduled-run.ts';

/** How many connections are looked at side by side. */
const CONCURRENCY = 10;

/** What a look at a connection's backups came to. */
export type BackupOutcome = { readonly connection: string } & (
  | {
      readonly kind: 'checked';
      readonly generation: number;
      /** Where the running credential is backed up now. */
      readonly stores: readonly BackupStore[];
      /** Where it had been missing. */
      readonly newStores: readonly BackupStore[];
    }
  /** The running credential cannot be read: the next refresh recovers it first. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'held' | 'deferred' }
);

/** Looks whether the running credentials are backed up, whole and in both stores, and writes what is missing. */
export function secureBackups(
  deps: RefreshDependencies,
  due: readonly Connection[],
  { hasTime, ...run }: ScheduledRun & { hasTime: () => boolean },
): Promise<BackupOutcome[]> {
  return pMap(
    due,
    async (connection): Promise<BackupOutcome> => {
      const { id } = connection;
      if (!hasTime()) return { kind: 'deferred', connection: id };
      const lease = await takeLease(deps, id, 'scheduled').catch(() => null);
      if (!lease) return { kind: 'held', connection: id };
      if (!isBackupCheckDue(lease.previous && { ...lease.previous, lease: null }, lease.atMs)) {
        await lease.settle({ kind: 'untouched' });
        return { kind: 'held', connection: id };
      }
      return secureUnderLease(deps, connection, { lease, run });
    },
    { concurrency: CONCURRENCY },
  );
}

async function secureUnderLease(
  deps: RefreshDependencies,
  connection: Connection,
  { lease, run }: { lease: Lease; run: ScheduledRun },
): Promise<BackupOutcome> {
  const { id } = connection;
  const done = await backUpCurrent(deps, connection, lease).catch(() => null);
  if (!done) {
    await lease.settle({ kind: 'untouched' });
    return { kind: 'skipped', connection: id };
  }
  const { credential, backup, newStores } = done;
  const conclusion = auditConclusionOf(done, lease.previous?.backup ?? null);
  const operation = { connection: id, operation: 'backup', reason: null, ...requesterOf(run) } as const;
  const trail = auditTrail(deps, operation, lease.previous?.auditHead ?? null);
  if (conclusion) await trail.recordOutcome(conclusion);
  await lease.settle({ kind: 'untouched' }, { auditHead: conclusion ? trail.head() : null, backup });
  return {
    kind: 'checked',
    connection: id,
    generation: credential.generation,
    stores: backup.stores,
    newStores,
  };
}

async function backUpCurrent(
  deps: RefreshDependencies,
  connection: Connection,
  { previous }: Lease,
): Promise<RunningBackup | null> {
  const current = await readCredentialVersion(deps.secretsManager, connection.id, 'AWSCURRENT');
  if (current.kind === 'unusable') return null;
  const { credential, versionId } = current;
  // Only what an access token was minted from is known to be worth it.
  if (credential.generation !== previous?.generation) return null;
  const client = await deps.readClient(connection);
  const mark = fingerprint(credential.refreshToken, client.clientSecret);
  // Nor is a client that was put since.
  if (previous.backup && previous.backup.fingerprint !== mark) return null;
  return backUpRunning(deps, {
    credential,
    client,
    fingerprint: mark,
    versionId,
    newestGeneration: credential.generation,
  });
}

/** What is whole as before is no news. */
function auditConclusionOf(
  { credential, backup, newStores }: RunningBackup,
  before: BackupState | null,
): AuditConclusion | null {
  const { generation } = credential;
  const notes = { generation, fingerprint: backup.fingerprint };
  if (newStores.length > 0) {
    const isLost = newStores.some((store) => before?.stores.includes(store));
    const code = newStores.map((store) => store.toUpperCase()).join('_AND_');
    return { outcome: 'succeeded', code: `${isLost ? 'REWRITTEN_TO_' : 'WRITTEN_TO_'}${code}`, ...notes };
  }
  const missing = BACKUP_STORES.filter((store) => !backup.stores.includes(store));
  const isNews = missing.some((store) => before === null || before.stores.includes(store));
  return isNews ? { outcome: 'failed', code: 'BACKUP_INCOMPLETE', ...notes } : null;
}
