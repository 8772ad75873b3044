import {
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type SecretRepair, type SecretWriter, writeRepairing } from './secret-repair.ts';

/** A version of a secret that is to be put. */
export interface NewVersion {
  readonly secretId: string;
  /** A UUID, unique to the attempt: the same one with the same content again is the same version. */
  readonly versionId: string;
  readonly document: object;
}

/**
 * Writes a candidate: durable, and current for nobody, unless the secret has no version yet. The same version id with the
 * same content succeeds again, so a retry is safe. A secret that was lost is made anew on the way.
 *
 * @returns what had to be repaired
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export function stageVersion(writer: SecretWriter, version: NewVersion): Promise<SecretRepair[]> {
  return putVersion(writer, { ...version, stage: 'AWSPENDING' });
}

/** Writes a version that bears one label, whatever it is called; {@link stageVersion} says what a retry does. */
export function putVersion(
  writer: SecretWriter,
  { secretId, versionId, document, stage }: NewVersion & { stage: 'AWSPENDING' | 'VACANT' | 'REINSTATED' },
): Promise<SecretRepair[]> {
  return writeRepairing(writer, secretId, async () => {
    await writer.secretsManager.send(
      new PutSecretValueCommand({
        SecretId: secretId,
        ClientRequestToken: versionId,
        SecretString: JSON.stringify(document),
        VersionStages: [stage],
      }),
    );
  });
}

export type PromoteOutcome = { kind: 'promoted' } | { kind: 'conflict' };

/**
 * Makes a staged version current, if what it replaces is still current: a compare-and-set, so a writer whose lease ran
 * out fails instead of overwriting.
 *
 * @param promotion.replaces the version that is expected to be current; null when none is
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export async function promoteVersion(
  secretsManager: SecretsManagerClient,
  { secretId, versionId, replaces }: { secretId: string; versionId: string; replaces: string | null },
): Promise<PromoteOutcome> {
  try {
    await secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: versionId,
        ...(replaces === null ? {} : { RemoveFromVersionId: replaces }),
      }),
    );
    return { kind: 'promoted' };
  } catch (error) {
    // The expected version is another one's predecessor by now, or gone altogether.
    const isConflict =
      error instanceof InvalidParameterException || error instanceof ResourceNotFoundException;
    if (isConflict) return { kind: 'conflict' };
    throw error;
  }
}

/** Takes the label off a candidate that turned out to be worth nothing; what is current is not touched. */
export async function dropStagedVersion(
  secretsManager: SecretsManagerClient,
  { secretId, versionId }: { secretId: string; versionId: string },
): Promise<void> {
  await secretsManager.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secretId,
      VersionStage: 'AWSPENDING',
      RemoveFromVersionId: versionId,
    }),
  );
}

/** Gives the label back to the candidate that bore it before; one without any label is deleted after a day. */
export async function restoreStagedVersion(
  secretsManager: SecretsManagerClient,
  {
    secretId,
    versionId,
    displacedVersionId,
  }: { secretId: string; versionId: string; displacedVersionId: string },
): Promise<void> {
  await secretsManager.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secretId,
      VersionStage: 'AWSPENDING',
      MoveToVersionId: displacedVersionId,
      RemoveFromVersionId: versionId,
    }),
  );
}
