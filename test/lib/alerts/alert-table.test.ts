import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlertTable, type ConnectionMailbox } from '../../../lib/alerts/alert-table.ts';
import type { Message } from '../../../lib/domain/alert.ts';
import { STATE_TABLE_NAME, startTablesDynamoDB } from '../../support/dynamodb.ts';
import { SAMPLES } from './mail/samples.ts';

let dynamodb: Awaited<ReturnType<typeof startTablesDynamoDB>>;
let table: AlertTable;
beforeAll(async () => {
  dynamodb = await startTablesDynamoDB();
  table = new AlertTable(dynamodb.client, STATE_TABLE_NAME);
});
afterAll(() => dynamodb.close());

const MEMORY = {
  health: 'down',
  problem: {
    urgency: 3,
    toldAtMs: 7,
    isOpen: true,
    isFlapping: false,
    hasChanged: false,
    keptBackSinceMs: null,
  },
  suspectedSinceMs: null,
  recoveredAtMs: 5,
  renewal: { obtainedAtMs: 1, daysBefore: 7 },
  generation: 3,
  auditSequence: 12,
  auditFault: null,
  toldEvents: [{ kind: 'rateLimited', about: 'refresh admin', atMs: 3 }],
  keptBackAtMs: [2],
} as const;

const aMailbox = (differing: Partial<ConnectionMailbox> = {}): ConnectionMailbox => ({
  revision: 0,
  memory: structuredClone(MEMORY) as unknown as ConnectionMailbox['memory'],
  outbox: [],
  ...differing,
});
const read = async (connection: string) => (await table.readAll([connection])).of(connection);
const put = (connection: string, item: object) =>
  dynamodb.client.send(
    new PutCommand({ TableName: STATE_TABLE_NAME, Item: { ...item, id: `alerts#${connection}` } }),
  );

describe('a connection’s mailbox', () => {
  it('is empty before the first look', async () => {
    expect(await read('new')).toMatchObject({ revision: 0, memory: null, outbox: [] });
  });

  it('holds messages of every kind, as they were', async () => {
    const outbox = Object.values(SAMPLES).map((message: Message) => ({
      message,
      to: ['a@x.example'],
      notBeforeMs: null,
    }));
    await table.write('full', aMailbox({ outbox }));
    expect(await read('full')).toMatchObject({ revision: 1, memory: MEMORY, outbox });
  });

  it('is written by one of two who have read the same', async () => {
    const writes = await Promise.all([table.write('two', aMailbox()), table.write('two', aMailbox())]);
    expect(writes.filter((written) => written === null)).toHaveLength(1);
    expect(await read('two')).toMatchObject({ revision: 1 });
  });

  it('that somebody has spoilt tells anew, and what waits in it and can be read is kept', async () => {
    const waiting = { message: SAMPLES.down, to: ['a@x.example'], notBeforeMs: null };
    await put('spoilt', { revision: 'many', memory: { health: 'fine' }, outbox: ['nothing', waiting, {}] });
    const mailbox = await read('spoilt');
    expect(mailbox).toMatchObject({ revision: 0, memory: null, outbox: [waiting] });
    expect(await table.write('spoilt', mailbox)).toMatchObject({ revision: 1 });
  });

  it('is none of the digests’, which have one of their own', async () => {
    await table.writeDigests({ revision: 0, digest: { atMs: 9 }, outbox: [] });
    const { of, digests } = await table.readAll(['full']);
    expect(digests).toMatchObject({ revision: 1, digest: { atMs: 9 } });
    expect(of('full').revision).toBe(1);
  });
});
