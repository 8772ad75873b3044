import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { Credential } from '../domain/credential.ts';
import { type CredentialVersion, readCredentialVersion } from './credential-version.ts';
import { type SecretFaultCode, SecretUnusableError } from './secret-document.ts';
import { credentialSecretName } from './secret-names.ts';

/** What stands where a new credential is about to be put. */
export interface StandingCredentials {
  /** What a promotion replaces; null when nothing is current. */
  readonly currentVersionId: string | null;
  /** Null when nothing is current, or nothing that could be used. */
  readonly current: Credential | null;
  /** What bears `AWSPENDING` now, and loses it to the next that is staged. */
  readonly stagedVersionId: string | null;
  /** 0 when none is known. */
  readonly newestGeneration: number;
}

/** Nothing can be stored there now, so nothing is to be asked of Zoho either. */
const CLOSED: ReadonlySet<SecretFaultCode> = new Set<SecretFaultCode>([
  'SECRET_REFUSED',
  'SECRET_SCHEDULED_FOR_DELETION',
]);

/**
 * Reads what is known of a connection's credentials before one is replaced.
 *
 * @throws {SecretUnusableError} when nothing could be stored there
 */
export async function readStandingCredentials(
  secretsManager: SecretsManagerClient,
  connection: string,
): Promise<StandingCredentials> {
  const read = (stage: 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING') =>
    readCredentialVersion(secretsManager, connection, stage);
  const [current, previous, staged] = await Promise.all([
    read('AWSCURRENT'),
    read('AWSPREVIOUS'),
    read('AWSPENDING'),
  ]);
  if (current.kind === 'unusable') {
    if (CLOSED.has(current.fault.code)) throw current.fault;
    if (current.versionId === null) await assertSecretExists(secretsManager, connection);
  }
  return {
    currentVersionId: current.versionId,
    current: current.kind === 'usable' ? current.credential : null,
    stagedVersionId: staged.versionId,
    newestGeneration: Math.max(...[current, previous, staged].map(generationOf)),
  };
}

function generationOf(version: CredentialVersion): number {
  return version.kind === 'usable' ? version.credential.generation : 0;
}

/** A secret without a value and no secret at all are answered alike; only the one can be written to. */
async function assertSecretExists(secretsManager: SecretsManagerClient, connection: string): Promise<void> {
  const secretId = credentialSecretName(connection);
  try {
    await secretsManager.send(new DescribeSecretCommand({ SecretId: secretId }));
  } catch (cause) {
    if (!(cause instanceof ResourceNotFoundException)) throw cause;
    throw new SecretUnusableError(
      'SECRET_ABSENT',
      `The secret ${secretId} does not exist.`,
      'Deploy the stack again: it makes it.',
      { cause },
    );
  }
}
