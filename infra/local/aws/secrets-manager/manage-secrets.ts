import { AwsError } from '../service.ts';
import {
  deleteSecretSchema,
  parseInput,
  secretIdSchema,
  tagResourceSchema,
  untagResourceSchema,
  updateSecretVersionStageSchema,
} from './inputs.ts';
import { type Operation, type OperationContext, toEpochSeconds } from './operation.ts';
import type { Secret } from './secret.ts';
import { moveStage } from './stages.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const MIN_RECOVERY_DAYS = 7;
const MAX_RECOVERY_DAYS = 30;
const MAX_TAGS = 50;

/** The operations that change a secret but not what it holds: labels, tags, deletion. */
export function createManageOperations({ secrets, nowMs, newArn }: OperationContext) {
  const updateSecretVersionStage: Operation = (input) => {
    const parsed = parseInput(updateSecretVersionStageSchema, input);
    const {
      SecretId,
      VersionStage: stage,
      MoveToVersionId: moveTo,
      RemoveFromVersionId: removeFrom,
    } = parsed;
    const secret = secrets.findActive(SecretId);
    secrets.change({ ...secret, versions: moveStage(secret.versions, { stage, moveTo, removeFrom }) });
    return identify(secret);
  };

  const tagResource: Operation = (input) => {
    const { SecretId, Tags } = parseInput(tagResourceSchema, input);
    const secret = secrets.findActive(SecretId);
    const untouched = secret.tags.filter(({ Key }) => !Tags.some((tag) => tag.Key === Key));
    const tags = [...untouched, ...Tags];
    if (tags.length > MAX_TAGS) {
      throw new AwsError('InvalidParameterException', `A secret can't have more than ${MAX_TAGS} tags.`);
    }
    secrets.change({ ...secret, tags });
    return {};
  };

  const untagResource: Operation = (input) => {
    const { SecretId, TagKeys } = parseInput(untagResourceSchema, input);
    const secret = secrets.findActive(SecretId);
    secrets.change({ ...secret, tags: secret.tags.filter(({ Key }) => !TagKeys.includes(Key)) });
    return {};
  };

  const deleteSecret: Operation = (input) => {
    const { SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery } = parseInput(
      deleteSecretSchema,
      input,
    );
    if (!ForceDeleteWithoutRecovery)
      return scheduleDeletion(SecretId, RecoveryWindowInDays ?? MAX_RECOVERY_DAYS);
    if (RecoveryWindowInDays !== undefined) {
      throw new AwsError(
        'InvalidParameterException',
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    return forceDeletion(SecretId);
  };

  const restoreSecret: Operation = (input) => {
    const secret = secrets.find(parseInput(secretIdSchema, input).SecretId);
    secrets.change({ ...secret, deletionMs: null });
    return identify(secret);
  };

  function scheduleDeletion(secretId: string, days: number): object {
    if (days < MIN_RECOVERY_DAYS || days > MAX_RECOVERY_DAYS) {
      throw new AwsError(
        'InvalidParameterException',
        `The RecoveryWindowInDays value must be between ${MIN_RECOVERY_DAYS} and ${MAX_RECOVERY_DAYS} days (inclusive).`,
      );
    }
    const secret = secrets.findActive(secretId);
    const deletionMs = nowMs() + days * DAY_MS;
    secrets.change({ ...secret, deletionMs });
    return { ...identify(secret), DeletionDate: toEpochSeconds(deletionMs) };
  }

  /** Succeeds for a secret that does not exist, too. */
  function forceDeletion(secretId: string): object {
    const secret = secrets.lookUp(secretId);
    if (secret) secrets.remove(secret);
    const identity = secret ? identify(secret) : { ARN: newArn(secretId), Name: secretId };
    return { ...identity, DeletionDate: toEpochSeconds(nowMs()) };
  }

  return {
    UpdateSecretVersionStage: updateSecretVersionStage,
    TagResource: tagResource,
    UntagResource: untagResource,
    DeleteSecret: deleteSecret,
    RestoreSecret: restoreSecret,
  };
}

function identify({ arn, name }: Secret): object {
  return { ARN: arn, Name: name };
}
