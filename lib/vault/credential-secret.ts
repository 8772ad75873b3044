import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Credential } from '../domain/credential.ts';
import { fetchSecret } from './secret-document.ts';
import { credentialSecretName } from './secret-names.ts';
import type { SecretRepair, SecretWriter } from './secret-repair.ts';
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
 * current at once, also one that is staged; after this, what is staged stays staged until it is proven. A secret that was
 * lost is made anew.
 */
export function putVacancy(
  writer: SecretWriter,
  { connection, versionId }: { connection: string; versionId: string },
): Promise<SecretRepair[]> {
  return putVersion(writer, {
    secretId: credentialSecretName(connection),
    versionId,
    document: { schemaVersion: 1, connection, vacant: true },
    stage: 'VACANT',
  });
}

/** Makes a new credential durable, before anything else is done with it. */
export function stageCredential(
  writer: SecretWriter,
  { credential, versionId }: { credential: Credential; versionId: string },
): Promise<SecretRepair[]> {
  const secretId = credentialSecretName(credential.connection);
  return stageVersion(writer, { secretId, versionId, document: credential });
}

/**
 * Puts a credential that some store has already, to be promoted. It leaves `AWSPENDING` to whatever bears it: that may be
 * the only copy of something.
 */
export function reinstateCredential(
  writer: SecretWriter,
  { credential, versionId }: { credential: Credential; versionId: string },
): Promise<SecretRepair[]> {
  const secretId = credentialSecretName(credential.connection);
  return putVersion(writer, { secretId, versionId, document: credential, stage: 'REINSTATED' });
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
