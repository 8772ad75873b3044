import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  RestoreSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { expect } from 'vitest';
import { type Cloud, refusalOf, uniqueName } from '../cloud.ts';
import type { Behaviours } from './behaviour.ts';
import { createSecret, putValue, readValue, stagesOf } from './secrets.ts';

const DAY_MS = 86_400_000;

/**
 * How a secret comes and goes.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
 */
export const SECRET_LIFECYCLE: Behaviours = {
  'a secret may be created without a value, and then has none': async (cloud) => {
    const { SecretId, VersionId } = await createSecret(cloud, {});
    expect(VersionId).toBeUndefined();
    expect(await stagesOf(cloud, SecretId)).toEqual({});
    expect(await refusalOf(readValue(cloud, SecretId))).toBe('ResourceNotFoundException');
  },

  'a secret that does not exist is not found': async (cloud) => {
    const SecretId = uniqueName();
    expect(await refusalOf(readValue(cloud, SecretId))).toBe('ResourceNotFoundException');
    expect(await refusalOf(putValue(cloud, SecretId, 'x'))).toBe('ResourceNotFoundException');
    expect(await refusalOf(describeSecret(cloud, SecretId))).toBe('ResourceNotFoundException');
  },

  'a name is taken once': async (cloud) => {
    const { SecretId } = await createSecret(cloud);
    const again = createSecret(cloud, { Name: SecretId, SecretString: 'second' });
    expect(await refusalOf(again)).toBe('ResourceExistsException');
    expect(await readValue(cloud, SecretId)).toBe('first');
  },

  'a secret goes at the end of its recovery window': async (cloud) => {
    const { SecretId } = await createSecret(cloud);
    const { DeletionDate } = await scheduleDeletion(cloud, SecretId);
    const days = ((DeletionDate?.getTime() ?? 0) - Date.now()) / DAY_MS;
    expect(Math.round(days)).toBe(7);
    expect((await describeSecret(cloud, SecretId)).DeletedDate).toBeInstanceOf(Date);
  },

  'a secret scheduled for deletion is not read': async (cloud) => {
    const { SecretId } = await createSecret(cloud);
    await scheduleDeletion(cloud, SecretId);
    expect(await refusalOf(readValue(cloud, SecretId))).toBe('InvalidRequestException');
  },

  'a secret scheduled for deletion is not written': async (cloud) => {
    const { SecretId } = await createSecret(cloud);
    await scheduleDeletion(cloud, SecretId);
    expect(await refusalOf(putValue(cloud, SecretId, 'x'))).toBe('InvalidRequestException');
  },

  'a secret scheduled for deletion keeps its name': async (cloud) => {
    const { SecretId: Name } = await createSecret(cloud);
    await scheduleDeletion(cloud, Name);
    expect(await refusalOf(createSecret(cloud, { Name }))).toBe('InvalidRequestException');
  },

  'a restored secret is as it was': async (cloud) => {
    const { SecretId } = await createSecret(cloud);
    await putValue(cloud, SecretId, 'second');
    const before = await stagesOf(cloud, SecretId);
    await scheduleDeletion(cloud, SecretId);
    await cloud.secretsManager.send(new RestoreSecretCommand({ SecretId }));
    expect(await readValue(cloud, SecretId)).toBe('second');
    expect(await stagesOf(cloud, SecretId)).toEqual(before);
    expect((await describeSecret(cloud, SecretId)).DeletedDate).toBeUndefined();
  },

  'a secret deleted by force makes room for another one of its name': async (cloud) => {
    const { SecretId, ARN } = await createSecret(cloud);
    await deleteByForce(cloud, SecretId);
    expect(await refusalOf(readValue(cloud, SecretId))).toBe('ResourceNotFoundException');
    const anew = await cloud.eventually(() => createSecret(cloud, { Name: SecretId }));
    expect(anew.ARN).not.toBe(ARN);
    expect(await stagesOf(cloud, SecretId)).toEqual({});
  },

  'a secret may be deleted by force though it does not exist': async (cloud) => {
    expect(await refusalOf(deleteByForce(cloud, uniqueName()))).toBe('not refused');
  },

  'secrets are listed by the beginning of their names': async (cloud) => {
    const prefix = uniqueName();
    const names = ['a', 'b'].map((end) => `${prefix}/${end}`);
    for (const Name of [...names, uniqueName()]) await createSecret(cloud, { Name });
    await cloud.eventually(async () => expect(await namesOf(cloud, prefix)).toEqual(names));
  },

  'secrets scheduled for deletion are listed only on demand': async (cloud) => {
    const { SecretId } = await createSecret(cloud);
    await scheduleDeletion(cloud, SecretId);
    await cloud.eventually(async () => {
      expect(await namesOf(cloud, SecretId)).toEqual([]);
      expect(await namesOf(cloud, SecretId, { IncludePlannedDeletion: true })).toEqual([SecretId]);
    });
  },

  'a list of secrets comes in pages': async (cloud) => {
    const prefix = uniqueName();
    const names = ['a', 'b', 'c'].map((end) => `${prefix}/${end}`);
    for (const Name of names) await createSecret(cloud, { Name });
    await cloud.eventually(async () => {
      const first = await listSecrets(cloud, prefix, { MaxResults: 2 });
      expect(first.SecretList).toHaveLength(2);
      const second = await listSecrets(cloud, prefix, { MaxResults: 2, NextToken: first.NextToken });
      expect(second.NextToken).toBeUndefined();
      const listed = [first, second].flatMap(({ SecretList = [] }) => SecretList.map(({ Name }) => Name));
      expect(listed.sort()).toEqual(names);
    });
  },
};

function describeSecret({ secretsManager }: Cloud, SecretId: string) {
  return secretsManager.send(new DescribeSecretCommand({ SecretId }));
}

function scheduleDeletion({ secretsManager }: Cloud, SecretId: string) {
  return secretsManager.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
}

function deleteByForce({ secretsManager }: Cloud, SecretId: string) {
  return secretsManager.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
}

function listSecrets({ secretsManager }: Cloud, prefix: string, more: ListSecretsCommandInput) {
  const Filters: ListSecretsCommandInput['Filters'] = [{ Key: 'name', Values: [prefix] }];
  return secretsManager.send(new ListSecretsCommand({ Filters, ...more }));
}

async function namesOf(cloud: Cloud, prefix: string, more: ListSecretsCommandInput = {}) {
  const { SecretList = [] } = await listSecrets(cloud, prefix, more);
  return SecretList.map(({ Name }) => Name).sort();
}
