import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateAliasCommand,
  DecryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ListKeysCommand,
} from '@aws-sdk/client-kms';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  GetSendQuotaCommand,
  SESClient,
  SendEmailCommand,
  SendRawEmailCommand,
  VerifyEmailIdentityCommand,
} from '@aws-sdk/client-ses';
import {
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  GetSuppressedDestinationCommand,
  PutAccountSendingAttributesCommand,
  PutSuppressedDestinationCommand,
  SESv2Client,
  SendEmailCommand as SendEmailV2Command,
} from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessKeys } from '../../../../infra/local/aws/access-keys.ts';
import { type FrontDoor, startFrontDoor } from '../../../../infra/local/aws/front-door.ts';
import { Kms } from '../../../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../../../infra/local/aws/secrets-manager/secrets-manager.ts';
import { AwsError } from '../../../../infra/local/aws/service.ts';
import { VirtualClock } from '../../../../infra/local/clock.ts';
import { isKnownKey } from '../../../../infra/local/iam/condition-keys.ts';
import type { BroughtRequest } from '../../../../infra/local/iam/iam.ts';
import { createKmsReader } from '../../../../infra/local/iam/requests/kms.ts';
import { createRequestReader } from '../../../../infra/local/iam/requests/requests.ts';

const ACCOUNT = { accountId: '000000000000', region: 'eu-central-1', nowMs: Date.now, path: null };
const DYNAMODB = 'arn:aws:dynamodb:eu-central-1:000000000000:table';
const SECRET = 'arn:aws:secretsmanager:eu-central-1:000000000000:secret';
const REFUSAL = 'nobody may do anything here';

const ENCRYPTED = new Map([
  ['arn:aws:s3:::encrypted', { key: 'alias/backup', isOfWhole: false }],
  ['arn:aws:s3:::saving', { key: 'alias/backup', isOfWhole: true }],
  [`${DYNAMODB}/encrypted`, { key: 'alias/backup', isOfWhole: true }],
]);

const kms = new Kms(ACCOUNT);
const secretsManager = new SecretsManager({ ...ACCOUNT, kms });
const read = createRequestReader({
  account: ACCOUNT,
  keys: kms,
  secretArnOf: (secretId) => secretsManager.arnOf(secretId),
  encryptionKeyOf: (arn) => ENCRYPTED.get(arn),
});
let asked: readonly BroughtRequest[] = [];
let door: FrontDoor;
let keyArn: string;
let ciphertext: Buffer;

beforeAll(async () => {
  door = await startFrontDoor({
    services: {},
    emulators: {},
    accessKeys: new AccessKeys(),
    clock: new VirtualClock({ speed: 0 }),
    authorize: (_, call) => {
      asked = read(call);
      throw new AwsError('AccessDeniedException', REFUSAL);
    },
  });
  await secretsManager.ensureSecret({ name: 'zoho/crm/credential' });
  const call = (operation: string, input: object) => kms.service({ operation, input, principal: 'operator' });
  const created = (await call('CreateKey', {})) as { KeyMetadata: { Arn: string } };
  keyArn = created.KeyMetadata.Arn;
  await call('CreateAlias', { AliasName: 'alias/backup', TargetKeyId: keyArn });
  const input = { KeyId: keyArn, Plaintext: Buffer.from('secret').toString('base64') };
  const { CiphertextBlob } = (await call('Encrypt', input)) as { CiphertextBlob: string };
  ciphertext = Buffer.from(CiphertextBlob, 'base64');
});
afterAll(() => door.close());

function settings() {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { endpoint: door.endpoint, region: ACCOUNT.region, credentials, maxAttempts: 1 };
}

type Sender = { send(command: never): Promise<unknown>; destroy(): void };

/** Sends a command by the real SDK; answers how it was refused, and what it asked for, as `action resource`. */
async function ask(client: Sender, command: unknown): Promise<{ error: unknown; requests: string[] }> {
  const error = await client.send(command as never).catch((refused: unknown) => refused);
  client.destroy();
  return { error, requests: asked.map(({ action, resource }) => `${action} ${resource}`) };
}

