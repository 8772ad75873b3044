import { AwsError } from '../service.ts';
import type { Envelope } from './envelope.ts';
import { batchGetSecretValueSchema, getSecretValueSchema, parseInput } from './inputs.ts';
import { type Operation, type OperationContext, toEpochSeconds } from './operation.ts';
import { findStage, findVersion, type Secret, type Version } from './secret.ts';

interface VersionQuery {
  readonly VersionId?: string | undefined;
  readonly VersionStage?: string | undefined;
}

/** The operations that read values. */
export function createReadOperations({ secrets }: OperationContext) {
  const getSecretValue: Operation = (input, envelope) => {
    const { SecretId, ...query } = parseInput(getSecretValueSchema, input);
    return readValue(SecretId, query, envelope);
  };

  /** A secret that cannot be read does not keep the others from being read. */
  const batchGetSecretValue: Operation = async (input, envelope) => {
    const { SecretIdList } = parseInput(batchGetSecretValueSchema, input);
    const SecretValues: object[] = [];
    const Errors: object[] = [];
    for (const SecretId of SecretIdList) {
      try {
        SecretValues.push(await readValue(SecretId, {}, envelope));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Errors.push({ SecretId, ErrorCode: error.code, Message: error.message });
      }
    }
    return { SecretValues, Errors };
  };

  async function readValue(secretId: string, query: VersionQuery, envelope: Envelope): Promise<object> {
    const secret = secrets.findActive(secretId);
    const { id, kind, sealed, stages, createdMs } = selectVersion(secret, query);
    const value = await envelope.open(sealed, { arn: secret.arn, versionId: id });
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: id,
      ...(kind === 'string'
        ? { SecretString: value.toString() }
        : { SecretBinary: value.toString('base64') }),
      VersionStages: stages,
      CreatedDate: toEpochSeconds(createdMs),
    };
  }

  return { GetSecretValue: getSecretValue, BatchGetSecretValue: batchGetSecretValue };
}

function selectVersion(secret: Secret, { VersionId, VersionStage }: VersionQuery): Version {
  if (VersionId === undefined) {
    const stage = VersionStage ?? 'AWSCURRENT';
    return findStage(secret, stage) ?? failToFind(`staging label: ${stage}`);
  }
  const version = findVersion(secret, VersionId) ?? failToFind(`VersionId: ${VersionId}`);
  if (VersionStage === undefined || version.stages.includes(VersionStage)) return version;
  throw new AwsError(
    'InvalidRequestException',
    'You provided a VersionStage that is not associated to the provided VersionId.',
  );
}

function failToFind(what: string): never {
  throw new AwsError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${what}`,
  );
}
