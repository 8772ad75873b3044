import type { BackupStore } from '../domain/backup.ts';
import type { ClientSecret } from '../domain/client-secret.ts';
import { type Credential, revivedCredential, supersedes } from '../domain/credential.ts';
import type { UsableCandidate } from '../vault/credential-candidates.ts';
import { newestBackedUpGeneration } from '../vault/find-backups.ts';
import { storesOf } from '../vault/keep-backup.ts';
import type { SecretRepair } from '../vault/secret-repair.ts';
import type { RenewalDependencies } from './dependencies.ts';
import { establishCredential } from './establish-credential.ts';

/** A stored credential that an access token was minted from, and that Zoho's API accepted. */
export interface ProvenStored {
  readonly candidate: UsableCandidate;
  readonly client: ClientSecret;
  /** The highest generation that is remembered. */
  readonly knownGeneration: number;
  /** Versions that a person replaced, and that are to be revoked. */
  readonly supersededVersionIds: readonly string[];
  /** Whether Zoho replaced it in the same breath: what came is staged, and becomes current in its turn. */
  readonly hasStagedCredential: boolean;
  /** Whether AWS had trouble with a backup that comes before it, which may be read a moment later. */
  readonly mayBeNewer: boolean;
  /** Whether Zoho has called the current one dead more than once. */
  readonly isDeathConfirmed: boolean;
}

export type Standing = { readonly repairs: readonly SecretRepair[] } & (
  | {
      readonly kind: 'standing';
      readonly credential: Credential;
      /** Whether it is the current one now; if not, it is only used until that can be again. */
      readonly isCurrent: boolean;
      /** Where it is known to be backed up; null where nobody looked. */
      readonly backupStores: readonly BackupStore[] | null;
      /** What it took the place of and is to be revoked. */
      readonly supersededVersionId: string | null;
    }
  /** Somebody else made another one current meanwhile. */
  | { readonly kind: 'conflict' }
);

/** Sees to it that a proven credential is the current one, wherever it was found. Throws what Secrets Manager throws. */
export async function makeCurrent(deps: RenewalDependencies, proven: ProvenStored): Promise<Standing> {
  const { source, credential } = proven.candidate;
  switch (source) {
    case 'current':
      return standing(credential, true);
    case 'staged':
      return promoteStaged(deps, proven);
    case 'previous':
    case 'backupTable':
    case 'backupBucket':
      return isStopgap(proven) ? standing(credential, false) : reinstate(deps, proven);
  }
}

/**
 * Whether a credential is only used until the current one can be again, and does not take its place. So it is with one
 * that a person replaced: it is not to come back by one wrong word of Zoho's. The same word at the next tick is believed.
 */
function isStopgap(proven: ProvenStored): boolean {
  const { versionId, isCurrentReplaceable } = proven.candidate;
  const isSuperseded = versionId !== null && proven.supersededVersionIds.includes(versionId);
  if (proven.hasStagedCredential || !isCurrentReplaceable) return true;
  return isSuperseded && !proven.isDeathConfirmed;
}

/** What a person replaced is to be revoked; what Zoho itself replaced is Zoho's. */
async function promoteStaged(
  deps: RenewalDependencies,
  { candidate, client, knownGeneration }: ProvenStored,
): Promise<Standing> {
  const { versionId, currentVersionId } = candidate;
  const taken = Math.max(candidate.currentGeneration, knownGeneration);
  // Somebody who did not have the lease may have given it the number of what became current meanwhile.
  const isNumbered = candidate.credential.generation > taken;
  const credential = isNumbered ? candidate.credential : { ...candidate.credential, generation: taken + 1 };
  const newestGeneration = Math.max(candidate.newestGeneration, credential.generation);
  const established = await establishCredential(deps, {
    credential,
    client,
    stagedVersionId: isNumbered ? versionId : null,
    isStored: false,
    currentVersionId,
    newestGeneration,
  });
  const { repairs, backup } = established;
  if (established.kind === 'conflict') return { kind: 'conflict', repairs };
  return {
    kind: 'standing',
    credential: established.credential,
    isCurrent: true,
    backupStores: storesOf(backup),
    supersededVersionId: supersedes(credential) ? currentVersionId : null,
    repairs,
  };
}

/**
 * Puts back a credential that had been lost, or that every later one has failed. A secret that cannot be written holds
 * up nobody who reads the access token: the next refresh finds the credential where this one did.
 */
async function reinstate(
  deps: RenewalDependencies,
  { candidate, client, knownGeneration, mayBeNewer }: ProvenStored,
): Promise<Standing> {
  const { credential, currentVersionId } = candidate;
  const backedUp = await newestBackedUpGeneration(deps.backups, credential.connection);
  const newestGeneration = Math.max(candidate.newestGeneration, knownGeneration, backedUp);
  if (mayBeNewer && credential.generation < newestGeneration) return standing(credential, false);
  const revived =
    credential.generation === newestGeneration
      ? credential
      : revivedCredential(credential, { generation: newestGeneration + 1, source: 'recovery' });
  try {
    const established = await establishCredential(deps, {
      credential: revived,
      client,
      stagedVersionId: null,
      isStored: true,
      currentVersionId,
      newestGeneration,
    });
    const { repairs, backup } = established;
    if (established.kind === 'conflict') return { kind: 'conflict', repairs };
    return { ...standing(established.credential, true), backupStores: storesOf(backup), repairs };
  } catch {
    return standing(credential, false);
  }
}

function standing(credential: Credential, isCurrent: boolean): Extract<Standing, { kind: 'standing' }> {
  return {
    kind: 'standing',
    credential,
    isCurrent,
    backupStores: null,
    supersededVersionId: null,
    repairs: [],
  };
}
