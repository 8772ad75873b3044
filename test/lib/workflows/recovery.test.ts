import { ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import { StateTable } from '../../../lib/guards/state-table.ts';
import { listBackups } from '../../../lib/vault/list-backups.ts';
import {
  accessTokenSecretName,
  clientSecretName,
  credentialSecretName,
} from '../../../lib/vault/secret-names.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { reportStatus } from '../../../lib/workflows/report-status.ts';
import { aCredential } from '../../support/builders.ts';
import { BACKUP_TABLE_NAME } from '../../support/dynamodb.ts';
import { BACKUP_BUCKET_NAME, type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let keeper: Keeper;
beforeEach(async () => {
  keeper = await startKeeper();
});
afterEach(() => keeper.close());

const tick = (connection: Connection, replaced: Parameters<Keeper['deps']>[0] = {}) =>
  refreshConnection(keeper.deps(replaced), connection, { trigger: 'tick', requestId: 'test' });

/** A minute later. */
const sweep = (connection: Connection) => {
  keeper.clock.advance(MINUTE_MS);
  return sweepConnections(keeper.deps(), [connection], { requestId: 'test', remainingMs: () => 120_000 });
};

async function connectRefreshed(): Promise<Connection> {
  const connection = await keeper.connect();
  await tick(connection);
  keeper.clock.advance(MINUTE_MS);
  return connection;
}

const drop = (SecretId: string, RecoveryWindowInDays?: number) =>
  keeper.secretsManager.send(
    new DeleteSecretCommand({
      SecretId,
      ...(RecoveryWindowInDays ? { RecoveryWindowInDays } : { ForceDeleteWithoutRecovery: true }),
    }),
  );
const loseKey = (KeyId: string) =>
  keeper.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
const generationsOf = async ({ id }: Connection) => {
  const backups = await listBackups(keeper.backups, id);
  return backups.map((backup) =>
    backup.kind === 'readable' ? `${backup.store} ${backup.header.generation}` : backup.fault.code,
  );
};
const lastAudit = async ({ id }: Connection) => (await keeper.auditOf(id)).at(-1);
const statusOf = async (connection: Connection) =>
  (await reportStatus(keeper.deps(), [connection], { probe: false }))[0];
const itemOf = ({ id }: Connection, generation = 1) => ({ connection: id, generation });

describe('a credential that Zoho has accepted', () => {
  it('is backed up in both stores by its first refresh, and costs the next ones no call', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    expect(await generationsOf(connection)).toEqual(['table 1', 'bucket 1']);
    expect(await statusOf(connection)).toMatchObject({ backups: { stores: ['table', 'bucket'] } });

    keeper.clock.advance(50 * MINUTE_MS);
    keeper.resetCalls();
    await tick(connection);
    expect(keeper.calls()).toHaveLength(9);
  });

  it('that an operator put under a generation that is taken gets one of its own', async () => {
    const connection = await connectRefreshed();
    const stored = await keeper.readCredential(connection.id);
    const refreshToken = await keeper.consent(connection);
    await keeper.putCredential({ ...aCredential(stored ?? {}), refreshToken });
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', generation: 2 });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ refreshToken, generation: 2 });
    expect(await generationsOf(connection)).toEqual(['table 2', 'table 1', 'bucket 2', 'bucket 1']);
  });
});

describe('P6: a secret that is lost is noticed within a minute', () => {
  it('the credential, deleted for good: made anew out of the backups', async () => {
    const connection = await connectRefreshed();
    const before = await keeper.readCredential(connection.id);
    await drop(credentialSecretName(connection.id));

    expect(await sweep(connection)).toMatchObject({
      refreshes: [
        {
          kind: 'refreshed',
          source: 'backupTable',
          generation: 1,
          repairs: [`recreated ${credentialSecretName(connection.id)}`],
        },
      ],
    });
    expect(await keeper.readCredential(connection.id)).toEqual({ ...before, connection: connection.id });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    expect(await lastAudit(connection)).toMatchObject({ outcome: 'succeeded', code: 'FROM_BACKUP_TABLE' });
    expect(await statusOf(connection)).toMatchObject({
      health: 'healthy',
      lastRecovery: {
        from: 'backupTable',
        repairs: [`recreated ${credentialSecretName(connection.id)}`],
      },
    });
    expect(await sweep(connection)).toMatchObject({ refreshes: [] });
  });

  it('the credential, about to be deleted: restored', async () => {
    const connection = await connectRefreshed();
    await drop(credentialSecretName(connection.id), 7);
    const repairs = [`restored ${credentialSecretName(connection.id)}`];
    expect(await sweep(connection)).toMatchObject({
      refreshes: [{ kind: 'refreshed', source: 'current', repairs }],
    });
    expect(await lastAudit(connection)).toMatchObject({ code: 'SECRET_RESTORED' });
    expect(await sweep(connection)).toMatchObject({ refreshes: [] });
  });

  it.each([undefined, 7])('what consumers read, with a window of %j days', async (window) => {
    const connection = await connectRefreshed();
    await drop(accessTokenSecretName(connection.id), window);
    expect(await sweep(connection)).toMatchObject({ refreshes: [{ kind: 'refreshed', source: 'current' }] });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    expect(await sweep(connection)).toMatchObject({ refreshes: [] });
  });

  it('their key: they move to AWS’s own, and the client comes out of the backups', async () => {
    const connection = await connectRefreshed();
    await loseKey(keeper.primaryKeyId);
    expect(await sweep(connection)).toMatchObject({
      refreshes: [
        {
          kind: 'refreshed',
          source: 'backupTable',
          generation: 1,
          repairs: [
            `rekeyed ${credentialSecretName(connection.id)}`,
            `rekeyed ${accessTokenSecretName(connection.id)}`,
          ],
        },
      ],
    });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 1 });
    for (const SecretId of [credentialSecretName(connection.id), accessTokenSecretName(connection.id)]) {
      const { KmsKeyId } = await keeper.secretsManager.send(new DescribeSecretCommand({ SecretId }));
      expect(KmsKeyId ?? 'alias/aws/secretsmanager').toBe('alias/aws/secretsmanager');
    }
    expect(await sweep(connection)).toMatchObject({ refreshes: [] });

    // The client's secret stays as it is: it is an operator's.
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', source: 'current', repairs: [] });
  });

  it('all of them, with their key, the state and the backup table: what the bucket has is enough', async () => {
    const connection = await connectRefreshed();
    for (const name of [
      credentialSecretName(connection.id),
      accessTokenSecretName(connection.id),
      clientSecretName(connection.client),
    ]) {
      await drop(name);
    }
    await loseKey(keeper.primaryKeyId);
    await keeper.dynamodb.send(new DeleteCommand({ TableName: BACKUP_TABLE_NAME, Key: itemOf(connection) }));
    const state = new StateTable(keeper.dynamodb, 'no-such-table');
    expect(await tick(connection, { state })).toMatchObject({
      kind: 'refreshed',
      source: 'backupBucket',
      generation: 1,
      stateRecorded: false,
    });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });
});

