import { randomUUID } from 'node:crypto';
import {
  ListSecretVersionIdsCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import { type Cloud, refusalOf } from '../cloud.ts';
import type { Behaviours } from './behaviour.ts';
import { createSecret, putValue, readValue, stagesOf } from './secrets.ts';

const PENDING = { VersionStages: ['AWSPENDING'] };

/**
 * Versions, their labels, and what is read by them.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export const SECRET_VALUES: Behaviours = {
  'a first version becomes current, also one that is staged as something else': async (cloud) => {
    const { SecretId } = await createSecret(cloud, {});
    const id = await putValue(cloud, SecretId, 'first', PENDING);
    expect(await stagesOf(cloud, SecretId)).toEqual({ [id as string]: ['AWSCURRENT', 'AWSPENDING'] });
    expect(await readValue(cloud, SecretId)).toBe('first');
  },

  'a pending version is kept apart from the current one': async (cloud) => {
    const { SecretId, VersionId } = await createSecret(cloud);
    const pending = await putValue(cloud, SecretId, 'second', PENDING);
    expect(await readValue(cloud, SecretId)).toBe('first');
    expect(await readValue(cloud, SecretId, { VersionStage: 'AWSPENDING' })).toBe('second');
    expect(await stagesOf(cloud, SecretId)).toEqual({
      [VersionId as string]: ['AWSCURRENT'],
      [pending as string]: ['AWSPENDING'],
    });
  },

  'a put makes the former version the previous one': async (cloud) => {
    const { SecretId, VersionId } = await createSecret(cloud);
    const second = await putValue(cloud, SecretId, 'second');
    expect(await stagesOf(cloud, SecretId)).toEqual({
      [VersionId as string]: ['AWSPREVIOUS'],
      [second as string]: ['AWSCURRENT'],
    });
    expect(await readValue(cloud, SecretId, { VersionStage: 'AWSPREVIOUS' })).toBe('first');
  },

  'a put that is repeated with its token changes nothing': async (cloud) => {
    const { SecretId } = await createSecret(cloud);
    const token = { ClientRequestToken: randomUUID() };
    expect(await putValue(cloud, SecretId, 'second', token)).toBe(token.ClientRequestToken);
    await putValue(cloud, SecretId, 'third');
    const before = await stagesOf(cloud, SecretId);
    expect(await putValue(cloud, SecretId, 'second', token)).toBe(token.ClientRequestToken);
    expect(await stagesOf(cloud, SecretId)).toEqual(before);
    expect(await readValue(cloud, SecretId)).toBe('third');
  },

  'another content with the same token is refused': async (cloud) => {
    const { SecretId } = await createSecret(cloud);
    const token = { ClientRequestToken: randomUUID() };
    await putValue(cloud, SecretId, 'second', token);
    expect(await refusalOf(putValue(cloud, SecretId, 'third', token))).toBe('ResourceExistsException');
    expect(await readValue(cloud, SecretId)).toBe('second');
  },

  'a promotion moves the current label, and the previous one behind it': async (cloud) => {
    const { SecretId, VersionId } = await createSecret(cloud);
    const pending = await putValue(cloud, SecretId, 'second', PENDING);
    await moveCurrent(cloud, SecretId, { to: pending, from: VersionId });
    expect(await stagesOf(cloud, SecretId)).toEqual({
      [VersionId as string]: ['AWSPREVIOUS'],
      [pending as string]: ['AWSCURRENT', 'AWSPENDING'],
    });
  },

  'what has been promoted is read': async (cloud) => {
    const { SecretId, VersionId } = await createSecret(cloud);
    const pending = await putValue(cloud, SecretId, 'second', PENDING);
    await moveCurrent(cloud, SecretId, { to: pending, from: VersionId });
    expect(await readValue(cloud, SecretId)).toBe('second');
    expect(await readValue(cloud, SecretId, { VersionStage: 'AWSPREVIOUS' })).toBe('first');
  },

  'a promotion is refused when another version is current': async (cloud) => {
    const { SecretId, VersionId } = await createSecret(cloud);
    const pending = await putValue(cloud, SecretId, 'second', PENDING);
    await putValue(cloud, SecretId, 'third');
    const before = await stagesOf(cloud, SecretId);
    const promotion = moveCurrent(cloud, SecretId, { to: pending, from: VersionId });
    expect(await refusalOf(promotion)).toBe('InvalidParameterException');
    expect(await stagesOf(cloud, SecretId)).toEqual(before);
  },

  'a promotion that does not say from where is refused': async (cloud) => {
    const { SecretId } = await createSecret(cloud);
    const pending = await putValue(cloud, SecretId, 'second', PENDING);
    const promotion = moveCurrent(cloud, SecretId, { to: pending, from: undefined });
    expect(await refusalOf(promotion)).toBe('InvalidParameterException');
    expect(await readValue(cloud, SecretId)).toBe('first');
  },

  'a label is taken off a version': async (cloud) => {
    const { SecretId, VersionId } = await createSecret(cloud);
    const RemoveFromVersionId = await putValue(cloud, SecretId, 'second', PENDING);
    const removal = { SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId };
    await cloud.secretsManager.send(new UpdateSecretVersionStageCommand(removal));
    expect(await stagesOf(cloud, SecretId)).toEqual({ [VersionId as string]: ['AWSCURRENT'] });
    const read = readValue(cloud, SecretId, { VersionStage: 'AWSPENDING' });
    expect(await refusalOf(read)).toBe('ResourceNotFoundException');
  },

  'a version is read by its id, as long as it is kept': async (cloud) => {
    const { SecretId, VersionId } = await createSecret(cloud);
    await putValue(cloud, SecretId, 'second');
    await putValue(cloud, SecretId, 'third');
    expect(await readValue(cloud, SecretId, { VersionId })).toBe('first');
    const unknown = readValue(cloud, SecretId, { VersionId: randomUUID() });
    expect(await refusalOf(unknown)).toBe('ResourceNotFoundException');
  },

  'a version without a label is listed only on demand': async (cloud) => {
    const { SecretId, VersionId } = await createSecret(cloud);
    await putValue(cloud, SecretId, 'second');
    await putValue(cloud, SecretId, 'third');
    expect(await versionIdsOf(cloud, SecretId, false)).not.toContain(VersionId);
    expect(await versionIdsOf(cloud, SecretId, true)).toContain(VersionId);
  },
};

function moveCurrent(
  { secretsManager }: Cloud,
  SecretId: string,
  { to, from }: { to: string | undefined; from: string | undefined },
) {
  const VersionStage = 'AWSCURRENT';
  const move = { SecretId, VersionStage, MoveToVersionId: to, RemoveFromVersionId: from };
  return secretsManager.send(new UpdateSecretVersionStageCommand(move));
}

async function versionIdsOf({ secretsManager }: Cloud, SecretId: string, IncludeDeprecated: boolean) {
  const list = new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated });
  return (await secretsManager.send(list)).Versions?.map((version) => version.VersionId);
}
