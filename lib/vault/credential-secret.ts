import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credential } from '../domain/credential.ts';
import { fetchSecret } from './secret-document.ts';
import { credentialSecretName } from './secret-names.ts';
import {
  dropStagedVersion,
  type PromoteOutcome,
  promoteVersion,
  putVersion,
  restoreStagedVersion,
  stageVersion,
} from './secret-version.ts';

/**
 * Fills an empty secret with a document that says that nothing is there. Secrets Manager makes a secret's first version
 * current at once, also one that is staged; after this, what is staged stays staged until it is proven.
 *
 * @returns the version that is current now
 */
export async function putVacancy(
  secretsManager: SecretsManagerClient,
  { connection, versionId }: { connection: string; versionId: string },
): Promise<string> {
  const secretId = credentialSecretName(connection);
  await putVersion(secretsManager, {
    secretId,
    versionId,
    document: { schemaVersion: 1, connection, vacant: true },
    stage: 'VACANT',
  });
  return versionId;
}

/** Makes a new credential durable, before anything else is done with it. */
export function stageCredential(
  secretsManager: SecretsManagerClient,
  { credential, versionId }: { credential: Credential; versionId: string },
): Promise<void> {
  const secretId = credentialSecretName(credential.connection);
  return stageVersion(secretsManager, { secretId, versionId, document: credential });
}

/** Makes a staged credential, once proven, the current one, if `replaces` still is. */
export async function promoteCredential(
  secretsManager: SecretsManagerClient,
  { connection, versionId, replaces }: { connection: string; versionId: string; replaces: string | null },
): Promise<PromoteOutcome> {
  const secretId = credentialSecretName(connection);
  const promotion = await promoteVersion(secretsManager, { secretId, versionId, replaces });
  if (promotion.kind === 'promoted') return promotion;
  // A promotion whose answer was lost is refused when the SDK repeats it.
  const current = await fetchSecret(secretsManager, secretId, 'AWSCURRENT');
  return current.versionId === versionId ? { kind: 'promoted' } : promotion;
}

/** Undoes a staging that was refused: what bore the label before, if anything did, bears it again. */
export function unstageCredential(
  secretsManager: SecretsManagerClient,
  {
    connection,
    versionId,
    displacedVersionId,
  }: { connection: string; versionId: string; displacedVersionId: string | null },
): Promise<void> {
  const secretId = credentialSecretName(connection);
  return displacedVersionId === null
    ? dropStagedVersion(secretsManager, { secretId, versionId })
    : restoreStagedVersion(secretsManager, { secretId, versionId, displacedVersionId });
}

/** Takes the label off a staged credential that Zoho calls dead, once another one is proven. */
export function dropStagedCredential(
  secretsManager: SecretsManagerClient,
  { connection, versionId }: { connection: string; versionId: string },
): Promise<void> {
  return dropStagedVersion(secretsManager, { secretId: credentialSecretName(connection), versionId });
}