describe('P6: a credential that is of no use', () => {
  it('dead: the newest of the others that lives takes its place, under a generation of its own', async () => {
    const connection = await connectRefreshed();
    const living = await keeper.readCredential(connection.id);
    for (const generation of [2, 3]) {
      const refreshToken = await keeper.consent(connection);
      keeper.zoho.revokeRefreshToken({ refreshToken });
      await keeper.putCredential({ ...aCredential(living ?? {}), generation, refreshToken });
    }
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ source: 'backupTable', generation: 4 });
    expect(await keeper.readCredential(connection.id)).toEqual({
      ...living,
      generation: 4,
      source: 'recovery',
      organizationId: living?.organizationId,
    });
    expect(await generationsOf(connection)).toEqual(['table 4', 'table 1', 'bucket 4', 'bucket 1']);
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });

  it('dead, like every other: down, and no more asked of Zoho than each token once', async () => {
    const connection = await connectRefreshed();
    const { refreshToken = '' } = (await keeper.readCredential(connection.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken });
    keeper.clock.advance(50 * MINUTE_MS);
    const before = keeper.zoho.journal.length;
    expect(await tick(connection)).toMatchObject({ health: 'down', failure: { code: 'CREDENTIAL_DEAD' } });
    expect(keeper.zoho.journal.length - before).toBe(1);
  });

  it('of a newer version of the keeper: used as far as possible, and left where it is', async () => {
    const connection = await connectRefreshed();
    const newer = JSON.stringify({ schemaVersion: 2, connection: connection.id });
    await keeper.putSecret(credentialSecretName(connection.id), newer);
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', source: 'previous', generation: 1 });
    expect(await keeper.readSecret(credentialSecretName(connection.id))).toBe(newer);
  });

  it.each(['{}', 'null', '"text"'])('%s in its place: what was before is back', async (text) => {
    const connection = await connectRefreshed();
    await keeper.putSecret(credentialSecretName(connection.id), text);
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ source: 'previous', generation: 1 });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 1 });
  });
});

