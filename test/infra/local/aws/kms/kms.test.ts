import { type CreateKeyCommandInput, KMS, type KMSServiceException } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessKeys } from '../../../../../infra/local/aws/access-keys.ts';
import { type FrontDoor, startFrontDoor } from '../../../../../infra/local/aws/front-door.ts';
import { Kms } from '../../../../../infra/local/aws/kms/kms.ts';
import { VirtualClock } from '../../../../../infra/local/clock.ts';

const REGION = 'eu-central-1';
const ACCOUNT_ID = '000000000000';
const ARN = `arn:aws:kms:${REGION}:${ACCOUNT_ID}`;
const UNKNOWN_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const DAY_MS = 86_400_000;
const PLAINTEXT = Buffer.from('a data key');

const clock = new VirtualClock({ speed: 0 });
let door: FrontDoor;
let client: KMS;

beforeAll(async () => {
  const kms = new Kms({ nowMs: () => clock.nowMs(), path: null, region: REGION, accountId: ACCOUNT_ID });
  door = await startFrontDoor({
    services: { kms: kms.service },
    emulators: {},
    accessKeys: new AccessKeys(),
    clock,
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new KMS({ endpoint: door.endpoint, region: REGION, credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await door.close();
});

async function createKey(input: CreateKeyCommandInput = {}): Promise<{ id: string; arn: string }> {
  const { KeyMetadata } = await client.createKey(input);
  return { id: KeyMetadata?.KeyId ?? '', arn: KeyMetadata?.Arn ?? '' };
}

const createHmacKey = () => createKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });

/** The error's code and message, as the SDK gives them. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => expect.fail('expected a refusal'),
    (reason: KMSServiceException) => reason,
  );
  return `${error.name}: ${error.message}`;
}

describe('a key', () => {
  it('is created enabled, for symmetric encryption unless told otherwise', async () => {
    const { KeyMetadata } = await client.createKey({ Description: 'for backups' });
    expect(KeyMetadata).toEqual({
      AWSAccountId: ACCOUNT_ID,
      KeyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      Arn: `${ARN}:key/${KeyMetadata?.KeyId}`,
      CreationDate: new Date(clock.nowMs()),
      Enabled: true,
      Description: 'for backups',
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: 'CUSTOMER',
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      KeySpec: 'SYMMETRIC_DEFAULT',
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      MultiRegion: false,
    });
  });

  it.each(['224', '256', '384', '512'])('is created for HMAC-SHA-%s', async (bits) => {
    const KeySpec = `HMAC_${bits}` as 'HMAC_256';
    const { KeyMetadata } = await client.createKey({ KeySpec, KeyUsage: 'GENERATE_VERIFY_MAC' });
    expect(KeyMetadata).toMatchObject({ KeySpec, MacAlgorithms: [`HMAC_SHA_${bits}`] });
    expect(KeyMetadata?.EncryptionAlgorithms).toBeUndefined();
  });

  it.each<[CreateKeyCommandInput, string]>([
    [{ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }, 'UnsupportedOperationException'],
    [{ MultiRegion: true }, 'UnsupportedOperationException'],
    [{ Origin: 'EXTERNAL' }, 'UnsupportedOperationException'],
    [{ KeySpec: 'DES' as 'SM2' }, 'ValidationException'],
    [{ KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'GENERATE_VERIFY_MAC' }, 'ValidationException'],
    [{ KeySpec: 'HMAC_256', KeyUsage: 'ENCRYPT_DECRYPT' }, 'ValidationException'],
    [{ KeySpec: 'HMAC_256' }, 'ValidationException: You must specify a KeyUsage'],
  ])('is not created as %j', async (input, expected) => {
    expect(await refusal(client.createKey(input))).toContain(expected);
  });

  it('is found by id, ARN, alias and the alias’s ARN, and listed', async () => {
    const { id, arn } = await createKey();
    await client.createAlias({ AliasName: 'alias/found', TargetKeyId: arn });
    for (const KeyId of [id, arn, 'alias/found', `${ARN}:alias/found`]) {
      expect((await client.describeKey({ KeyId })).KeyMetadata?.KeyId).toBe(id);
    }
    expect((await client.listKeys()).Keys).toContainEqual({ KeyId: id, KeyArn: arn });
  });

  it.each([
    [UNKNOWN_ID, `Key '${ARN}:key/${UNKNOWN_ID}' does not exist`],
    [`${ARN}:key/${UNKNOWN_ID}`, `Key '${ARN}:key/${UNKNOWN_ID}' does not exist`],
    ['alias/unknown', `Alias ${ARN}:alias/unknown is not found.`],
    ['no-key-id', "Invalid keyId 'no-key-id'"],
    [`arn:aws:kms:us-west-2:${ACCOUNT_ID}:key/${UNKNOWN_ID}`, 'Invalid arn us-west-2'],
  ])('is not found by %s', async (KeyId, message) => {
    expect(await refusal(client.describeKey({ KeyId }))).toBe(`NotFoundException: ${message}`);
  });

  it('of an AWS service comes into being when its alias is first used, and is not the account’s to manage', async () => {
    const aliasNames = async () => (await client.listAliases()).Aliases?.map(({ AliasName }) => AliasName);
    expect(await aliasNames()).not.toContain('alias/aws/secretsmanager');
    const { KeyId = '' } = await client.encrypt({ KeyId: 'alias/aws/secretsmanager', Plaintext: PLAINTEXT });
    const { KeyMetadata } = await client.describeKey({ KeyId: 'alias/aws/secretsmanager' });
    expect(KeyMetadata).toMatchObject({ Arn: KeyId, KeyManager: 'AWS' });
    expect(await aliasNames()).toContain('alias/aws/secretsmanager');
    expect(await client.getKeyRotationStatus({ KeyId })).toMatchObject({ KeyRotationEnabled: true });
    for (const call of [
      client.disableKey({ KeyId }),
      client.scheduleKeyDeletion({ KeyId }),
      client.deleteAlias({ AliasName: 'alias/aws/secretsmanager' }),
    ]) {
      expect(await refusal(call)).toContain('AccessDeniedException');
    }
  });
});

describe('an alias', () => {
  it('leads to its key until it is moved or deleted', async () => {
    const [first, second] = [await createKey(), await createKey()];
    const AliasName = 'alias/moving';
    await client.createAlias({ AliasName, TargetKeyId: first.id });
    await client.updateAlias({ AliasName, TargetKeyId: second.arn });
    const { CiphertextBlob, KeyId } = await client.encrypt({ KeyId: AliasName, Plaintext: PLAINTEXT });
    expect(KeyId).toBe(second.arn);
    expect((await client.decrypt({ CiphertextBlob, KeyId: AliasName })).KeyId).toBe(second.arn);
    expect((await client.listAliases({ KeyId: first.id })).Aliases).toEqual([]);
    expect((await client.listAliases({ KeyId: second.id })).Aliases).toEqual([
      {
        AliasName,
        AliasArn: `${ARN}:${AliasName}`,
        TargetKeyId: second.id,
        CreationDate: expect.any(Date),
        LastUpdatedDate: expect.any(Date),
      },
    ]);
    await client.deleteAlias({ AliasName });
    const gone = `NotFoundException: Alias ${ARN}:${AliasName} is not found.`;
    expect(await refusal(client.describeKey({ KeyId: AliasName }))).toBe(gone);
    expect(await refusal(client.deleteAlias({ AliasName }))).toBe(gone);
    expect(await refusal(client.updateAlias({ AliasName, TargetKeyId: first.id }))).toBe(gone);
  });

  it('is refused when taken, reserved, malformed or without a key', async () => {
    const { id: TargetKeyId } = await createKey();
    const create = (AliasName: string, target = TargetKeyId) =>
      refusal(client.createAlias({ AliasName, TargetKeyId: target }));
    await client.createAlias({ AliasName: 'alias/taken', TargetKeyId });
    expect(await create('alias/taken')).toBe(
      `AlreadyExistsException: An alias with the name ${ARN}:alias/taken already exists`,
    );
    expect(await create('alias/aws/s3')).toContain('InvalidAliasNameException');
    expect(await create('taken')).toContain('ValidationException');
    expect(await create('alias/not good')).toContain('ValidationException');
    expect(await create('alias/other', UNKNOWN_ID)).toContain('NotFoundException');
    expect(await create('alias/other', 'alias/taken')).toContain('NotFoundException');
  });

  it('is not moved to a key of another usage', async () => {
    const [symmetric, hmac] = [await createKey(), await createHmacKey()];
    const AliasName = 'alias/symmetric';
    await client.createAlias({ AliasName, TargetKeyId: symmetric.id });
    expect(await refusal(client.updateAlias({ AliasName, TargetKeyId: hmac.id }))).toContain(
      'ValidationException',
    );
  });
});

describe('a key’s state', () => {
  it('keeps a disabled key from being used, until it is enabled again', async () => {
    const { id: KeyId, arn } = await createKey();
    const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext: PLAINTEXT });
    await client.disableKey({ KeyId });
    const disabled = `DisabledException: ${arn} is disabled.`;
    expect(await refusal(client.encrypt({ KeyId, Plaintext: PLAINTEXT }))).toBe(disabled);
    expect(await refusal(client.decrypt({ CiphertextBlob }))).toBe(disabled);
    expect(await refusal(client.generateDataKey({ KeyId, KeySpec: 'AES_256' }))).toBe(disabled);
    expect(await refusal(client.enableKeyRotation({ KeyId }))).toBe(disabled);
    expect((await client.describeKey({ KeyId })).KeyMetadata).toMatchObject({
      KeyState: 'Disabled',
      Enabled: false,
    });
    await client.enableKey({ KeyId });
    expect((await client.decrypt({ CiphertextBlob })).Plaintext).toEqual(new Uint8Array(PLAINTEXT));
  });

  it('lets nothing be done with a key that is pending deletion but to look at it or to cancel', async () => {
    const { id: KeyId, arn } = await createKey();
    const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext: PLAINTEXT });
    const DeletionDate = new Date(clock.nowMs() + 30 * DAY_MS);
    expect(await client.scheduleKeyDeletion({ KeyId })).toMatchObject({
      KeyId: arn,
      DeletionDate,
      KeyState: 'PendingDeletion',
      PendingWindowInDays: 30,
    });
    expect((await client.describeKey({ KeyId })).KeyMetadata).toMatchObject({
      KeyState: 'PendingDeletion',
      Enabled: false,
      DeletionDate,
    });
    const AliasName = 'alias/pending';
    for (const call of [
      client.encrypt({ KeyId, Plaintext: PLAINTEXT }),
      client.decrypt({ CiphertextBlob }),
      client.enableKey({ KeyId }),
      client.disableKey({ KeyId }),
      client.scheduleKeyDeletion({ KeyId }),
      client.createAlias({ AliasName, TargetKeyId: KeyId }),
    ]) {
      expect(await refusal(call)).toBe(`KMSInvalidStateException: ${arn} is pending deletion.`);
    }
    expect(await client.cancelKeyDeletion({ KeyId })).toMatchObject({ KeyId: arn });
    const { KeyMetadata } = await client.describeKey({ KeyId });
    expect([KeyMetadata?.KeyState, KeyMetadata?.DeletionDate]).toEqual(['Disabled', undefined]);
    expect(await refusal(client.cancelKeyDeletion({ KeyId }))).toContain('KMSInvalidStateException');
  });

  it('ends with the window: the key, its aliases and all that it sealed are gone', async () => {
    const { id: KeyId, arn } = await createKey();
    const AliasName = 'alias/ending';
    await client.createAlias({ AliasName, TargetKeyId: KeyId });
    const { CiphertextBlob } = await client.encrypt({ KeyId, Plaintext: PLAINTEXT });
    await client.scheduleKeyDeletion({ KeyId, PendingWindowInDays: 7 });
    clock.advance(7 * DAY_MS - 1);
    expect((await client.describeKey({ KeyId: AliasName })).KeyMetadata?.KeyState).toBe('PendingDeletion');
    clock.advance(1);
    const gone = `NotFoundException: Key '${arn}' does not exist`;
    expect(await refusal(client.describeKey({ KeyId }))).toBe(gone);
    expect(await refusal(client.decrypt({ CiphertextBlob }))).toBe(gone);
    expect(await refusal(client.cancelKeyDeletion({ KeyId }))).toBe(gone);
    expect(await refusal(client.describeKey({ KeyId: AliasName }))).toContain('is not found.');
  });

  it.each([6, 31])('cannot end in %i days', async (PendingWindowInDays) => {
    const { id: KeyId } = await createKey();
    const call = client.scheduleKeyDeletion({ KeyId, PendingWindowInDays });
    expect(await refusal(call)).toContain('ValidationException');
  });
});

describe('rotation', () => {
  it('is off until it is enabled, then due after each period', async () => {
    const { id: KeyId } = await createKey();
    const status = () => client.getKeyRotationStatus({ KeyId });
    expect(await status()).toMatchObject({ KeyRotationEnabled: false });
    const enabledAtMs = clock.nowMs();
    await client.enableKeyRotation({ KeyId, RotationPeriodInDays: 90 });
    clock.advance(100 * DAY_MS);
    expect(await status()).toMatchObject({
      KeyRotationEnabled: true,
      RotationPeriodInDays: 90,
      NextRotationDate: new Date(enabledAtMs + 180 * DAY_MS),
    });
    await client.scheduleKeyDeletion({ KeyId });
    expect(await status()).toMatchObject({ KeyRotationEnabled: false });
    await client.cancelKeyDeletion({ KeyId });
    expect(await status()).toMatchObject({ KeyRotationEnabled: true });
    await client.enableKey({ KeyId });
    await client.disableKeyRotation({ KeyId });
    expect(await status()).toMatchObject({ KeyRotationEnabled: false });
  });

  it('is not for HMAC keys', async () => {
    const { id: KeyId } = await createHmacKey();
    expect(await refusal(client.enableKeyRotation({ KeyId }))).toContain('UnsupportedOperationException');
  });
});

it('refuses an operation that it lacks', async () => {
  const call = client.getPublicKey({ KeyId: UNKNOWN_ID });
  expect(await refusal(call)).toContain('UnknownOperationException');
});
