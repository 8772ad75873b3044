import { beforeEach, describe, expect, it } from 'vitest';
import { Kms } from '../../../../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../../../../infra/local/aws/secrets-manager/secrets-manager.ts';

const SECRET = { SecretId: 'zoho/crm/credential' };
const TOKEN = '1'.repeat(32);

let secretsManager: SecretsManager;

beforeEach(async () => {
  const own = { nowMs: Date.now, path: null, region: 'us-east-1', accountId: '000000000000' };
  secretsManager = new SecretsManager({ ...own, kms: new Kms(own) });
  await call('CreateSecret', { Name: SECRET.SecretId });
});

function call(operation: string, input: object = SECRET): Promise<object> {
  return secretsManager.service({ operation, input, principal: 'operator' });
}

function put(ClientRequestToken: string, SecretString: string): Promise<object> {
  return call('PutSecretValue', { ...SECRET, ClientRequestToken, SecretString });
}

/** Makes calls that are all under way, waiting for KMS, before the first of them is answered. */
async function race(...calls: Promise<object>[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(calls);
  return outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'done' : outcome.reason.code));
}

describe('writers at once', () => {
  it('lose none of their versions, and leave one of them current', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => String(index + 10).repeat(16));
    await race(...ids.map((id) => put(id, id)));
    const list = await call('ListSecretVersionIds', { ...SECRET, IncludeDeprecated: true });
    const { Versions } = list as { Versions: { VersionId: string; VersionStages?: string[] }[] };
    expect(Versions.map(({ VersionId }) => VersionId).sort()).toEqual(ids);
    expect(Versions.flatMap(({ VersionStages = [] }) => VersionStages).sort()).toEqual([
      'AWSCURRENT',
      'AWSPREVIOUS',
    ]);
  });

  it('of the same token and value store it once', async () => {
    expect(await race(put(TOKEN, 'value'), put(TOKEN, 'value'))).toEqual(['done', 'done']);
    expect(await call('DescribeSecret')).toMatchObject({ VersionIdsToStages: { [TOKEN]: ['AWSCURRENT'] } });
  });

  it('of the same token and different values: the first is stored, the other refused', async () => {
    expect(await race(put(TOKEN, 'a'), put(TOKEN, 'b'))).toEqual(['done', 'ResourceExistsException']);
    expect(await call('GetSecretValue')).toMatchObject({ SecretString: 'a' });
  });

  it('of a value and of a description lose neither', async () => {
    const description = call('UpdateSecret', { ...SECRET, Description: 'new', SecretString: 'a' });
    expect(await race(put(TOKEN, 'b'), description)).toEqual(['done', 'done']);
    const described = (await call('DescribeSecret')) as { VersionIdsToStages: object };
    expect(described).toMatchObject({ Description: 'new' });
    expect(Object.keys(described.VersionIdsToStages)).toHaveLength(2);
  });

  it('who create the same secret create one', async () => {
    const create = (SecretString: string) => call('CreateSecret', { Name: 'raced', SecretString });
    expect(await race(create('a'), create('b'))).toEqual(['done', 'ResourceExistsException']);
    expect(await call('GetSecretValue', { SecretId: 'raced' })).toMatchObject({ SecretString: 'a' });
  });

  it('do not write to a secret that is deleted meanwhile, or to another that took its name', async () => {
    expect(await race(put(TOKEN, 'value'), call('DeleteSecret'))).toEqual([
      'InvalidRequestException',
      'done',
    ]);
    await call('RestoreSecret');
    const replaced = [
      put(TOKEN, 'value'),
      call('DeleteSecret', { ...SECRET, ForceDeleteWithoutRecovery: true }),
      call('CreateSecret', { Name: SECRET.SecretId }),
    ];
    expect(await race(...replaced)).toEqual(['ResourceNotFoundException', 'done', 'done']);
    expect(await call('DescribeSecret')).toMatchObject({ VersionIdsToStages: undefined });
  });
});
