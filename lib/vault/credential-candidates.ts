import { type Credential, type CredentialPlace, isBroughtByAdmin } from '../domain/credential.ts';
import type { BackupUnusableError } from './backup-faults.ts';
import type { Backups } from './backups.ts';
import { type CredentialVersion, readCredentialVersion } from './credential-version.ts';
import { type FoundBackup, newestBackups } from './find-backups.ts';
import type { SecretUnusableError, VersionStage } from './secret-document.ts';
import { credentialSecretName } from './secret-names.ts';
import { isKeyUsable, restoreSecret, type SecretRepair, type SecretWriter } from './secret-repair.ts';
import { readStages } from './secret-stages.ts';

export type UsableCandidate = CandidateOrigin & {
  readonly kind: 'usable';
  /** The secret's version; null for a backup. */
  readonly versionId: string | null;
  readonly credential: Credential;
};

export type CredentialCandidate =
  | UsableCandidate
  | (CandidateOrigin & {
      readonly kind: 'unusable';
      readonly fault: SecretUnusableError | BackupUnusableError;
    });

/** What stands in the secret, as far as it matters to whoever takes its place. */
interface CandidateOrigin {
  readonly source: CredentialPlace;
  /** The version that a promotion of this one replaces; null when nothing is current. */
  readonly currentVersionId: string | null;
  /** Whether another one may take the place of what is current: not of what may be as good as before. */
  readonly isCurrentReplaceable: boolean;
  /** The generation of what is current; 0 when nothing is, or nothing that can be used. */
  readonly currentGeneration: number;
  /** The highest generation of everything seen so far. */
  readonly newestGeneration: number;
  /** The organisation that tokens have to belong to, as far as a credential says; null accepts any. */
  readonly organizationId: string | null;
}

/** What the candidates are read from. */
export interface CandidateStores extends SecretWriter {
  readonly backups: Backups;
}

export interface CandidateSearch {
  readonly connection: string;
  /** Look for a staged credential first; worth a call only when one may have been left. */
  readonly includeStaged: boolean;
  /** The organisation that is known to be the connection's; null when none is. */
  readonly pinnedOrganizationId: string | null;
}

/**
 * The credentials of a connection, best first, each read only when the one before it was of no use: what a crash may
 * have left staged, then current, then previous, then whatever else is staged, then the backups, newest first.
 *
 * A secret that is scheduled for deletion is restored on the way.
 *
 * @param repairs filled with what had to be repaired
 * @throws {SecretUnusableError} `SECRET_UNREADABLE`: AWS had trouble, which says nothing about any credential
 */
export async function* credentialCandidates(
  stores: CandidateStores,
  { connection, includeStaged, pinnedOrganizationId }: CandidateSearch,
  repairs: SecretRepair[],
): AsyncGenerator<CredentialCandidate> {
  const read = (stage: VersionStage) => readCredentialVersion(stores.secretsManager, connection, stage);
  const current = await readCurrent(stores, connection, repairs);
  const standing = await standingOf(stores, connection, current);
  const seen: Credential[] = [];
  const offeredVersionIds = new Set<string | null>();
  const offer = (source: CredentialPlace, found: CredentialVersion | FoundBackup): CredentialCandidate => {
    const credential = credentialOf(found);
    if (credential) seen.push(credential);
    const versionId = 'versionId' in found ? found.versionId : null;
    offeredVersionIds.add(versionId);
    const known = { running: credentialOf(current), seen, pinnedOrganizationId };
    const origin = { source, ...standing, ...expectationsOf(source, credential, known) };
    if (found.kind === 'unusable') return { ...origin, kind: 'unusable', fault: found.fault };
    return { ...origin, kind: 'usable', versionId, credential: credential as Credential };
  };

  let staged: CredentialVersion | null = null;
  if (includeStaged) {
    staged = await read('AWSPENDING');
    if (isLeftover(staged, current)) yield offer('staged', staged);
  }
  yield offer('current', current);
  yield offer('previous', await read('AWSPREVIOUS'));
  const remaining = staged ?? (await read('AWSPENDING'));
  if (!offeredVersionIds.has(remaining.versionId)) yield offer('staged', remaining);
  for await (const backup of newestBackups(stores.backups, connection)) {
    yield offer(backup.store === 'table' ? 'backupTable' : 'backupBucket', backup);
  }
}

