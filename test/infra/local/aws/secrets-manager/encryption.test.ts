import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Kms } from '../../../../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../../../../infra/local/aws/secrets-manager/secrets-manager.ts';
import { AwsError, type AwsService } from '../../../../../infra/local/aws/service.ts';

const SECRET = { SecretId: 'zoho/crm/credential' };
const VERSION_ID = '1'.repeat(32);

let kms: Kms;
/** KMS as Secrets Manager calls it. */
let callsToKms: ReturnType<typeof vi.fn<AwsService>>;
let secretsManager: SecretsManager;
let keyId: string;

beforeEach(async () => {
  const own = { nowMs: Date.now, path: null, region: 'us-east-1', accountId: '000000000000' };
  kms = new Kms(own);
  callsToKms = vi.fn(kms.service);
  secretsManager = new SecretsManager({ ...own, kms: { service: callsToKms } });
  keyId = await createKey();
  await call('CreateSecret', {
    Name: SECRET.SecretId,
    KmsKeyId: keyId,
    SecretString: 'value',
    ClientRequestToken: VERSION_ID,
  });
  callsToKms.mockClear();
});

async function createKey(): Promise<string> {
  const answer = await callKms('CreateKey', {});
  return (answer as { KeyMetadata: { KeyId: string } }).KeyMetadata.KeyId;
}

function callKms(operation: string, input: object): Promise<object> {
  return kms.service({ operation, input, principal: 'operator' });
}

function call(operation: string, input: object = SECRET, principal = 'operator'): Promise<object> {
  return secretsManager.service({ operation, input, principal });
}

function put(text: string): Promise<object> {
  return call('PutSecretValue', { ...SECRET, SecretString: text });
}

function deny(operation: string): void {
  callsToKms.mockImplementation((request) => {
    if (request.operation === operation) throw new AwsError('AccessDeniedException', 'not authorized');
    return kms.service(request);
  });
}

describe('a value', () => {
  it('is read with the caller’s own permission, bound to its secret and version', async () => {
    const { ARN } = (await call('GetSecretValue', SECRET, 'refresh')) as { ARN: string };
    expect(callsToKms.mock.calls).toEqual([
      [
        {
          operation: 'Decrypt',
          principal: 'refresh',
          input: {
            CiphertextBlob: expect.any(String),
            EncryptionContext: { SecretARN: ARN, SecretVersionId: VERSION_ID },
          },
        },
      ],
    ]);
  });

  it('has a data key of its own under the secret’s key', async () => {
    await put('another');
    expect(callsToKms.mock.calls).toMatchObject([
      [{ operation: 'GenerateDataKey', input: { KeyId: keyId, KeySpec: 'AES_256' } }],
    ]);
  });

  it('is under the key that AWS manages when its secret names none', async () => {
    await call('CreateSecret', { Name: 'managed', SecretString: 'value' });
    expect(callsToKms.mock.calls).toMatchObject([[{ input: { KeyId: 'alias/aws/secretsmanager' } }]]);
    expect(await call('GetSecretValue', { SecretId: 'managed' })).toMatchObject({ SecretString: 'value' });
  });
});

describe.each([
  ['disabled', () => callKms('DisableKey', { KeyId: keyId })],
  ['scheduled for deletion', () => callKms('ScheduleKeyDeletion', { KeyId: keyId })],
])('a key that is %s', (_, makeUnusable) => {
  it('fails reading and writing, and leaves what is stored', async () => {
    await makeUnusable();
    const before = await call('DescribeSecret');
    await expect(call('GetSecretValue')).rejects.toMatchObject({ code: 'DecryptionFailure' });
    await expect(put('new')).rejects.toMatchObject({ code: 'EncryptionFailure' });
    expect(await call('DescribeSecret')).toEqual(before);
  });
});

describe('a key', () => {
  it('that works again gives the value back', async () => {
    await callKms('DisableKey', { KeyId: keyId });
    await callKms('EnableKey', { KeyId: keyId });
    expect(await call('GetSecretValue')).toMatchObject({ SecretString: 'value' });
  });

  it.each([
    ['Decrypt', () => call('GetSecretValue')],
    ['GenerateDataKey', () => put('new')],
  ])('for which the caller lacks %s is denied', async (operation, attempt) => {
    deny(operation);
    await expect(attempt()).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message: 'Access to KMS is not allowed',
    });
  });

  it('that does not exist cannot be named by a secret', async () => {
    const KmsKeyId = '00000000-0000-4000-8000-000000000000';
    const created = call('CreateSecret', { Name: 'keyless', KmsKeyId });
    await expect(created).rejects.toMatchObject({ code: 'EncryptionFailure' });
    expect(await call('ListSecrets', {})).toMatchObject({ SecretList: [{ Name: SECRET.SecretId }] });
  });

  it('that replaces another protects the labelled versions from then on', async () => {
    await put('second');
    const nextKeyId = await createKey();
    await call('UpdateSecret', { ...SECRET, KmsKeyId: nextKeyId });
    await callKms('DisableKey', { KeyId: keyId });
    expect(await call('GetSecretValue')).toMatchObject({ SecretString: 'second' });
    expect(await call('GetSecretValue', { ...SECRET, VersionStage: 'AWSPREVIOUS' })).toMatchObject({
      SecretString: 'value',
    });
    expect(await call('DescribeSecret')).toMatchObject({ KmsKeyId: nextKeyId });
  });

  it('that replaces another leaves the versions that the caller may not encrypt with it', async () => {
    const nextKeyId = await createKey();
    deny('Encrypt');
    await call('UpdateSecret', { ...SECRET, KmsKeyId: nextKeyId });
    await callKms('DisableKey', { KeyId: nextKeyId });
    expect(await call('GetSecretValue')).toMatchObject({ SecretString: 'value' });
  });

  it('that replaces another is one of two that open a version', async () => {
    const nextKeyId = await createKey();
    await call('UpdateSecret', { ...SECRET, KmsKeyId: nextKeyId });
    expect(await call('ListSecretVersionIds')).toMatchObject({
      Versions: [{ VersionId: VERSION_ID, KmsKeyIds: [nextKeyId, keyId] }],
    });
    await callKms('DisableKey', { KeyId: nextKeyId });
    expect(await call('GetSecretValue')).toMatchObject({ SecretString: 'value' });
    await callKms('DisableKey', { KeyId: keyId });
    await expect(call('GetSecretValue')).rejects.toMatchObject({
      code: 'DecryptionFailure',
      message: expect.stringContaining('(DisabledException)'),
    });
  });

  it('that replaces one which the caller may not decrypt with protects what comes next', async () => {
    const nextKeyId = await createKey();
    callsToKms.mockImplementation(async (request) => {
      const answer = await kms.service(request);
      const isFormerKey = (answer as { KeyId: string }).KeyId.endsWith(keyId);
      if (isFormerKey) throw new AwsError('AccessDeniedException', 'not authorized');
      return answer;
    });
    await call('UpdateSecret', { ...SECRET, KmsKeyId: nextKeyId });
    await put('second');
    expect(await call('GetSecretValue')).toMatchObject({ SecretString: 'second' });
    const previous = call('GetSecretValue', { ...SECRET, VersionStage: 'AWSPREVIOUS' });
    await expect(previous).rejects.toMatchObject({ code: 'AccessDeniedException' });
    callsToKms.mockImplementation(kms.service);
    expect(await call('GetSecretValue', { ...SECRET, VersionStage: 'AWSPREVIOUS' })).toMatchObject({
      SecretString: 'value',
    });
  });
});
