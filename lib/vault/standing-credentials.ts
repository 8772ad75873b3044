import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credential } from '../domain/credential.ts';
import type { Backups } from './backups.ts';
import { type CredentialVersion, readCredentialVersion } from './credential-version.ts';
import { newestBackedUpGeneration } from './find-backups.ts';
import { credentialSecretName } from './secret-names.ts';
import { readStages } from './secret-stages.ts';

/** What stands where a new credential is about to be put. */
export interface StandingCredentials {
  /** What a promotion replaces; null when nothing is current. */
  readonly currentVersionId: string | null;
  /** Null when nothing is current, or nothing that could be used. */
  readonly current: Credential | null;
  /** What bears `AWSPENDING` now, and loses it to the next that is staged. */
  readonly stagedVersionId: string | null;
  /** The highest of the secret's and the backups'; 0 when none is known. */
  readonly newestGeneration: number;
}

/**
 * Reads what is known of a connection's credentials before one is replaced. A secret that is lost has none; it is made
 * anew when something is put.
 *
 * @throws {SecretUnusableError} `SECRET_UNREADABLE`, and what Secrets Manager throws
 */
export async function readStandingCredentials(
  secretsManager: SecretsManagerClient,
  backups: Backups,
  connection: string,
): Promise<StandingCredentials> {
  const read = (stage: 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING') =>
    readCredentialVersion(secretsManager, connection, stage);
  const [current, previous, staged, newestBackedUp] = await Promise.all([
    read('AWSCURRENT'),
    read('AWSPREVIOUS'),
    read('AWSPENDING'),
    newestBackedUpGeneration(backups, connection),
  ]);
  return {
    ...(await labelsOf(secretsManager, connection, { current, staged })),
    current: current.kind === 'usable' ? current.credential : null,
    newestGeneration: Math.max(newestBackedUp, ...[current, previous, staged].map(generationOf)),
  };
}

/** What could not be read bears its label all the same. */
async function labelsOf(
  secretsManager: SecretsManagerClient,
  connection: string,
  { current, staged }: { current: CredentialVersion; staged: CredentialVersion },
): Promise<Pick<StandingCredentials, 'currentVersionId' | 'stagedVersionId'>> {
  if (current.versionId !== null) {
    return { currentVersionId: current.versionId, stagedVersionId: staged.versionId };
  }
  const stages = await readStages(secretsManager, credentialSecretName(connection));
  return { currentVersionId: stages.current, stagedVersionId: stages.pending };
}

function generationOf(version: CredentialVersion): number {
  return version.kind === 'usable' ? version.credential.generation : 0;
}
