import { beforeEach, describe, expect, it } from 'vitest';
import { Kms } from '../../../../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../../../../infra/local/aws/secrets-manager/secrets-manager.ts';

const SecretId = 'zoho/crm/credential';

let secretsManager: SecretsManager;

beforeEach(async () => {
  const own = { nowMs: Date.now, path: null, region: 'us-east-1', accountId: '000000000000' };
  secretsManager = new SecretsManager({ ...own, kms: new Kms(own) });
  await call('CreateSecret', { Name: SecretId });
});

function call(operation: string, input: object): Promise<object> {
  return secretsManager.service({ operation, input, principal: 'operator' });
}

function put(input: object): Promise<object> {
  return call('PutSecretValue', { SecretId, SecretString: 'value', ...input });
}

describe('a value is not stored', () => {
  it.each([
    ['under a token of 31 characters', { ClientRequestToken: '1'.repeat(31) }, 'ValidationException'],
    ['under a token of 65 characters', { ClientRequestToken: '1'.repeat(65) }, 'ValidationException'],
    ['without being given', { SecretString: undefined }, 'InvalidRequestException'],
    ['as text and as bytes', { SecretBinary: 'AA==' }, 'InvalidParameterException'],
    ['when it is empty', { SecretString: '' }, 'ValidationException'],
    ['with 65,537 bytes', { SecretString: `${'ä'.repeat(32_768)}a` }, 'ValidationException'],
    ['with no label', { VersionStages: [] }, 'ValidationException'],
    ['with 21 labels', { VersionStages: Array(21).fill('a') }, 'ValidationException'],
  ])('%s', async (_, input, code) => {
    await expect(put(input)).rejects.toMatchObject({ code });
    expect(await call('DescribeSecret', { SecretId })).toMatchObject({ VersionIdsToStages: undefined });
  });
});

describe('a request is refused', () => {
  it.each([
    ['for a name with a blank', 'CreateSecret', { Name: 'a name' }],
    ['for a secret’s name with a blank', 'GetSecretValue', { SecretId: 'a name' }],
    ['for 21 secrets in a batch', 'BatchGetSecretValue', { SecretIdList: Array(21).fill('a') }],
    ['for a parameter that the twin does not know', 'DescribeSecret', { SecretId, Unknown: 1 }],
    ['for a filter that the twin does not know', 'ListSecrets', { Filters: [{ Key: 'all', Values: ['a'] }] }],
  ])('%s', async (_, operation, input) => {
    await expect(call(operation, input)).rejects.toMatchObject({ code: 'ValidationException' });
  });

  it('for an operation that the twin does not know', async () => {
    await expect(call('RotateSecret', { SecretId })).rejects.toMatchObject({
      code: 'UnknownOperationException',
    });
  });

  it('without quoting the value', async () => {
    const refused = put({ SecretString: ['1000.refresh-token'] });
    await expect(refused).rejects.toThrow(/SecretString/);
    await expect(refused).rejects.not.toThrow(/refresh-token/);
  });
});

it('a value may have 65,536 bytes', async () => {
  const SecretString = 'ä'.repeat(32_768);
  await put({ SecretString });
  expect(await call('GetSecretValue', { SecretId })).toMatchObject({ SecretString });
});