async function readCurrent(
  stores: CandidateStores,
  connection: string,
  repairs: SecretRepair[],
): Promise<CredentialVersion> {
  const read = () => readCredentialVersion(stores.secretsManager, connection, 'AWSCURRENT');
  const current = await read();
  if (current.kind === 'usable' || current.fault.code !== 'SECRET_SCHEDULED_FOR_DELETION') return current;
  try {
    repairs.push(await restoreSecret(stores, credentialSecretName(connection)));
  } catch {
    // The backups have it too, and the next attempt tries again.
    return current;
  }
  return read();
}

/** Looked up before anything is proven: what somebody promotes later is not to be overwritten by this attempt. */
async function standingOf(
  stores: CandidateStores,
  connection: string,
  current: CredentialVersion,
): Promise<Pick<CandidateOrigin, 'currentVersionId' | 'isCurrentReplaceable'>> {
  const fault = current.kind === 'unusable' ? current.fault.code : null;
  if (current.versionId !== null) {
    // What a newer version of the keeper wrote is not to be undone by an older one.
    return { currentVersionId: current.versionId, isCurrentReplaceable: fault !== 'SECRET_NEWER_SCHEMA' };
  }
  try {
    const stages = await readStages(stores.secretsManager, credentialSecretName(connection));
    // A refusal that is not the key's is a role's, which may be mended: what is there is as good as before.
    const isOnlyRefused = fault === 'SECRET_REFUSED' && (await isKeyUsable(stores.kms, stores.primaryKeyId));
    return { currentVersionId: stages.current, isCurrentReplaceable: !isOnlyRefused };
  } catch {
    return { currentVersionId: null, isCurrentReplaceable: false };
  }
}

/**
 * Whether a staged credential is one that a crash or a failed proof left behind. Secrets Manager leaves `AWSPENDING` on
 * a version that was promoted, and what was put after it is what somebody wants now.
 */
function isLeftover(staged: CredentialVersion, current: CredentialVersion): boolean {
  if (staged.kind === 'unusable' || staged.versionId === current.versionId) return false;
  if (current.kind === 'unusable' || staged.createdAtMs > current.createdAtMs) return true;
  // What the keeper itself put back meanwhile is nobody's wish.
  return (
    current.credential.source === 'recovery' &&
    Date.parse(staged.credential.obtainedAt) > Date.parse(current.credential.obtainedAt)
  );
}

/** What an admin brought and staged is for the organisation that was asked for; any other has to be of the current one. */
function expectationsOf(
  source: CredentialPlace,
  credential: Credential | null,
  known: {
    running: Credential | null;
    seen: readonly Credential[];
    pinnedOrganizationId: string | null;
  },
): Pick<CandidateOrigin, 'currentGeneration' | 'newestGeneration' | 'organizationId'> {
  const running = known.running?.organizationId ?? null;
  const own = credential?.organizationId ?? null;
  const pinned = known.pinnedOrganizationId;
  const isAdmins = source === 'staged' && credential !== null && isBroughtByAdmin(credential);
  // The newest that says so: an earlier one may be of an organisation that was left.
  const [newest] = known.seen
    .filter(({ organizationId }) => organizationId !== null)
    .sort((a, b) => b.generation - a.generation);
  const generations = [known.running, ...known.seen].map((of) => of?.generation ?? 0);
  return {
    currentGeneration: known.running?.generation ?? 0,
    newestGeneration: Math.max(...generations),
    organizationId: isAdmins
      ? (own ?? running ?? pinned)
      : (running ?? pinned ?? newest?.organizationId ?? own),
  };
}

function credentialOf(found: CredentialVersion | FoundBackup): Credential | null {
  if (found.kind === 'unusable') return null;
  return 'credential' in found ? found.credential : found.content.credential;
}
