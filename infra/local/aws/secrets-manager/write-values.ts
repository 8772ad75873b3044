import { randomUUID } from 'node:crypto';
import { AwsError } from '../service.ts';
import type { Envelope } from './envelope.ts';
import {
  createSecretSchema,
  parseInput,
  parseValue,
  putSecretValueSchema,
  type SecretValue,
  updateSecretSchema,
} from './inputs.ts';
import type { Operation, OperationContext } from './operation.ts';
import { findVersion, newSecret, type SealedValue, type Secret, type Version } from './secret.ts';
import { addVersion, dropDeprecated } from './stages.ts';

/** The labels of the versions that a new KMS key is to protect as well. */
const REWRAPPED_STAGES = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'];
/** The failures that leave a version under the key that it is under. */
const STAYS_AS_IT_IS = ['AccessDeniedException', 'DecryptionFailure'];

/** What an update brings; what is undefined stays as it is. */
interface SecretChange {
  readonly description?: string | undefined;
  readonly key?: NewKey | undefined;
  readonly added?: Version | undefined;
}

/** A secret's new KMS key, and the values by version whose data keys it encrypts now. */
interface NewKey {
  readonly kmsKeyId: string | null;
  readonly rewrapped: ReadonlyMap<string, SealedValue>;
}

/** The operations that store values. KMS is asked first; then what stands is looked at and changed in one step. */
export function createWriteOperations({ secrets, nowMs, newArn }: OperationContext) {
  const createSecret: Operation = async (input, envelope) => {
    const parsed = parseInput(createSecretSchema, input);
    const { Name, Description, KmsKeyId, Tags, ClientRequestToken: versionId = randomUUID() } = parsed;
    const value = parseValue(parsed);
    const kmsKeyId = KmsKeyId || null;
    const created = { arn: newArn(Name), name: Name, description: Description ?? null, kmsKeyId, tags: Tags };
    const secret = newSecret(created, nowMs());
    if (kmsKeyId !== null) await envelope.validateKeyAccess(kmsKeyId, secret.arn);
    const stages = ['AWSCURRENT'];
    const version = value && (await sealVersion(secret, { value, versionId, stages, kmsKeyId }, envelope));
    const existing = secrets.lookUp(Name);
    if (existing) return repeatCreation(existing, versionId, value, envelope);
    secrets.add({ ...secret, versions: version ? [version] : [] });
    return { ARN: secret.arn, Name, VersionId: version?.id };
  };

  const putSecretValue: Operation = async (input, envelope) => {
    const parsed = parseInput(putSecretValueSchema, input);
    const { SecretId, VersionStages: stages, ClientRequestToken: versionId = randomUUID() } = parsed;
    const value = parseValue(parsed);
    if (!value) {
      throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
    }
    const secret = secrets.findActive(SecretId);
    const { arn: ARN, name: Name, kmsKeyId } = secret;
    const added = await sealVersion(secret, { value, versionId, stages, kmsKeyId }, envelope);
    const repeated = findVersion(secrets.findActive(ARN), versionId);
    if (repeated) await requireSameValue(secret, repeated, value, envelope);
    const stored = repeated ?? findVersion(apply(ARN, { added }), versionId);
    return { ARN, Name, VersionId: versionId, VersionStages: stored?.stages };
  };

  const updateSecret: Operation = async (input, envelope) => {
    const parsed = parseInput(updateSecretSchema, input);
    const { SecretId, Description, KmsKeyId, ClientRequestToken: versionId = randomUUID() } = parsed;
    const value = parseValue(parsed);
    const secret = secrets.findActive(SecretId);
    const { arn: ARN, name: Name } = secret;
    const key = KmsKeyId === undefined ? undefined : await changeKey(secret, KmsKeyId || null, envelope);
    const kmsKeyId = key ? key.kmsKeyId : secret.kmsKeyId;
    const stages = ['AWSCURRENT'];
    const added = value
      ? await sealVersion(secret, { value, versionId, stages, kmsKeyId }, envelope)
      : undefined;
    const repeated = value && findVersion(secrets.findActive(ARN), versionId);
    if (repeated) await requireSameValue(secret, repeated, value, envelope);
    apply(ARN, { description: Description, key, added: repeated ? undefined : added });
    return { ARN, Name, VersionId: added?.id };
  };

  async function sealVersion(
    { arn }: Secret,
    added: { value: SecretValue; versionId: string; stages: string[]; kmsKeyId: string | null },
    envelope: Envelope,
  ): Promise<Version> {
    const { value, versionId: id, stages, kmsKeyId } = added;
    const sealed = await envelope.seal(value.bytes, kmsKeyId, { arn, versionId: id });
    return { id, stages, createdMs: nowMs(), kind: value.kind, kmsKeyId, sealed };
  }

  /** One synchronous step upon what stands now. */
  function apply(arn: string, { description, key, added }: SecretChange): Secret {
    const latest = secrets.findActive(arn);
    const rekeyed = key ? withKey(latest, key) : latest;
    const versions = added ? dropDeprecated(addVersion(rekeyed.versions, added), nowMs()) : rekeyed.versions;
    const changed = { ...rekeyed, description: description ?? latest.description, versions };
    secrets.change(changed);
    return changed;
  }

  return { CreateSecret: createSecret, PutSecretValue: putSecretValue, UpdateSecret: updateSecret };
}

/** The same request once more succeeds; any other for a name that is taken does not. */
async function repeatCreation(
  existing: Secret,
  versionId: string,
  value: SecretValue | null,
  envelope: Envelope,
): Promise<object> {
  const { arn: ARN, name: Name } = existing;
  if (existing.deletionMs !== null) {
    throw new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  const version = findVersion(existing, versionId);
  if (!version || !value) {
    throw new AwsError(
      'ResourceExistsException',
      `The operation failed because the secret ${Name} already exists.`,
    );
  }
  await requireSameValue(existing, version, value, envelope);
  return { ARN, Name, VersionId: versionId };
}

async function requireSameValue(
  { arn }: Secret,
  { id, kind, sealed }: Version,
  value: SecretValue,
  envelope: Envelope,
): Promise<void> {
  const bytes = await envelope.open(sealed, { arn, versionId: id });
  if (kind === value.kind && bytes.equals(value.bytes)) return;
  throw new AwsError(
    'ResourceExistsException',
    `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${arn}.`,
  );
}

/**
 * A version that the caller may not encrypt with the new key, or cannot decrypt with the old one, stays under the old
 * one. AWS says so of a caller without permission; here also a key that does not work at all locks nobody in.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_update-encryption-key.html
 */
async function changeKey(secret: Secret, next: string | null, envelope: Envelope): Promise<NewKey> {
  if (next !== null) await envelope.validateKeyAccess(next, secret.arn);
  const rewrapped = new Map<string, SealedValue>();
  for (const { id, stages, kmsKeyId: former, sealed } of secret.versions) {
    if (!stages.some((stage) => REWRAPPED_STAGES.includes(stage))) continue;
    const owner = { arn: secret.arn, versionId: id };
    try {
      rewrapped.set(id, await envelope.rewrap(sealed, { former, next }, owner));
    } catch (error) {
      if (!(error instanceof AwsError) || !STAYS_AS_IT_IS.includes(error.code)) throw error;
    }
  }
  return { kmsKeyId: next, rewrapped };
}

function withKey(secret: Secret, { kmsKeyId, rewrapped }: NewKey): Secret {
  const versions = secret.versions.map((version) => {
    const sealed = rewrapped.get(version.id);
    return sealed ? { ...version, kmsKeyId, sealed } : version;
  });
  return { ...secret, kmsKeyId, versions };
}
