import { beforeEach, describe, expect, it } from 'vitest';
import { Kms } from '../../../../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../../../../infra/local/aws/secrets-manager/secrets-manager.ts';

const [V1, V2, V3] = ['1', '2', '3'].map((digit) => digit.repeat(32)) as [string, string, string];

let secretsManager: SecretsManager;

beforeEach(() => {
  const own = { nowMs: Date.now, path: null, region: 'us-east-1', accountId: '000000000000' };
  secretsManager = new SecretsManager({ ...own, kms: new Kms(own) });
});

function call(operation: string, input: object): Promise<object> {
  return secretsManager.service({ operation, input, principal: 'operator' });
}

describe('a list of secrets', () => {
  interface SecretPage {
    readonly SecretList: readonly { readonly Name: string }[];
    readonly NextToken?: string;
  }

  beforeEach(async () => {
    for (const Name of ['zoho/a', 'zoho/b', 'zoho/c', 'other/zoho/a']) await call('CreateSecret', { Name });
  });

  async function list(input: object): Promise<{ names: string[]; next: string | undefined }> {
    const { SecretList, NextToken } = (await call('ListSecrets', input)) as SecretPage;
    return { names: SecretList.map(({ Name }) => Name), next: NextToken };
  }

  it('comes in pages, in the order of creation', async () => {
    const first = await list({ MaxResults: 3 });
    const second = await list({ MaxResults: 3, NextToken: first.next });
    expect(first.names).toEqual(['zoho/a', 'zoho/b', 'zoho/c']);
    expect(second).toEqual({ names: ['other/zoho/a'], next: undefined });
  });

  it('refuses a page that it did not announce', async () => {
    await expect(list({ NextToken: 'nonsense' })).rejects.toMatchObject({
      code: 'InvalidNextTokenException',
    });
  });

  it.each([
    ['a beginning', ['zoho/'], ['zoho/a', 'zoho/b', 'zoho/c']],
    ['one of two beginnings', ['zoho/a', 'other'], ['zoho/a', 'other/zoho/a']],
    ['not that beginning', ['!zoho/'], ['other/zoho/a']],
    ['upper and lower case', ['Zoho/'], []],
  ])('is narrowed to names with %s', async (_, Values, names) => {
    expect((await list({ Filters: [{ Key: 'name', Values }] })).names).toEqual(names);
  });
});

describe('a list of versions', () => {
  const SecretId = 'zoho/crm/credential';

  beforeEach(async () => {
    await call('CreateSecret', { Name: SecretId });
    for (const ClientRequestToken of [V1, V2, V3]) {
      await call('PutSecretValue', { SecretId, ClientRequestToken, SecretString: 'value' });
    }
  });

  it('leaves out those without a label', async () => {
    expect(await call('ListSecretVersionIds', { SecretId })).toMatchObject({
      Name: SecretId,
      Versions: [
        { VersionId: V2, VersionStages: ['AWSPREVIOUS'], KmsKeyIds: ['DefaultEncryptionKey'] },
        { VersionId: V3, VersionStages: ['AWSCURRENT'] },
      ],
    });
  });

  it('has them on demand', async () => {
    expect(await call('ListSecretVersionIds', { SecretId, IncludeDeprecated: true })).toMatchObject({
      Versions: [{ VersionId: V1, VersionStages: undefined }, { VersionId: V2 }, { VersionId: V3 }],
    });
  });
});
