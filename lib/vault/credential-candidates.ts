import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Credential, credentialSchema } from '../domain/credential.ts';
import { fetchSecret, parseSecret, SecretUnusableError, type VersionStage } from './secret-document.ts';
import { credentialSecretName } from './secret-names.ts';

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
  /** The organisation that tokens have to belong to, by the current credential; null accepts any. */
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
  const read = (stage: VersionStage) => readVersion(secretsManager, connection, stage);
  const current = await read('AWSCURRENT');
  const seen: ReadVersion[] = [];
  const offer = (source: CredentialSource, version: ReadVersion): CredentialCandidate => {
    seen.push(version);
    return { source, ...originOf(version, current, seen), ...version };
  };

  let staged: ReadVersion | null = null;
  if (includeStaged) {
    staged = await read('AWSPENDING');
    if (isLeftover(staged, current)) yield offer('staged', staged);
  }
  yield offer('current', current);
  yield offer('previous', await read('AWSPREVIOUS'));
  const remaining = staged ?? (await read('AWSPENDING'));
  if (seen.every(({ versionId }) => versionId !== remaining.versionId)) yield offer('staged', remaining);
}

/** A version as far as it could be read: its id may be known though its content is of no use. */
type ReadVersion =
  | {
      readonly kind: 'usable';
      readonly versionId: string;
      readonly createdAtMs: number;
      readonly credential: Credential;
    }
  | { readonly kind: 'unusable'; readonly versionId: string | null; readonly fault: SecretUnusableError };

async function readVersion(
  secretsManager: SecretsManagerClient,
  connection: string,
  stage: VersionStage,
): Promise<ReadVersion> {
  const read = {
    secretId: credentialSecretName(connection),
    schema: credentialSchema,
    ownerKey: 'connection',
    owner: connection,
  } as const;
  let versionId: string | null = null;
  try {
    const fetched = await fetchSecret(secretsManager, read.secretId, stage);
    const { createdAtMs } = fetched;
    versionId = fetched.versionId;
    return { kind: 'usable', versionId, createdAtMs, credential: parseSecret(fetched.text, read) };
  } catch (error) {
    const isFault = error instanceof SecretUnusableError && error.code !== 'SECRET_UNREADABLE';
    if (isFault) return { kind: 'unusable', versionId, fault: error };
    throw error;
  }
}

/**
 * Whether a staged credential is one that a crash or a failed proof left behind. Secrets Manager leaves `AWSPENDING` on
 * a version that was promoted, and what was put after it is what somebody wants now.
 */
function isLeftover(staged: ReadVersion, current: ReadVersion): boolean {
  if (staged.kind === 'unusable' || staged.versionId === current.versionId) return false;
  return current.kind === 'unusable' || staged.createdAtMs > current.createdAtMs;
}

function originOf(
  version: ReadVersion,
  current: ReadVersion,
  seen: readonly ReadVersion[],
): Omit<CandidateOrigin, 'source'> {
  const generations = [current, ...seen].map((known) =>
    known.kind === 'usable' ? known.credential.generation : 0,
  );
  const expected = [current, version].map((known) =>
    known.kind === 'usable' ? known.credential.organizationId : null,
  );
  return {
    currentVersionId: current.versionId,
    newestGeneration: Math.max(...generations),
    organizationId: expected.find((organizationId) => organizationId !== null) ?? null,
  };
}
