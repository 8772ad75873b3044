import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuditTable } from '../../../lib/audit/audit-table.ts';
import type { ChainHead } from '../../../lib/audit/chain.ts';
import { verifyChain } from '../../../lib/audit/chain-verification.ts';
import { AuditContendedError, AuditUnavailableError } from '../../../lib/audit/errors.ts';
import type { AuditEntry } from '../../../lib/domain/audit-entry.ts';
import { anAuditEntry, collect } from '../../support/audit.ts';
import { AUDIT_TABLE_NAME, startTablesDynamoDB } from '../../support/dynamodb.ts';

const RULES = {
  nowMs: Date.parse('2026-11-23T04:00:00Z'),
  unsealedAcceptedBeforeMs: null,
  verifySeal: async () => 'valid' as const,
};

let dynamodb: Awaited<ReturnType<typeof startTablesDynamoDB>>;
let audit: AuditTable;
let calls: string[] = [];
let count = 0;

beforeAll(async () => {
  dynamodb = await startTablesDynamoDB();
  audit = new AuditTable(dynamodb.client, AUDIT_TABLE_NAME);
  dynamodb.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        calls.push(commandName);
        return next(args);
      },
    { step: 'initialize', name: 'count' },
  );
});
afterAll(() => dynamodb.close());

/** A chain that no other test knows. */
const aConnectionId = () => `connection-${++count}`;

async function appendMany(connection: string, entries: number): Promise<ChainHead | null> {
  let head: ChainHead | null = null;
  for (let index = 0; index < entries; index += 1) {
    head = await audit.append(anAuditEntry({ connection }), head);
  }
  return head;
}

const verify = (connection: string) => verifyChain(connection, audit.readChain(connection), RULES);

async function readAll(connection: string): Promise<{ sequence: number; entry: AuditEntry }[]> {
  return (await collect(audit.readChain(connection))) as { sequence: number; entry: AuditEntry }[];
}

describe('P7: an entry is added to the end of its chain', () => {
  it('with one call, when the end is known', async () => {
    const connection = aConnectionId();
    const first = await audit.append(anAuditEntry({ connection }), null);
    calls = [];
    const second = await audit.append(anAuditEntry({ connection }), first);
    expect(calls).toEqual(['PutItemCommand']);
    expect([first.sequence, second.sequence]).toEqual([1, 2]);
    expect(await audit.readHead(connection)).toMatchObject(second);
  });

  it('with one more call when it is not, or is behind', async () => {
    const connection = aConnectionId();
    const first = await audit.append(anAuditEntry({ connection }), null);
    await audit.append(anAuditEntry({ connection }), first);
    calls = [];
    expect((await audit.append(anAuditEntry({ connection }), null)).sequence).toBe(3);
    expect(calls).toEqual(['QueryCommand', 'PutItemCommand']);
    calls = [];
    expect((await audit.append(anAuditEntry({ connection }), first)).sequence).toBe(4);
    expect(calls).toEqual(['PutItemCommand', 'QueryCommand', 'PutItemCommand']);
    expect(await verify(connection)).toMatchObject({ kind: 'intact', entries: 4 });
  });

  it('also when it is far behind, without reading all that came since', async () => {
    const connection = aConnectionId();
    const first = await audit.append(anAuditEntry({ connection }), null);
    let head = first;
    for (let index = 0; index < 120; index += 1)
      head = await audit.append(anAuditEntry({ connection }), head);
    calls = [];
    expect((await audit.append(anAuditEntry({ connection }), first)).sequence).toBe(122);
    expect(calls).toEqual(['PutItemCommand', 'QueryCommand', 'QueryCommand', 'PutItemCommand']);
    expect(await verify(connection)).toMatchObject({ kind: 'intact', entries: 122 });
  });

  it.each([20, 50])(
    'by %i writers at once: each entry stands once, and the chain is intact',
    async (writers) => {
      const connection = aConnectionId();
      const entries = Array.from({ length: writers }, () => anAuditEntry({ connection }));
      const heads = await Promise.all(entries.map((entry) => audit.append(entry, null)));
      const stored = await readAll(connection);
      for (const [index, { sequence }] of heads.entries()) {
        expect(stored[sequence - 1]?.entry).toEqual(entries[index]);
      }
      expect(await verify(connection)).toMatchObject({ kind: 'intact', entries: writers });
    },
  );

  it('and reads the same as it was hashed, whatever an admin gave as the reason', async () => {
    const connection = aConnectionId();
    const reason = 'half a pair \ud83d and a whole one \u{1f600}, "quoted"\n';
    await audit.append(anAuditEntry({ connection, reason }), null);
    expect(await verify(connection)).toMatchObject({ kind: 'intact', entries: 1 });
    expect((await readAll(connection))[0]?.entry.reason).toBe(reason.toWellFormed());
  });
});

