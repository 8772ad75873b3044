import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessKeys } from '../../../../../infra/local/aws/access-keys.ts';
import { type FrontDoor, startFrontDoor } from '../../../../../infra/local/aws/front-door.ts';
import { Kms } from '../../../../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../../../../infra/local/aws/secrets-manager/secrets-manager.ts';
import { VirtualClock } from '../../../../../infra/local/clock.ts';

const [V1, V2, V3] = ['1', '2', '3'].map((digit) => digit.repeat(32)) as [string, string, string];

const clock = new VirtualClock({ speed: 0 });
let door: FrontDoor;
let client: SecretsManagerClient;
let secretsManager: SecretsManager;
let secretCount = 0;

beforeAll(async () => {
  const own = { nowMs: () => clock.nowMs(), path: null, region: 'eu-central-1', accountId: '000000000000' };
  secretsManager = new SecretsManager({ ...own, kms: new Kms(own) });
  door = await startFrontDoor({
    services: { secretsmanager: secretsManager.service },
    emulators: {},
    accessKeys: new AccessKeys(),
    clock,
  });
  client = new SecretsManagerClient({
    endpoint: door.endpoint,
    region: own.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await door.close();
});

/** A new secret, with versions of which each later one replaced the one before. */
async function aSecret(...versionIds: string[]): Promise<string> {
  const name = `zoho/crm-${++secretCount}/credential`;
  await client.send(new CreateSecretCommand({ Name: name }));
  for (const id of versionIds) await put(name, id, `value ${id}`);
  return name;
}

function put(
  SecretId: string,
  ClientRequestToken: string,
  SecretString: string,
  more: Partial<PutSecretValueCommandInput> = {},
) {
  return client.send(new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, ...more }));
}

function get(SecretId: string, more: { VersionId?: string; VersionStage?: string } = {}) {
  return client.send(new GetSecretValueCommand({ SecretId, ...more }));
}

function promote(SecretId: string, MoveToVersionId: string, RemoveFromVersionId?: string) {
  const VersionStage = 'AWSCURRENT';
  return client.send(
    new UpdateSecretVersionStageCommand({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }),
  );
}

