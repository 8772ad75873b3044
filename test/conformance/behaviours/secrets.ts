import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { onTestFinished } from 'vitest';
import { type Cloud, uniqueName } from '../cloud.ts';

/** A secret until the test ends, by default with the value `first`. */
export async function createSecret(
  { secretsManager }: Cloud,
  input: Partial<CreateSecretCommandInput> = { SecretString: 'first' },
) {
  const { Name = uniqueName() } = input;
  onTestFinished(async () => {
    const deletion = { SecretId: Name, ForceDeleteWithoutRecovery: true };
    await secretsManager.send(new DeleteSecretCommand(deletion));
  });
  const created = await secretsManager.send(new CreateSecretCommand({ ...input, Name }));
  return { SecretId: Name, ARN: created.ARN, VersionId: created.VersionId };
}

/** @returns the version's id */
export async function putValue(
  { secretsManager }: Cloud,
  SecretId: string,
  SecretString: string,
  more: Partial<PutSecretValueCommandInput> = {},
): Promise<string | undefined> {
  const put = new PutSecretValueCommand({ SecretId, SecretString, ...more });
  return (await secretsManager.send(put)).VersionId;
}

export async function readValue(
  { secretsManager }: Cloud,
  SecretId: string,
  which: { VersionId?: string | undefined; VersionStage?: string } = {},
): Promise<string | undefined> {
  const { SecretString } = await secretsManager.send(new GetSecretValueCommand({ SecretId, ...which }));
  return SecretString;
}

/** The labels of each version, sorted. */
export async function stagesOf({ secretsManager }: Cloud, SecretId: string) {
  const { VersionIdsToStages = {} } = await secretsManager.send(new DescribeSecretCommand({ SecretId }));
  return Object.fromEntries(Object.entries(VersionIdsToStages).map(([id, stages]) => [id, stages.sort()]));
}
