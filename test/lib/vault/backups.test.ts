import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackupContent } from '../../../lib/domain/backup.ts';
import { KEPT_DAYS, KEPT_GENERATIONS } from '../../../lib/domain/backup.ts';
import { BackupTable } from '../../../lib/vault/backup-table.ts';
import { findBackup, newestBackedUpGeneration, newestBackups } from '../../../lib/vault/find-backups.ts';
import { keepBackup } from '../../../lib/vault/keep-backup.ts';
import { collect } from '../../support/audit.ts';
import { aCredential } from '../../support/builders.ts';
import { BACKUP_TABLE_NAME } from '../../support/dynamodb.ts';
import { BACKUP_BUCKET_NAME, type Keeper, startKeeper } from '../../support/keeper.ts';

const CLIENT = { schemaVersion: 1, client: 'main', clientId: '1000.ID', clientSecret: 'secret' } as const;

let keeper: Keeper;
let connections = 0;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());

const aConnectionId = () => `c-${++connections}`;
const contentOf = (connection: string, generation: number): BackupContent => ({
  schemaVersion: 1,
  credential: aCredential({ connection, generation, refreshToken: `1000.token-${generation}` }),
  client: CLIENT,
});
const keep = (connection: string, generation: number, backups = keeper.backups) =>
  keepBackup(backups, contentOf(connection, generation), keeper.clock.nowMs());
const withoutTable = () => ({
  ...keeper.backups,
  table: new BackupTable(keeper.dynamodb, 'no-such-table'),
});
const generationsFound = async (connection: string, backups = keeper.backups) =>
  (await collect(newestBackups(backups, connection))).map((found) =>
    found.kind === 'usable'
      ? `${found.store} ${found.content.credential.generation}`
      : `${found.store} ${found.fault.code}`,
  );

describe('the backups of a connection', () => {
  it('are found newest first, wherever they are kept', async () => {
    const connection = aConnectionId();
    await keep(connection, 1);
    await keep(connection, 2, withoutTable());
    await keep(connection, 3);
    expect(await generationsFound(connection)).toEqual([
      'table 3',
      'bucket 3',
      'bucket 2',
      'table 1',
      'bucket 1',
    ]);
    expect(await generationsFound(connection, withoutTable())).toEqual([
      'table BACKUP_STORE_MISSING',
      'bucket 3',
      'bucket 2',
      'bucket 1',
    ]);
    expect(await newestBackedUpGeneration(keeper.backups, connection)).toBe(3);
    expect(await newestBackedUpGeneration(withoutTable(), connection)).toBe(3);
    expect(await newestBackedUpGeneration(keeper.backups, aConnectionId())).toBe(0);
  });

  it('are found by generation, in the bucket where the table has none', async () => {
    const connection = aConnectionId();
    await keep(connection, 1, withoutTable());
    await keep(connection, 2);
    expect(await findBackup(keeper.backups, connection, 2)).toMatchObject({ kind: 'usable', store: 'table' });
    expect(await findBackup(keeper.backups, connection, 1)).toMatchObject({
      kind: 'usable',
      store: 'bucket',
    });
    expect(await findBackup(keeper.backups, connection, 3)).toBeNull();
  });

  it('kept twice are kept once', async () => {
    const connection = aConnectionId();
    const isNew = (is: boolean) => ({ kind: 'kept', isNew: is });
    expect(await keep(connection, 1)).toEqual({ table: isNew(true), bucket: isNew(true) });
    expect(await keep(connection, 1)).toEqual({ table: isNew(false), bucket: isNew(false) });
    const Prefix = `credentials/${connection}.json`;
    const list = new ListObjectVersionsCommand({ Bucket: BACKUP_BUCKET_NAME, Prefix });
    expect((await keeper.s3.send(list)).Versions).toHaveLength(1);
  });

  it('P2: of one generation never take each other’s place', async () => {
    const connection = aConnectionId();
    await keep(connection, 1);
    const other = contentOf(connection, 1);
    const content = { ...other, credential: { ...other.credential, refreshToken: '1000.another' } };
    expect(await keepBackup(keeper.backups, content, keeper.clock.nowMs())).toMatchObject({
      table: { kind: 'taken' },
    });
    expect(await findBackup(keeper.backups, connection, 1)).toMatchObject({
      content: { credential: { refreshToken: '1000.token-1' } },
    });
  });
});

describe('retention', () => {
  it('marks what the newest generations push out, for no earlier than its days are over, and nothing else', async () => {
    const connection = aConnectionId();
    const storedAtMs = keeper.clock.nowMs();
    for (let generation = 1; generation <= KEPT_GENERATIONS + 2; generation += 1)
      await keep(connection, generation);
    const items = await collect(keeper.backups.table.newestFirst(connection));
    const marked = items.filter(({ expiresAtS }) => expiresAtS !== undefined);
    expect(marked.map(({ generation }) => generation)).toEqual([2, 1]);
    for (const { expiresAtS = 0 } of marked) {
      expect(expiresAtS * 1_000).toBeGreaterThanOrEqual(storedAtMs + KEPT_DAYS * 86_400_000);
    }
    expect(await findBackup(keeper.backups, connection, 1)).toMatchObject({ kind: 'usable', store: 'table' });
  });

  it('P2: lets nothing go for what only takes a place, and leaves that as it is', async () => {
    const connection = aConnectionId();
    await keep(connection, 1);
    const first = await keeper.backups.table.get(connection, 1);
    const strays = [first?.envelope, 'cut off', '', 5].map((of, index) => ({
      connection,
      generation: 1_000 + index,
      envelope: of,
    }));
    for (const Item of strays)
      await keeper.dynamodb.send(new PutCommand({ TableName: BACKUP_TABLE_NAME, Item }));
    for (let generation = 2; generation <= KEPT_GENERATIONS + 1; generation += 1)
      await keep(connection, generation);
    const { Items = [] } = await keeper.dynamodb.send(
      new QueryCommand({
        TableName: BACKUP_TABLE_NAME,
        KeyConditionExpression: '#connection = :connection',
        ExpressionAttributeNames: { '#connection': 'connection' },
        ExpressionAttributeValues: { ':connection': connection },
      }),
    );
    const marked = Items.filter(({ expiresAtS }) => expiresAtS !== undefined);
    expect(marked.map(({ generation }) => generation)).toEqual([1]);
    expect(Items.slice(-strays.length)).toEqual(strays);
  });
});
