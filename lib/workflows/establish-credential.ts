import { isDeepStrictEqual } from 'node:util';
import type { ClientSecret } from '../domain/client-secret.ts';
import type { Credential } from '../domain/credential.ts';
import { promoteCredential, reinstateCredential, stageCredential } from '../vault/credential-secret.ts';
import { findBackup, newestBackedUpGeneration } from '../vault/find-backups.ts';
import { type KeptBackup, keepBackup } from '../vault/keep-backup.ts';
import type { SecretRepair } from '../vault/secret-repair.ts';
import type { RenewalDependencies } from './dependencies.ts';

/** A credential that Zoho has accepted, on its way to become current. */
export interface ProvenCandidate {
  readonly credential: Credential;
  readonly client: ClientSecret;
  /** The version under which it stands staged; null where it does not. */
  readonly stagedVersionId: string | null;
  /** Whether some store has it already, so that nothing that is staged has to give way to it. */
  readonly isStored: boolean;
  /** What it takes the place of; null when nothing is current. */
  readonly currentVersionId: string | null;
  /** The highest generation that is known. */
  readonly newestGeneration: number;
}

export interface Establishment {
  readonly kind: 'established' | 'conflict';
  /** As it stands now: under a higher generation if its own was taken by another credential's backup. */
  readonly credential: Credential;
  readonly backup: KeptBackup;
  readonly repairs: readonly SecretRepair[];
}

/**
 * Makes a proven credential current: backed up, staged, promoted. A store of backups that fails holds nothing up; the
 * sweep makes it good. Throws what Secrets Manager throws.
 */
export async function establishCredential(
  deps: RenewalDependencies,
  candidate: ProvenCandidate,
): Promise<Establishment> {
  const { credential, backup } = await backUpCredential(deps, candidate);
  const isStaged = candidate.stagedVersionId !== null && credential === candidate.credential;
  const { versionId, repairs } = isStaged
    ? { versionId: candidate.stagedVersionId, repairs: [] }
    : await put(deps, credential, candidate);
  const promotion = await promoteCredential(deps.secretsManager, {
    connection: credential.connection,
    versionId,
    replaces: candidate.currentVersionId,
  });
  const kind = promotion.kind === 'promoted' ? 'established' : 'conflict';
  return { kind, credential, backup, repairs };
}

/**
 * Backs a proven credential up in both stores. A generation that another credential's backup has taken is left to it:
 * this one gets the next.
 */
export async function backUpCredential(
  { backups, nowMs }: RenewalDependencies,
  {
    credential,
    client,
    newestGeneration,
  }: Pick<ProvenCandidate, 'credential' | 'client' | 'newestGeneration'>,
): Promise<{ credential: Credential; backup: KeptBackup }> {
  const keep = (of: Credential) => keepBackup(backups, { schemaVersion: 1, credential: of, client }, nowMs());
  if (credential.generation >= newestGeneration) {
    const backup = await keep(credential);
    if (backup.table.kind !== 'taken') return { credential, backup };
  }
  const backedUp = await newestBackedUpGeneration(backups, credential.connection);
  const generation = Math.max(newestGeneration, backedUp);
  // It may have been backed up under a new one before, and not have got it.
  const again = { ...credential, generation };
  const newest =
    generation > credential.generation ? await findBackup(backups, credential.connection, generation) : null;
  const isAgain =
    newest?.kind === 'usable' &&
    isDeepStrictEqual(newest.content, { schemaVersion: 1, credential: again, client });
  const next = isAgain ? again : { ...credential, generation: generation + 1 };
  return { credential: next, backup: await keep(next) };
}

async function put(
  deps: RenewalDependencies,
  credential: Credential,
  { isStored }: ProvenCandidate,
): Promise<{ versionId: string; repairs: readonly SecretRepair[] }> {
  const version = { credential, versionId: deps.newId() };
  const repairs = await (isStored ? reinstateCredential(deps, version) : stageCredential(deps, version));
  return { versionId: version.versionId, repairs };
}
