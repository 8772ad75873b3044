import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Kms } from '../../../../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../../../../infra/local/aws/secrets-manager/secrets-manager.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const START_MS = Date.UTC(2026, 0, 1);
const SECRET = { SecretId: 'zoho/crm/credential' };
const IS_SCHEDULED = {
  code: 'InvalidRequestException',
  message: "You can't perform this operation on the secret because it was marked for deletion.",
};

let folder: string;
let nowMs: number;
let secretsManager: SecretsManager;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-manager-'));
  nowMs = START_MS;
  start();
  await call('CreateSecret', { Name: SECRET.SecretId, SecretString: '1000.refresh-token' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(): void {
  const own = { nowMs: () => nowMs, region: 'us-east-1', accountId: '000000000000' };
  const kms = new Kms({ ...own, path: join(folder, 'kms.json') });
  secretsManager = new SecretsManager({ ...own, kms, path: join(folder, 'secrets-manager') });
}

function call(operation: string, input: object = SECRET): Promise<object> {
  return secretsManager.service({ operation, input, principal: 'operator' });
}

describe('a restart', () => {
  it('finds every secret, label and value as it was', async () => {
    await call('PutSecretValue', { ...SECRET, SecretString: 'staged', VersionStages: ['AWSPENDING'] });
    const before = [await call('DescribeSecret'), await call('GetSecretValue')];
    start();
    expect([await call('DescribeSecret'), await call('GetSecretValue')]).toEqual(before);
    expect(await call('GetSecretValue', { ...SECRET, VersionStage: 'AWSPENDING' })).toMatchObject({
      SecretString: 'staged',
    });
  });

  it('finds values from before a secret could be under two keys', async () => {
    const directory = join(folder, 'secrets-manager');
    const [name = ''] = readdirSync(directory);
    const path = join(directory, name);
    const before = readFileSync(path, 'utf8');
    const older = before.replace(/,\s*"formerDataKeys": \[\]/, '');
    expect(older).not.toBe(before);
    writeFileSync(path, older);
    start();
    expect(await call('GetSecretValue')).toMatchObject({ SecretString: '1000.refresh-token' });
  });

  it('finds no value in clear on the disk', () => {
    const directory = join(folder, 'secrets-manager');
    const files = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
    expect(files).not.toHaveLength(0);
    expect(files.join('\n')).not.toContain('refresh-token');
  });
});

describe('a secret scheduled for deletion', () => {
  it('is gone after 30 days unless told otherwise', async () => {
    expect(await call('DeleteSecret')).toMatchObject({ DeletionDate: (START_MS + 30 * DAY_MS) / 1000 });
    nowMs += 30 * DAY_MS - 1;
    expect(await call('DescribeSecret')).toMatchObject({ DeletedDate: (START_MS + 30 * DAY_MS) / 1000 });
    nowMs += 1;
    await expect(call('DescribeSecret')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    await expect(call('RestoreSecret')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('leaves its name to another one when it is gone', async () => {
    const { ARN: gone } = (await call('DeleteSecret')) as { ARN: string };
    nowMs += 30 * DAY_MS;
    const { ARN } = (await call('CreateSecret', { Name: SECRET.SecretId })) as { ARN: string };
    for (const SecretId of [SECRET.SecretId, ARN]) {
      expect(await call('DescribeSecret', { SecretId })).toMatchObject({ ARN });
    }
    await expect(call('DescribeSecret', { SecretId: gone })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  it.each([
    ['GetSecretValue', {}],
    ['PutSecretValue', { SecretString: 'new' }],
    ['UpdateSecret', { Description: 'new' }],
    ['UpdateSecretVersionStage', { VersionStage: 'blue', MoveToVersionId: '1'.repeat(32) }],
    ['TagResource', { Tags: [] }],
    ['DeleteSecret', {}],
  ])('refuses %s', async (operation, input) => {
    await call('DeleteSecret', { ...SECRET, RecoveryWindowInDays: 7 });
    await expect(call(operation, { ...SECRET, ...input })).rejects.toMatchObject(IS_SCHEDULED);
  });

  it('comes back with its value when it is restored in time', async () => {
    await call('DeleteSecret', { ...SECRET, RecoveryWindowInDays: 7 });
    nowMs += 7 * DAY_MS - 1;
    await call('RestoreSecret');
    nowMs += DAY_MS;
    expect(await call('GetSecretValue')).toMatchObject({ SecretString: '1000.refresh-token' });
    expect(await call('DescribeSecret')).toMatchObject({ DeletedDate: undefined });
  });

  it('keeps its name taken, and is listed only on demand', async () => {
    await call('DeleteSecret');
    await expect(call('CreateSecret', { Name: SECRET.SecretId })).rejects.toMatchObject({
      code: 'InvalidRequestException',
      message:
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
    });
    expect(await call('ListSecrets', {})).toMatchObject({ SecretList: [] });
    expect(await call('ListSecrets', { IncludePlannedDeletion: true })).toMatchObject({
      SecretList: [{ Name: SECRET.SecretId }],
    });
  });

  it.each([
    ['a window of 6 days', { RecoveryWindowInDays: 6 }],
    ['a window of 31 days', { RecoveryWindowInDays: 31 }],
    ['a window and none', { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }],
  ])('is not scheduled with %s', async (_, input) => {
    await expect(call('DeleteSecret', { ...SECRET, ...input })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
    expect(await call('DescribeSecret')).toMatchObject({ DeletedDate: undefined });
  });
});

describe('a secret deleted by force', () => {
  const BY_FORCE = { ...SECRET, ForceDeleteWithoutRecovery: true };

  it('is gone at once, and one of the same name has another ARN and no value', async () => {
    const { ARN } = (await call('DeleteSecret', BY_FORCE)) as { ARN: string };
    await expect(call('GetSecretValue')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    const created = (await call('CreateSecret', { Name: SECRET.SecretId })) as { ARN: string };
    expect(created.ARN).not.toBe(ARN);
    await expect(call('GetSecretValue')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  });

  it('may be deleted once more', async () => {
    await call('DeleteSecret', BY_FORCE);
    expect(await call('DeleteSecret', BY_FORCE)).toMatchObject({ Name: SECRET.SecretId });
  });
});

describe('versions without a label', () => {
  it('are dropped a day later when there are more than a hundred', async () => {
    const put = (text: string) => call('PutSecretValue', { ...SECRET, SecretString: text });
    const count = async () => {
      const list = { ...SECRET, IncludeDeprecated: true };
      const pages = [
        await call('ListSecretVersionIds', list),
        await call('ListSecretVersionIds', { ...list, NextToken: '100' }),
      ] as { Versions: object[] }[];
      return pages.flatMap(({ Versions }) => Versions).length;
    };
    for (let index = 0; index < 110; index++) await put(`value ${index}`);
    expect(await count()).toBe(111);
    nowMs += DAY_MS;
    await put('value of the next day');
    expect(await count()).toBe(100);
  });
});