const key = { id: { S: 'crm' } };

describe('DynamoDB', () => {
  it.each([
    ['an item', new GetItemCommand({ TableName: 'state', Key: key }), [`dynamodb:GetItem ${DYNAMODB}/state`]],
    [
      'a table by its ARN',
      new GetItemCommand({ TableName: `${DYNAMODB}/state`, Key: key }),
      [`dynamodb:GetItem ${DYNAMODB}/state`],
    ],
    [
      'a query',
      new QueryCommand({ TableName: 'audit', KeyConditionExpression: 'a = b' }),
      [`dynamodb:Query ${DYNAMODB}/audit`],
    ],
    [
      'a query of an index',
      new QueryCommand({ TableName: 'audit', IndexName: 'byDay', KeyConditionExpression: 'a = b' }),
      [`dynamodb:Query ${DYNAMODB}/audit/index/byDay`],
    ],
    [
      'a batch over tables',
      new BatchGetItemCommand({ RequestItems: { state: { Keys: [key] }, audit: { Keys: [key] } } }),
      [`dynamodb:BatchGetItem ${DYNAMODB}/state`, `dynamodb:BatchGetItem ${DYNAMODB}/audit`],
    ],
    [
      'a batch that writes',
      new BatchWriteItemCommand({ RequestItems: { audit: [{ DeleteRequest: { Key: key } }] } }),
      [`dynamodb:BatchWriteItem ${DYNAMODB}/audit`],
    ],
    [
      'a transaction, part by part',
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: 'state', Item: key } },
          { Delete: { TableName: 'audit', Key: key } },
        ],
      }),
      [`dynamodb:PutItem ${DYNAMODB}/state`, `dynamodb:DeleteItem ${DYNAMODB}/audit`],
    ],
    ['no table', new ListTablesCommand({}), ['dynamodb:ListTables *']],
  ])('%s', async (_, command, expected) => {
    const { error, requests } = await ask(new DynamoDBClient(settings()), command);
    expect(requests).toEqual(expected);
    expect(error).toMatchObject({
      name: 'AccessDeniedException',
      message: REFUSAL,
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe('Secrets Manager', () => {
  const arn = () => secretsManager.arnOf('zoho/crm/credential') ?? '';

  it('takes a secret by its whole ARN, however it is named', async () => {
    for (const SecretId of ['zoho/crm/credential', arn(), arn().slice(0, -7)]) {
      const command = new GetSecretValueCommand({ SecretId });
      const { error, requests } = await ask(new SecretsManagerClient(settings()), command);
      expect(requests).toEqual([`secretsmanager:GetSecretValue ${arn()}`]);
      expect(asked[0]?.shownAs).toBe(SecretId);
      expect(error).toMatchObject({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
    }
    expect(arn()).toMatch(/-\w{6}$/);
  });

  it.each([
    [
      'one that does not exist, without a suffix',
      new RestoreSecretCommand({ SecretId: 'gone' }),
      [`secretsmanager:RestoreSecret ${SECRET}:gone`],
    ],
    [
      'a new one, with any suffix',
      new CreateSecretCommand({ Name: 'new' }),
      [`secretsmanager:CreateSecret ${SECRET}:new-??????`],
    ],
    [
      'a new one with tags',
      new CreateSecretCommand({ Name: 'new', Tags: [{ Key: 'a', Value: 'b' }] }),
      [`secretsmanager:CreateSecret ${SECRET}:new-??????`, `secretsmanager:TagResource ${SECRET}:new-??????`],
    ],
    ['none', new ListSecretsCommand({}), ['secretsmanager:ListSecrets *']],
    [
      'many',
      new BatchGetSecretValueCommand({ SecretIdList: ['gone'] }),
      ['secretsmanager:BatchGetSecretValue *', `secretsmanager:GetSecretValue ${SECRET}:gone`],
    ],
  ])('%s', async (_, command, expected) => {
    expect((await ask(new SecretsManagerClient(settings()), command)).requests).toEqual(expected);
  });
});

describe('KMS', () => {
  it('takes a key by its ARN, however it is named, and a ciphertext for its key', async () => {
    for (const KeyId of [keyArn, keyArn.slice(keyArn.lastIndexOf('/') + 1), 'alias/backup']) {
      const command = new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' });
      const { requests } = await ask(new KMSClient(settings()), command);
      expect(requests).toEqual([`kms:GenerateDataKey ${keyArn}`]);
    }
    const decrypt = new DecryptCommand({ CiphertextBlob: ciphertext });
    expect((await ask(new KMSClient(settings()), decrypt)).requests).toEqual([`kms:Decrypt ${keyArn}`]);
  });

  it.each([
    ['an alias', new ListKeysCommand({}), () => ['kms:ListKeys *']],
    [
      'a new alias, and its key',
      new CreateAliasCommand({ AliasName: 'alias/new', TargetKeyId: 'alias/backup' }),
      () => [`kms:CreateAlias arn:aws:kms:eu-central-1:000000000000:alias/new`, `kms:CreateAlias ${keyArn}`],
    ],
    [
      'a ciphertext of nobody’s',
      new DecryptCommand({ CiphertextBlob: Buffer.from('x') }),
      () => ['kms:Decrypt *'],
    ],
    [
      'a key that is gone',
      new GenerateDataKeyCommand({ KeyId: '00000000-0000-4000-8000-000000000000' }),
      () => [
        'kms:GenerateDataKey arn:aws:kms:eu-central-1:000000000000:key/00000000-0000-4000-8000-000000000000',
      ],
    ],
  ])('%s', async (_, command, expected) => {
    expect((await ask(new KMSClient(settings()), command)).requests).toEqual(expected());
  });

  it('tells the encryption context, the account and the service in between', () => {
    const input = { KeyId: keyArn, EncryptionContext: { SecretARN: 'arn:secret' } };
    const context = { 'kms:calleraccount': '000000000000', 'kms:encryptioncontext:secretarn': 'arn:secret' };
    const direct = createKmsReader(ACCOUNT, kms, null);
    expect(direct({ operation: 'Decrypt', input })).toMatchObject([{ context }]);
    const via = createKmsReader(ACCOUNT, kms, 'secretsmanager.eu-central-1.amazonaws.com');
    expect(via({ operation: 'Decrypt', input })).toMatchObject([
      { context: { ...context, 'kms:viaservice': 'secretsmanager.eu-central-1.amazonaws.com' } },
    ]);
  });

  it('asks nobody for the key that AWS manages, when its service uses it, also for the first time', () => {
    const call = { operation: 'Decrypt', input: { KeyId: 'alias/aws/secretsmanager' } };
    expect(createKmsReader(ACCOUNT, kms, 'secretsmanager.eu-central-1.amazonaws.com')(call)).toEqual([]);
    expect(createKmsReader(ACCOUNT, kms, null)(call)).toHaveLength(1);
  });
});

describe('S3', () => {
  const Bucket = 'backups';
  const Key = 'crm/1 ä.json';
  const object = { Bucket, Key };
  const OBJECT = 'arn:aws:s3:::backups/crm/1 ä.json';
  const until = new Date(2_000_000_000_000);

  it.each([
    ['put', new PutObjectCommand({ ...object, Body: 'x' }), [`s3:PutObject ${OBJECT}`]],
    [
      'put with a lock',
      new PutObjectCommand({
        ...object,
        Body: 'x',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: until,
      }),
      [`s3:PutObject ${OBJECT}`, `s3:PutObjectRetention ${OBJECT}`],
    ],
    ['get', new GetObjectCommand(object), [`s3:GetObject ${OBJECT}`]],
    ['get a version', new GetObjectCommand({ ...object, VersionId: '1' }), [`s3:GetObjectVersion ${OBJECT}`]],
    ['look whether it is there', new HeadObjectCommand(object), [`s3:GetObject ${OBJECT}`]],
    [
      'copy',
      new CopyObjectCommand({ ...object, CopySource: 'others/a%20b?versionId=1' }),
      [`s3:PutObject ${OBJECT}`, 's3:GetObjectVersion arn:aws:s3:::others/a b'],
    ],
    ['delete', new DeleteObjectCommand(object), [`s3:DeleteObject ${OBJECT}`]],
    [
      'delete a version, lock or not',
      new DeleteObjectCommand({ ...object, VersionId: '1', BypassGovernanceRetention: true }),
      [`s3:DeleteObjectVersion ${OBJECT}`, `s3:BypassGovernanceRetention ${OBJECT}`],
    ],
    [
      'delete several',
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'a&b' }, { Key: 'c', VersionId: '1' }] },
      }),
      ['s3:DeleteObject arn:aws:s3:::backups/a&b', 's3:DeleteObjectVersion arn:aws:s3:::backups/c'],
    ],
    ['read its lock', new GetObjectRetentionCommand(object), [`s3:GetObjectRetention ${OBJECT}`]],
    [
      'read a version’s lock',
      new GetObjectRetentionCommand({ ...object, VersionId: '1' }),
      [`s3:GetObjectRetention ${OBJECT}`],
    ],
    [
      'change its lock',
      new PutObjectRetentionCommand({ ...object, Retention: { Mode: 'COMPLIANCE', RetainUntilDate: until } }),
      [`s3:PutObjectRetention ${OBJECT}`],
    ],
    ['list', new ListObjectsV2Command({ Bucket, Prefix: 'crm/' }), ['s3:ListBucket arn:aws:s3:::backups']],
    [
      'list versions',
      new ListObjectVersionsCommand({ Bucket, Prefix: 'crm/' }),
      ['s3:ListBucketVersions arn:aws:s3:::backups'],
    ],
    ['look at the bucket', new HeadBucketCommand({ Bucket }), ['s3:ListBucket arn:aws:s3:::backups']],
    ['list buckets', new ListBucketsCommand({}), ['s3:ListAllMyBuckets *']],
  ])('%s', async (_, command, expected) => {
    const { error, requests } = await ask(new S3Client(settings()), command);
    expect(requests).toEqual(expected);
    expect(error).toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it('refuses in XML', async () => {
    const { error } = await ask(new S3Client(settings()), new GetObjectCommand(object));
    expect(error).toMatchObject({ name: 'AccessDenied', message: REFUSAL });
  });

  it('leaves a large object unread, and still answers', async () => {
    const Body = Buffer.alloc(5_000_000);
    const { error } = await ask(new S3Client(settings()), new PutObjectCommand({ ...object, Body }));
    expect(error).toMatchObject({ name: 'AccessDenied' });
  });

  it('does not take a request for anything that it does not know', async () => {
    const { error } = await ask(new S3Client(settings()), new GetBucketAclCommand({ Bucket }));
    expect(error).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
  });
});

describe('what is encrypted by a key of the account’s', () => {
  const object = { Bucket: 'encrypted', Key: 'a/b' };
  const item = { TableName: 'encrypted', Key: key };

  it.each<[string, unknown, string | null, string]>([
    ['put', new PutObjectCommand({ ...object, Body: 'x' }), 'kms:GenerateDataKey', 'encrypted/a/b'],
    ['get', new GetObjectCommand(object), 'kms:Decrypt', 'encrypted/a/b'],
    ['get a version', new GetObjectCommand({ ...object, VersionId: '1' }), 'kms:Decrypt', 'encrypted/a/b'],
    [
      'get from a bucket with a key of its own',
      new GetObjectCommand({ Bucket: 'saving', Key: 'a' }),
      'kms:Decrypt',
      'saving',
    ],
    ['look', new HeadObjectCommand(object), null, ''],
    ['delete', new DeleteObjectCommand(object), null, ''],
    ['list', new ListObjectsV2Command({ Bucket: 'encrypted' }), null, ''],
  ])('S3 asks KMS for it on the caller’s behalf: %s', async (_, command, action, name) => {
    await ask(new S3Client(settings()), command);
    const [, ...more] = asked;
    const context = {
      'kms:calleraccount': '000000000000',
      'kms:viaservice': 's3.eu-central-1.amazonaws.com',
      'kms:encryptioncontext:aws:s3:arn': `arn:aws:s3:::${name}`,
    };
    expect(more).toEqual(action === null ? [] : [{ action, resource: keyArn, context }]);
  });

  it.each<[string, unknown, boolean]>([
    ['get', new GetItemCommand(item), true],
    ['put', new PutItemCommand({ TableName: 'encrypted', Item: key }), true],
    ['query an index', new QueryCommand({ TableName: 'encrypted', IndexName: 'byDay' }), true],
    ['batch', new BatchGetItemCommand({ RequestItems: { encrypted: { Keys: [key] } } }), true],
    ['describe', new DescribeTableCommand({ TableName: 'encrypted' }), false],
    ['another table', new GetItemCommand({ TableName: 'state', Key: key }), false],
  ])('DynamoDB does as well: %s', async (_, command, isAsked) => {
    await ask(new DynamoDBClient(settings()), command);
    const [, ...more] = asked;
    const context = {
      'kms:calleraccount': '000000000000',
      'kms:viaservice': 'dynamodb.eu-central-1.amazonaws.com',
      'kms:encryptioncontext:aws:dynamodb:tablename': 'encrypted',
      'kms:encryptioncontext:aws:dynamodb:subscriberid': '000000000000',
    };
    expect(more).toEqual(isAsked ? [{ action: 'kms:Decrypt', resource: keyArn, context }] : []);
  });
});

describe('SES', () => {
  it('takes the sender’s address, or else its domain', async () => {
    const command = new SendEmailCommand({
      Source: 'Keeper <keeper@example.com>',
      Destination: { ToAddresses: ['admin@example.com'] },
      Message: { Subject: { Data: 'a' }, Body: {} },
    });
    const { error, requests } = await ask(new SESClient(settings()), command);
    const identity = 'arn:aws:ses:eu-central-1:000000000000:identity';
    expect(requests).toEqual([`ses:SendEmail ${identity}/keeper@example.com`]);
    expect(asked).toMatchObject([
      { alias: `${identity}/example.com`, context: { 'ses:fromaddress': 'keeper@example.com' } },
    ]);
    expect(error).toMatchObject({
      name: 'AccessDenied',
      message: REFUSAL,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('takes a raw mail without a sender for any', async () => {
    const command = new SendRawEmailCommand({ RawMessage: { Data: Buffer.from('x') } });
    expect((await ask(new SESClient(settings()), command)).requests).toEqual(['ses:SendRawEmail *']);
  });

  it.each([
    ['GetSendQuota', new GetSendQuotaCommand({})],
    ['VerifyEmailIdentity', new VerifyEmailIdentityCommand({ EmailAddress: 'keeper@example.com' })],
  ])('takes whatever else the first version does for no resource: %s', async (action, command) => {
    expect((await ask(new SESClient(settings()), command)).requests).toEqual([`ses:${action} *`]);
  });

  it('knows the second version’s sending', async () => {
    const from = { FromEmailAddress: 'Keeper <keeper@example.com>' };
    const Simple = { Subject: { Data: 'a' }, Body: {} };
    await ask(new SESv2Client(settings()), new SendEmailV2Command({ ...from, Content: { Simple } }));
    const resource = expect.stringMatching(/:identity\/keeper@example.com$/);
    expect(asked).toMatchObject([{ action: 'ses:SendEmail', resource }]);
    const Raw = { Data: Buffer.from('x') };
    await ask(new SESv2Client(settings()), new SendEmailV2Command({ ...from, Content: { Raw } }));
    expect(asked).toMatchObject([{ action: 'ses:SendRawEmail', resource }]);
  });

  const EmailAddress = 'admin+ops@example.org';
  const suppress = { EmailAddress, Reason: 'BOUNCE' } as const;
  it.each([
    ['GetAccount', '*', new GetAccountCommand({})],
    ['PutAccountSendingAttributes', '*', new PutAccountSendingAttributesCommand({ SendingEnabled: true })],
    [
      'GetEmailIdentity',
      'arn:aws:ses:eu-central-1:000000000000:identity/keeper@example.com',
      new GetEmailIdentityCommand({ EmailIdentity: 'keeper@example.com' }),
    ],
    ['PutSuppressedDestination', '*', new PutSuppressedDestinationCommand(suppress)],
    ['GetSuppressedDestination', '*', new GetSuppressedDestinationCommand({ EmailAddress })],
    ['DeleteSuppressedDestination', '*', new DeleteSuppressedDestinationCommand({ EmailAddress })],
  ])('knows the second version’s %s, on %s', async (action, resource, command) => {
    const { error, requests } = await ask(new SESv2Client(settings()), command);
    expect(requests).toEqual([`ses:${action} ${resource}`]);
    expect(error).toMatchObject({
      name: 'AccessDeniedException',
      message: REFUSAL,
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('takes an identity that nothing can be made of for any', async () => {
    await post('ses', '/v2/email/identities/%zz', { method: 'GET', headers: {} });
    expect(asked).toMatchObject([{ action: 'ses:GetEmailIdentity', resource: '*' }]);
  });
});

describe('EventBridge', () => {
  it('takes each bus once', async () => {
    const bus = 'arn:aws:events:eu-central-1:000000000000:event-bus';
    const entry = { Source: 'a', DetailType: 'b', Detail: '{}' };
    const Entries = [
      entry,
      entry,
      { ...entry, EventBusName: 'other' },
      { ...entry, EventBusName: `${bus}/third` },
    ];
    const command = new PutEventsCommand({ Entries });
    expect((await ask(new EventBridgeClient(settings()), command)).requests).toEqual([
      `events:PutEvents ${bus}/default`,
      `events:PutEvents ${bus}/other`,
      `events:PutEvents ${bus}/third`,
    ]);
  });
});

describe('whatever else', () => {
  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

  it('anybody may ask who they are', async () => {
    await post('sts', '/', { body: 'Action=GetCallerIdentity&Version=2011-06-15', headers: FORM });
    expect(asked).toEqual([]);
    await post('sts', '/', { body: 'Action=AssumeRole&Version=2011-06-15', headers: FORM });
    expect(asked).toMatchObject([{ action: 'sts:AssumeRole', resource: '*' }]);
  });

  it.each(['dynamodb', 'secretsmanager', 'kms', 'events', 'sqs'])(
    'a call to %s that nothing can be made of is for no resource',
    async (service) => {
      for (const body of ['', '{', '[]', '{"TableName":1,"SecretId":1,"KeyId":1,"Entries":1}']) {
        await post(service, '/', { body, headers: { 'x-amz-target': 'Service.Operation' } });
        expect(asked).toMatchObject([{ action: `${service}:Operation`, resource: '*' }]);
      }
    },
  );

  it('every key of a context is one that conditions may name', async () => {
    await ask(new S3Client(settings()), new ListBucketsCommand({}));
    const keys = Object.keys(asked[0]?.context ?? {});
    expect(keys).toEqual(['aws:securetransport']);
    expect(keys.every(isKnownKey)).toBe(true);
  });
});

function post(service: string, path: string, init: RequestInit & { headers: Record<string, string> }) {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const headers = { ...init.headers, authorization };
  return fetch(new URL(path, door.endpoint), { method: 'POST', ...init, headers });
}
