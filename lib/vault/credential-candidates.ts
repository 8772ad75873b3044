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
  /** The version that a promotion of this one, or of what follows it, replaces; null when nothing is current. */
  readonly currentVersionId: string | null;
}

/**
 * The credentials of a connection, best first, each read only when the one before it was of no use: what a crash may
 * have left staged, then current, then previous. The backups join at the end of this list.
 *
 * @param load.includeStaged look for a staged credential first; worth a call only when the last attempt did not end well
 */
export async function* credentialCandidates(
  secretsManager: SecretsManagerClient,
  { connection, includeStaged }: { connection: string; includeStaged: boolean },
): AsyncGenerator<CredentialCandidate> {
  const current = await readVersion(secretsManager, connection, 'AWSCURRENT');
  if (includeStaged) {
    const staged = await readVersion(secretsManager, connection, 'AWSPENDING');
    if (isLeftover(staged, current))
      yield { source: 'staged', currentVersionId: current.versionId, ...staged };
  }
  yield { source: 'current', currentVersionId: current.versionId, ...current };
  const previous = await readVersion(secretsManager, connection, 'AWSPREVIOUS');
  yield { source: 'previous', currentVersionId: current.versionId, ...previous };
}

/** A version as far as it could be read: its id may be known though its content is of no use. */
type ReadVersion =
  | { readonly kind: 'usable'; readonly versionId: string; readonly credential: Credential }
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
    versionId = fetched.versionId;
    return { kind: 'usable', versionId: fetched.versionId, credential: parseSecret(fetched.text, read) };
  } catch (error) {
    if (error instanceof SecretUnusableError) return { kind: 'unusable', versionId, fault: error };
    throw error;
  }
}

/** Secrets Manager leaves `AWSPENDING` on a version that was promoted, or it is old: neither is a leftover to finish. */
function isLeftover(staged: ReadVersion, current: ReadVersion): boolean {
  if (staged.kind === 'unusable' || staged.versionId === current.versionId) return false;
  return current.kind === 'unusable' || staged.credential.generation > current.credential.generation;
}
