import { AwsError } from '../service.ts';
import { listSecretsSchema, listSecretVersionIdsSchema, parseInput, secretIdSchema } from './inputs.ts';
import { type Operation, type OperationContext, toEpochSeconds } from './operation.ts';
import type { Secret, Version } from './secret.ts';

/** The operations that describe secrets and versions without their values. */
export function createListOperations({ secrets }: OperationContext) {
  const describeSecret: Operation = (input) => {
    const secret = secrets.find(parseInput(secretIdSchema, input).SecretId);
    return { ...describe(secret), VersionIdsToStages: versionIdsToStages(secret) };
  };

  const listSecrets: Operation = (input) => {
    const { IncludePlannedDeletion, Filters, ...page } = parseInput(listSecretsSchema, input);
    const listed = secrets.all
      .filter(({ deletionMs }) => IncludePlannedDeletion || deletionMs === null)
      .filter(({ name }) => Filters.every(({ Values }) => Values.some((value) => matches(name, value))));
    const { items, NextToken } = paginate(listed, page);
    const SecretList = items.map((secret) => ({
      ...describe(secret),
      SecretVersionsToStages: versionIdsToStages(secret),
    }));
    return { SecretList, NextToken };
  };

  const listSecretVersionIds: Operation = (input) => {
    const { SecretId, IncludeDeprecated, ...page } = parseInput(listSecretVersionIdsSchema, input);
    const { arn, name, versions } = secrets.find(SecretId);
    const listed = versions.filter(({ stages }) => IncludeDeprecated || stages.length > 0);
    const { items, NextToken } = paginate(listed, page);
    return { ARN: arn, Name: name, Versions: items.map(describeVersion), NextToken };
  };

  return {
    DescribeSecret: describeSecret,
    ListSecrets: listSecrets,
    ListSecretVersionIds: listSecretVersionIds,
  };
}

function describe(secret: Secret): object {
  const { arn, name, description, kmsKeyId, tags, createdMs, changedMs, deletionMs } = secret;
  return {
    ARN: arn,
    Name: name,
    Description: description ?? undefined,
    KmsKeyId: kmsKeyId ?? undefined,
    Tags: tags.length > 0 ? tags : undefined,
    CreatedDate: toEpochSeconds(createdMs),
    LastChangedDate: toEpochSeconds(changedMs),
    DeletedDate: deletionMs === null ? undefined : toEpochSeconds(deletionMs),
  };
}

/** The versions that bear labels; left out when there are none. */
function versionIdsToStages({ versions }: Secret): Record<string, string[]> | undefined {
  const labelled = versions.filter(({ stages }) => stages.length > 0);
  return labelled.length > 0 ? Object.fromEntries(labelled.map(({ id, stages }) => [id, stages])) : undefined;
}

function describeVersion({ id, stages, createdMs, kmsKeyId, sealed }: Version): object {
  const keys = [kmsKeyId, ...sealed.formerDataKeys.map((former) => former.kmsKeyId)];
  return {
    VersionId: id,
    VersionStages: stages.length > 0 ? stages : undefined,
    CreatedDate: toEpochSeconds(createdMs),
    KmsKeyIds: [...new Set(keys.map((key) => key ?? 'DefaultEncryptionKey'))],
  };
}

/** A prefix, case-sensitive; after an exclamation mark, one that the name must not have. */
function matches(name: string, value: string): boolean {
  return value.startsWith('!') ? !name.startsWith(value.slice(1)) : name.startsWith(value);
}

/** @throws {AwsError} `InvalidNextTokenException` */
function paginate<T>(
  all: readonly T[],
  { MaxResults, NextToken }: { MaxResults: number; NextToken?: string | undefined },
): { items: T[]; NextToken: string | undefined } {
  const start = NextToken === undefined ? 0 : Number(NextToken);
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.');
  }
  const end = start + MaxResults;
  return { items: all.slice(start, end), NextToken: end < all.length ? String(end) : undefined };
}