describe('what was left staged', () => {
  it('and is dead is dropped once another credential is proven, and that is on record', async () => {
    const connection = await connectRefreshed();
    const stored = aCredential((await keeper.readCredential(connection.id)) ?? {});
    const refreshToken = await keeper.consent(connection);
    keeper.zoho.revokeRefreshToken({ refreshToken });
    const text = JSON.stringify({ ...stored, generation: 2, refreshToken, source: 'consent' });
    await keeper.putSecret(credentialSecretName(connection.id), text, 'AWSPENDING');
    await keeper.state.noteStaged(connection.id, keeper.clock.nowMs());
    expect(await sweep(connection)).toMatchObject({ refreshes: [{ kind: 'refreshed', source: 'current' }] });
    expect(await lastAudit(connection)).toMatchObject({ outcome: 'succeeded', code: 'STAGED_DROPPED' });
    expect(await keeper.readCredential(connection.id, 'AWSPENDING')).toBeNull();
  });

  it('and lives is finished: backed up, current, published, and that is on record', async () => {
    const connection = await connectRefreshed();
    const stored = aCredential((await keeper.readCredential(connection.id)) ?? {});
    const refreshToken = await keeper.consent(connection);
    const text = JSON.stringify({ ...stored, generation: 2, refreshToken, source: 'consent' });
    await keeper.putSecret(credentialSecretName(connection.id), text, 'AWSPENDING');
    await keeper.state.noteStaged(connection.id, keeper.clock.nowMs());
    expect(await sweep(connection)).toMatchObject({ refreshes: [{ source: 'staged', generation: 2 }] });
    expect(await lastAudit(connection)).toMatchObject({ outcome: 'succeeded', code: 'FROM_STAGED' });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ refreshToken });
    expect(await generationsOf(connection)).toEqual(['table 2', 'table 1', 'bucket 2', 'bucket 1']);
  });
});

describe('what was left staged under the number of what is current', () => {
  it('becomes current under the next', async () => {
    const connection = await connectRefreshed();
    const stored = aCredential((await keeper.readCredential(connection.id)) ?? {});
    const refreshToken = await keeper.consent(connection);
    const text = JSON.stringify({ ...stored, generation: 1, refreshToken, source: 'consent' });
    await keeper.putSecret(credentialSecretName(connection.id), text, 'AWSPENDING');
    await keeper.state.noteStaged(connection.id, keeper.clock.nowMs());
    expect(await sweep(connection)).toMatchObject({ refreshes: [{ source: 'staged', generation: 2 }] });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ refreshToken, generation: 2 });
    expect(await keeper.readAccessToken(connection.id)).toMatchObject({ generation: 2 });
  });
});

