import { type BackupState, type BackupStore, backupStateOf } from '../domain/backup.ts';
import type { ClientSecret } from '../domain/client-secret.ts';
import type { Credential } from '../domain/credential.ts';
import { promoteCredential, reinstateCredential } from '../vault/credential-secret.ts';
import { newStoresOf, storesOf } from '../vault/keep-backup.ts';
import type { SecretRepair } from '../vault/secret-repair.ts';
import type { RenewalDependencies } from './dependencies.ts';
import { backUpCredential } from './establish-credential.ts';

/** The credential that runs. */
export interface RunningCredential {
  readonly credential: Credential;
  readonly client: ClientSecret;
  readonly fingerprint: string;
  /** The version that is current. */
  readonly versionId: string;
  readonly newestGeneration: number;
}

export interface RunningBackup {
  /** Under a new generation if its own was another's. */
  readonly credential: Credential;
  readonly backup: BackupState;
  /** The stores that it was written to just now. */
  readonly newStores: readonly BackupStore[];
  readonly repairs: readonly SecretRepair[];
}

/**
 * Backs up the credential that runs, where it is not backed up yet. Never throws: the sweep tries again what fails.
 *
 * An operator may have put it under a generation that another credential's backup has; then it gets a new one.
 */
export async function backUpRunning(
  deps: RenewalDependencies,
  running: RunningCredential,
): Promise<RunningBackup> {
  const { credential, fingerprint } = running;
  const stateOf = (stores: BackupState['stores']) => backupStateOf(fingerprint, stores, deps.nowMs());
  try {
    const backedUp = await backUpCredential(deps, running);
    const found = {
      backup: stateOf(storesOf(backedUp.backup)),
      newStores: newStoresOf(backedUp.backup),
    };
    if (backedUp.credential === credential) return { credential, ...found, repairs: [] };
    return { ...found, ...(await renumber(deps, running, backedUp.credential)) };
  } catch {
    return { credential, backup: stateOf([]), newStores: [], repairs: [] };
  }
}

async function renumber(
  deps: RenewalDependencies,
  running: RunningCredential,
  renumbered: Credential,
): Promise<Pick<RunningBackup, 'credential' | 'repairs'>> {
  const versionId = deps.newId();
  const repairs = await reinstateCredential(deps, { credential: renumbered, versionId });
  const promotion = await promoteCredential(deps.secretsManager, {
    connection: renumbered.connection,
    versionId,
    replaces: running.versionId,
  });
  return { credential: promotion.kind === 'promoted' ? renumbered : running.credential, repairs };
}