describe('a put whose answer was lost', () => {
  /** A client that loses some answers, after DynamoDB has done what it was asked. */
  function losing(isLost: () => boolean): AuditTable {
    const client = DynamoDBDocumentClient.from(
      new DynamoDBClient({
        endpoint: dynamodb.origin,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      }),
    );
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName === 'PutItemCommand' && isLost()) {
            throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
          }
          return answer;
        },
      { step: 'deserialize', name: 'lose' },
    );
    return new AuditTable(client, AUDIT_TABLE_NAME);
  }

  it('and which the SDK repeats, is recognised as ours', async () => {
    const connection = aConnectionId();
    const lost = [true, false];
    const head = await losing(() => lost.shift() ?? false).append(anAuditEntry({ connection }), null);
    expect(lost).toEqual([]);
    expect(head.sequence).toBe(1);
    expect(await verify(connection)).toMatchObject({ kind: 'intact', entries: 1 });
  });

  it('for good, is unavailable; the caller who tries again finds it standing', async () => {
    const connection = aConnectionId();
    const first = await audit.append(anAuditEntry({ connection }), null);
    const entry = anAuditEntry({ connection });
    await expect(losing(() => true).append(entry, first)).rejects.toThrow(AuditUnavailableError);
    expect((await audit.append(entry, first)).sequence).toBe(2);
    expect(await verify(connection)).toMatchObject({ kind: 'intact', entries: 2 });
  });

  it('stands once, also among twenty writers of whom each loses some', async () => {
    const connection = aConnectionId();
    const entries = Array.from({ length: 20 }, () => anAuditEntry({ connection }));
    await Promise.all(
      entries.map((entry, index) => {
        let puts = index;
        return losing(() => ++puts % 2 === 0).append(entry, null);
      }),
    );
    const ids = (await readAll(connection)).map(({ entry }) => entry.id);
    expect(ids.toSorted()).toEqual(entries.map(({ id }) => id).toSorted());
    expect(await verify(connection)).toMatchObject({ kind: 'intact', entries: 20 });
  });
});

describe('a table that was restored to an earlier time', () => {
  it('shows the gap: an entry goes where the remembered head says, and verification names what is missing', async () => {
    const connection = aConnectionId();
    const head = (await appendMany(connection, 3)) as ChainHead;
    const remembered = { sequence: head.sequence + 4, hash: 'f'.repeat(64) };
    calls = [];
    expect((await audit.append(anAuditEntry({ connection }), remembered)).sequence).toBe(8);
    expect(calls).toEqual(['PutItemCommand']);
    expect(await verify(connection)).toMatchObject({
      kind: 'faulty',
      fault: { connection, sequence: 4, kind: 'missing', found: 'and all up to 7 are missing' },
    });
  });
});

describe('what the audit table throws has a name', () => {
  const mocked = () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
    return { fake: mockClient(client), table: new AuditTable(client, 'audit-of-prod') };
  };
  const anError = (name: string) => Object.assign(new Error('1000.a-text-of-aws'), { name });

  it.each([
    ['a put', (table: AuditTable) => table.append(anAuditEntry(), { sequence: 1, hash: 'a' })],
    ['the search for the end', (table: AuditTable) => table.append(anAuditEntry(), null)],
    ['a list', (table: AuditTable) => table.newestFirst({}, 0)],
    ['a chain', (table: AuditTable) => collect(table.readChain('crm'))],
  ])('when AWS refuses %s', async (_, act) => {
    const { fake, table } = mocked();
    const cause = anError('AccessDeniedException');
    fake.on(PutCommand).rejects(cause).on(QueryCommand).rejects(cause);
    const fault = await act(table).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(AuditUnavailableError);
    expect(fault).toMatchObject({
      code: 'AUDIT_UNAVAILABLE',
      cause,
      message: expect.stringMatching(
        /^The audit table audit-of-prod cannot be used: AccessDeniedException\./,
      ),
    });
    expect(String(fault)).not.toContain('1000.');
  });

  it('when too many write at once', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const { fake, table } = mocked();
    let sequence = 0;
    fake
      .on(PutCommand)
      .rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {} }))
      .on(QueryCommand)
      .callsFake(() => ({ Items: [{ sequence: ++sequence, hash: 'of another' }] }));
    await expect(table.append(anAuditEntry(), null)).rejects.toThrow(AuditContendedError);
    expect(fake).toHaveReceivedCommandTimes(PutCommand, 40);
  });

  it.each([
    ['without a hash', { sequence: 3 }],
    ['with a sequence of words', { sequence: 'three', hash: 'a' }],
  ])('when the end of a chain is an entry %s, and says how to see where', async (_, item) => {
    const { fake, table } = mocked();
    fake.on(QueryCommand).resolves({ Items: [item] });
    for (const act of [table.append(anAuditEntry(), null), table.readHead('crm')]) {
      await expect(act).rejects.toMatchObject({
        code: 'AUDIT_UNAVAILABLE',
        message: expect.stringContaining('npm run audit:verify -- --connection crm'),
      });
    }
  });
});

it('an empty chain has no end, and nothing to read', async () => {
  expect(await audit.readHead('nobody')).toBeNull();
  expect(await readAll('nobody')).toEqual([]);
});
