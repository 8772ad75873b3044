import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Credential, isBroughtByAdmin } from '../domain/credential.ts';
import { type CredentialVersion, readCredentialVersion } from './credential-version.ts';
import type { SecretUnusableError, VersionStage } from './secret-document.ts';

/** Where a credential was found. */
export type CredentialSource = 'staged' | 'current' | 'previous';

export type UsableCandidate = CandidateOrigin & {
  readonly kind: 'usable';
  readonly versionId: string;
  readonly credential: Credential;
};

export type CredentialCandidate =
  | UsableCandidate
  | (CandidateOrigin & {
      readonly kind: 'unusable';
      readonly versionId: string | null;
      readonly fault: SecretUnusableError;
    });

interface CandidateOrigin {
  readonly source: CredentialSource;
  /** The version that a promotion of this one replaces; null when nothing is current. */
  readonly currentVersionId: string | null;
  /** The newest generation seen so far: whatever follows it is newer. */
  readonly newestGeneration: number;
  /** The organisation that tokens have to belong to, as far as a credential says; null accepts any. */
  readonly organizationId: string | null;
}

/**
 * The credentials of a connection, best first, each read only when the one before it was of no use: what a crash may
 * have left staged, then current, then previous, then whatever else is staged. The backups join at the end of this list.
 *
 * @param load.includeStaged look for a staged credential first; worth a call only when one may have been left
 * @throws {SecretUnusableError} `SECRET_UNREADABLE`: AWS had trouble, which says nothing about any credential
 */
export async function* credentialCandidates(
  secretsManager: SecretsManagerClient,
  { connection, includeStaged }: { connection: string; includeStaged: boolean },
): AsyncGenerator<CredentialCandidate> {
  const read = (stage: VersionStage) => readCredentialVersion(secretsManager, connection, stage);
  const current = await read('AWSCURRENT');
  const seen: CredentialVersion[] = [];
  const offer = (source: CredentialSource, version: CredentialVersion): CredentialCandidate => {
    seen.push(version);
    return { source, ...originOf(source, version, { current, seen }), ...version };
  };

  let staged: CredentialVersion | null = null;
  if (includeStaged) {
    staged = await read('AWSPENDING');
    if (isLeftover(staged, current)) yield offer('staged', staged);
  }
  yield offer('current', current);
  yield offer('previous', await read('AWSPREVIOUS'));
  const remaining = staged ?? (await read('AWSPENDING'));
  if (seen.every(({ versionId }) => versionId !== remaining.versionId)) yield offer('staged', remaining);
}

/**
 * Whether a staged credential is one that a crash or a failed proof left behind. Secrets Manager leaves `AWSPENDING` on
 * a version that was promoted, and what was put after it is what somebody wants now.
 */
function isLeftover(staged: CredentialVersion, current: CredentialVersion): boolean {
  if (staged.kind === 'unusable' || staged.versionId === current.versionId) return false;
  return current.kind === 'unusable' || staged.createdAtMs > current.createdAtMs;
}

/** What an admin brought and staged is for the organisation that was asked for; any other has to be of the current one. */
function originOf(
  source: CredentialSource,
  version: CredentialVersion,
  { current, seen }: { current: CredentialVersion; seen: readonly CredentialVersion[] },
): Omit<CandidateOrigin, 'source'> {
  const generations = [current, ...seen].map((known) =>
    known.kind === 'usable' ? known.credential.generation : 0,
  );
  const isAdmins = source === 'staged' && version.kind === 'usable' && isBroughtByAdmin(version.credential);
  const byPrecedence = isAdmins ? [version, current] : [current, version];
  const expected = byPrecedence.map((known) =>
    known.kind === 'usable' ? known.credential.organizationId : null,
  );
  return {
    currentVersionId: current.versionId,
    newestGeneration: Math.max(...generations),
    organizationId: expected.find((organizationId) => organizationId !== null) ?? null,
  };
}