describe('a backup that is of no use is passed over, and overwritten by nobody', () => {
  const envelopeOf = async ({ id }: Connection) => (await keeper.backups.table.get(id, 1))?.envelope ?? '';
  const putItem = (connection: Connection, generation: number, envelope: string) =>
    keeper.dynamodb.send(
      new PutCommand({ TableName: BACKUP_TABLE_NAME, Item: { ...itemOf(connection, generation), envelope } }),
    );

  it.each<[string, (envelope: string) => string]>([
    ['truncated', (envelope) => envelope.slice(0, 100)],
    ['empty', () => ''],
    ['changed', (envelope) => envelope.replace(/"tag":"./, '"tag":"_')],
    ['of a future format', (envelope) => envelope.replace('"formatVersion":1', '"formatVersion":9')],
    ['of another connection', (envelope) => envelope.replace(/"connection":"[^"]*"/, '"connection":"other"')],
  ])('%s in the table: the bucket’s is taken', async (_, spoil) => {
    const connection = await connectRefreshed();
    const spoilt = spoil(await envelopeOf(connection));
    await putItem(connection, 1, spoilt);
    await drop(credentialSecretName(connection.id));
    expect(await sweep(connection)).toMatchObject({
      refreshes: [{ kind: 'refreshed', source: 'backupBucket' }],
    });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    expect(await envelopeOf(connection)).toBe(spoilt);
  });

  it('under a forged generation: the true one is taken', async () => {
    const connection = await connectRefreshed();
    await putItem(
      connection,
      99,
      (await envelopeOf(connection)).replace('"generation":1', '"generation":99'),
    );
    await drop(credentialSecretName(connection.id));
    expect(await sweep(connection)).toMatchObject({ refreshes: [{ kind: 'refreshed' }] });
    expect(await keeper.readCredential(connection.id)).toMatchObject({
      generation: 100,
      source: 'recovery',
    });
  });

  it('in both stores: an operator is told which, and nobody is sent to consent', async () => {
    const connection = await connectRefreshed();
    await putItem(connection, 1, 'x');
    await keeper.s3.send(
      new PutObjectCommand({
        Bucket: BACKUP_BUCKET_NAME,
        Key: `credentials/${connection.id}.json`,
        Body: 'x',
      }),
    );
    await drop(credentialSecretName(connection.id));
    await loseKey(keeper.backups.keyId);
    expect(await sweep(connection)).toMatchObject({
      refreshes: [{ kind: 'failed', failure: { code: expect.stringMatching(/^(BACKUP|SECRET)_/) } }],
    });
    expect((await statusOf(connection))?.health).toBe('degraded');
  });
});

describe('backups that are missing behind a healthy primary', () => {
  const check = async (connection: Connection) => {
    keeper.clock.advance(6 * HOUR_MS);
    await tick(connection);
    return (await sweep(connection)).backups;
  };

  it('are written again, and that is on record', async () => {
    const connection = await connectRefreshed();
    expect(await check(connection)).toMatchObject([{ kind: 'checked', newStores: [] }]);
    await keeper.dynamodb.send(new DeleteCommand({ TableName: BACKUP_TABLE_NAME, Key: itemOf(connection) }));
    expect(await check(connection)).toMatchObject([
      { kind: 'checked', stores: ['table', 'bucket'], newStores: ['table'] },
    ]);
    expect(await lastAudit(connection)).toMatchObject({
      operation: 'backup',
      outcome: 'succeeded',
      code: 'REWRITTEN_TO_TABLE',
      generation: 1,
    });
    expect(await generationsOf(connection)).toEqual(['table 1', 'bucket 1']);
  });

  it('are written again where something else stands, under a new generation', async () => {
    const connection = await connectRefreshed();
    const Item = { ...itemOf(connection), envelope: 'something else' };
    await keeper.dynamodb.send(new PutCommand({ TableName: BACKUP_TABLE_NAME, Item }));
    expect(await check(connection)).toMatchObject([{ generation: 2, stores: ['table', 'bucket'] }]);
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 2 });
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ source: 'current', generation: 2 });
  });

  it('keep nobody from anything while a store is out of reach, and are written when it is back', async () => {
    const connection = await keeper.connect();
    const { backups } = keeper.deps();
    const unreachable = {
      ...backups,
      table: new (backups.table.constructor as new (...of: unknown[]) => typeof backups.table)(
        keeper.dynamodb,
        'no-such-table',
      ),
    };
    expect(await tick(connection, { backups: unreachable })).toMatchObject({
      kind: 'refreshed',
      backup: { stores: ['bucket'] },
    });
    keeper.clock.advance(4 * MINUTE_MS);
    expect((await sweep(connection)).backups).toMatchObject([{ newStores: ['table'] }]);
    const { Versions } = await keeper.s3.send(
      new ListObjectVersionsCommand({
        Bucket: BACKUP_BUCKET_NAME,
        Prefix: `credentials/${connection.id}.json`,
      }),
    );
    expect(Versions).toHaveLength(1);
  });
});