async function stagesOf(SecretId: string) {
  return (await client.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages;
}

describe('a secret', () => {
  it('is created with a value, and found by name, ARN and partial ARN', async () => {
    const { ARN = '', VersionId } = await client.send(
      new CreateSecretCommand({ Name: 'zoho/clients/main', SecretString: 'value' }),
    );
    expect(ARN).toMatch(
      /^arn:aws:secretsmanager:eu-central-1:000000000000:secret:zoho\/clients\/main-[A-Za-z0-9]{6}$/,
    );
    for (const secretId of ['zoho/clients/main', ARN, ARN.slice(0, -7)]) {
      expect(await get(secretId)).toMatchObject({
        ARN,
        Name: 'zoho/clients/main',
        SecretString: 'value',
        VersionId,
        VersionStages: ['AWSCURRENT'],
        CreatedDate: new Date(clock.nowMs()),
      });
    }
    for (const unknown of [ARN.slice(0, -1), ARN.slice(0, -7).replace('eu-central-1', 'eu-west-1')]) {
      await expect(get(unknown)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });

  it('is created without a value: a clear "not yet"', async () => {
    const secret = await aSecret();
    await expect(get(secret)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    expect(await stagesOf(secret)).toBeUndefined();
  });

  it('is not created twice, but the same request succeeds again', async () => {
    const create = (ClientRequestToken: string, SecretString: string) =>
      client.send(new CreateSecretCommand({ Name: 'once', ClientRequestToken, SecretString }));
    const created = await create(V1, 'value');
    expect(await create(V1, 'value')).toMatchObject({ ARN: created.ARN, VersionId: V1 });
    await expect(create(V2, 'value')).rejects.toMatchObject({
      name: 'ResourceExistsException',
      message: 'The operation failed because the secret once already exists.',
    });
    await expect(create(V1, 'other')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('that does not exist is named as such', async () => {
    await expect(get('nowhere')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it('is described with what was said of it, and updated', async () => {
    const Name = 'described';
    const Tags = [{ Key: 'stage', Value: 'test' }];
    await client.send(new CreateSecretCommand({ Name, Description: 'before', Tags }));
    const createdAt = new Date(clock.nowMs());
    clock.advance(1_500);
    await client.send(new TagResourceCommand({ SecretId: Name, Tags: [{ Key: 'owner', Value: 'ops' }] }));
    await client.send(new UntagResourceCommand({ SecretId: Name, TagKeys: ['stage'] }));
    const update = { SecretId: Name, Description: 'after', SecretString: 'value', ClientRequestToken: V1 };
    expect(await client.send(new UpdateSecretCommand(update))).toMatchObject({ Name, VersionId: V1 });
    const described = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(described).toMatchObject({
      Name,
      Description: 'after',
      Tags: [{ Key: 'owner', Value: 'ops' }],
      CreatedDate: createdAt,
      LastChangedDate: new Date(clock.nowMs()),
      VersionIdsToStages: { [V1]: ['AWSCURRENT'] },
    });
    expect(described.KmsKeyId).toBeUndefined();
    expect(described.DeletedDate).toBeUndefined();
  });

  it('is made sure of by the operator, who never replaces a value', async () => {
    await secretsManager.ensureSecret({ name: 'ensured' });
    await secretsManager.ensureSecret({ name: 'ensured', secretString: 'first' });
    await secretsManager.ensureSecret({ name: 'ensured', secretString: 'second' });
    expect((await get('ensured')).SecretString).toBe('first');
  });
});

describe('a value', () => {
  it('in bytes comes back in bytes', async () => {
    const SecretBinary = Uint8Array.from([0, 255, 10]);
    const secret = await aSecret();
    await client.send(new PutSecretValueCommand({ SecretId: secret, SecretBinary }));
    const answer = await get(secret);
    expect(Uint8Array.from(answer.SecretBinary ?? [])).toEqual(SecretBinary);
    expect(answer.SecretString).toBeUndefined();
  });

  it('put again under the same token is the same version, and labels stay as they are', async () => {
    const secret = await aSecret(V1);
    await put(secret, V2, 'staged', { VersionStages: ['AWSPENDING'] });
    await promote(secret, V2, V1);
    await put(secret, V2, 'staged', { VersionStages: ['AWSPENDING'] });
    expect(await stagesOf(secret)).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT', 'AWSPENDING'] });
  });

  it('put under the token of another value is refused, and changes nothing', async () => {
    const secret = await aSecret(V1);
    await expect(put(secret, V1, 'other')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    const SecretBinary = Buffer.from(`value ${V1}`);
    await expect(
      client.send(new PutSecretValueCommand({ SecretId: secret, ClientRequestToken: V1, SecretBinary })),
    ).rejects.toMatchObject({ name: 'ResourceExistsException' });
    expect((await get(secret)).SecretString).toBe(`value ${V1}`);
  });

  it('put as the first one becomes current even if it is only to be staged', async () => {
    const secret = await aSecret();
    const answer = await put(secret, V1, 'staged', { VersionStages: ['AWSPENDING'] });
    expect(answer.VersionStages).toEqual(['AWSCURRENT', 'AWSPENDING']);
  });

  it('is found by its version, its label, or both if they agree', async () => {
    const secret = await aSecret(V1, V2, V3);
    expect((await get(secret, { VersionStage: 'AWSPREVIOUS' })).VersionId).toBe(V2);
    expect((await get(secret, { VersionId: V1 })).SecretString).toBe(`value ${V1}`);
    expect((await get(secret, { VersionId: V3, VersionStage: 'AWSCURRENT' })).VersionId).toBe(V3);
    await expect(get(secret, { VersionId: V1, VersionStage: 'AWSCURRENT' })).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    const unknown = '9'.repeat(32);
    await expect(get(secret, { VersionId: unknown })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Secrets Manager can't find the specified secret value for VersionId: ${unknown}`,
    });
  });

  it('that cannot be read does not keep others in a batch from being read', async () => {
    const [full, empty] = [await aSecret(V1), await aSecret()];
    const SecretIdList = [full, 'nowhere', empty];
    const answer = await client.send(new BatchGetSecretValueCommand({ SecretIdList }));
    expect(answer.SecretValues).toMatchObject([{ Name: full, SecretString: `value ${V1}` }]);
    expect(answer.Errors).toMatchObject([
      { SecretId: 'nowhere', ErrorCode: 'ResourceNotFoundException' },
      { SecretId: empty, ErrorCode: 'ResourceNotFoundException' },
    ]);
  });
});

describe('a promotion', () => {
  it('happens if what it replaces is still current', async () => {
    const secret = await aSecret(V1);
    await put(secret, V2, 'staged', { VersionStages: ['AWSPENDING'] });
    await promote(secret, V2, V1);
    expect(await get(secret)).toMatchObject({
      SecretString: 'staged',
      VersionStages: ['AWSCURRENT', 'AWSPENDING'],
    });
  });

  it.each([
    ['nothing', undefined],
    ['what is no longer current', V1],
  ])('over %s fails and changes nothing', async (_, replaced) => {
    const secret = await aSecret(V1, V2);
    await put(secret, V3, 'staged', { VersionStages: ['AWSPENDING'] });
    const before = await stagesOf(secret);
    await expect(promote(secret, V3, replaced)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect(await stagesOf(secret)).toEqual(before);
  });

  it('is won by one of two that come at once', async () => {
    const secret = await aSecret(V1);
    await put(secret, V2, 'two', { VersionStages: ['two'] });
    await put(secret, V3, 'three', { VersionStages: ['three'] });
    const outcomes = await Promise.allSettled([promote(secret, V2, V1), promote(secret, V3, V1)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const winner = outcomes[0]?.status === 'fulfilled' ? V2 : V3;
    expect((await get(secret)).VersionId).toBe(winner);
  });

  it('that failed leaves a candidate whose label can be taken off', async () => {
    const secret = await aSecret(V1);
    await put(secret, V2, 'staged', { VersionStages: ['AWSPENDING'] });
    const drop = { SecretId: secret, VersionStage: 'AWSPENDING', RemoveFromVersionId: V2 };
    await client.send(new UpdateSecretVersionStageCommand(drop));
    expect(await stagesOf(secret)).toEqual({ [V1]: ['AWSCURRENT'] });
    await expect(get(secret, { VersionStage: 'AWSPENDING' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
