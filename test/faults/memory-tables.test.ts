import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { RateLimits } from '../../lib/guards/rate-limits.ts';
import { StateTable } from '../../lib/guards/state-table.ts';
import { IncidentLog } from '../../lib/incidents/incident-log.ts';
import { createKeeperTables, STATE_TABLE_NAME } from '../support/dynamodb.ts';
import { clientConfig, onlyTables } from '../support/faults/aws.ts';
import { UNHINDERED, type WireAnswer } from '../support/faults/journey.ts';
import { memoryTables } from '../support/faults/memory-tables.ts';
import { dynaliteTables, type Tables } from '../support/faults/tables.ts';
import { openUniverse } from '../support/faults/world.ts';
import { CONSENTS, OVERRIDES, RECOVERIES, RESTORES, SCHEDULED } from './scenarios.ts';

vi.mock('node:timers/promises', () => import('../support/faults/no-waiting.ts'));

/** Both stand-ins side by side, and where they differ. */
async function openBoth(): Promise<{ tables: Tables; differences: string[] }> {
  const [memory, dynalite] = [memoryTables(), await dynaliteTables()];
  await createKeeperTables(new DynamoDBClient(clientConfig(onlyTables(dynalite), UNHINDERED)));
  await vi.waitUntil(() => areActive(dynalite));
  const differences: string[] = [];
  const call = async (operation: string, body: string) => {
    const answer = await memory.call(operation, body);
    if (operation === 'CreateTable') return answer;
    const other = await dynalite.call(operation, body);
    const [ours, theirs] = [comparable(answer), comparable(other)];
    if (ours !== theirs) differences.push(`${operation} ${body}: ${ours} instead of ${theirs}`);
    return answer;
  };
  return { tables: { call }, differences };
}

async function areActive(dynalite: Tables): Promise<boolean> {
  const described = await Promise.all(
    ['state', 'audit', 'backups'].map((TableName) =>
      dynalite.call('DescribeTable', JSON.stringify({ TableName })),
    ),
  );
  return described.every(({ body }) => body.includes('"TableStatus":"ACTIVE"'));
}

/** An answer without the order of a set's members and of attributes, and without an error's words. */
function comparable({ status, body }: WireAnswer): string {
  const { __type, message, ...answer } = JSON.parse(body);
  return JSON.stringify({ status, error: __type?.split('#')[1], ...sorted(answer) });
}

function sorted<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sorted) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    key === 'NS' || key === 'SS' ? [...inner].sort() : sorted(inner),
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))) as T;
}

it('answers every call of every workflow as dynalite does', { timeout: 60_000 }, async () => {
  const { tables, differences } = await openBoth();
  const universe = await openUniverse({ tables });
  for (const scenario of [...SCHEDULED, ...CONSENTS, ...OVERRIDES, ...RESTORES, ...RECOVERIES]) {
    const world = await universe.newWorld();
    const stage = await scenario.arrange(world);
    await stage.act(world.deps());
    await stage.repeat?.();
  }
  expect(differences).toEqual([]);
});

it('answers as dynalite does whatever stands in an item', { timeout: 60_000 }, async () => {
  const { tables, differences } = await openBoth();
  await createKeeperTables(new DynamoDBClient(clientConfig(onlyTables(tables), UNHINDERED)));
  const dynamodb = DynamoDBDocumentClient.from(
    new DynamoDBClient(clientConfig(onlyTables(tables), UNHINDERED)),
  );
  const state = new StateTable(dynamodb, STATE_TABLE_NAME);
  const limits = new RateLimits(dynamodb, STATE_TABLE_NAME);
  const incidents = new IncidentLog(dynamodb, STATE_TABLE_NAME);
  // Few of them, so that what is compared is often equal.
  const someTime = fc.constantFrom(0, 1, 150_000, 300_000, 3_600_000);
  const odd = fc.oneof(
    someTime,
    fc.constantFrom('me', 'you', ''),
    fc.constantFrom(new Set([1, 2]), new Set(['a']), true, null, [], {}),
  );
  const item = fc.dictionary(
    fc.constantFrom(
      'leaseOwner',
      'leaseExpiresAtMs',
      'mintTimesMs',
      'stagedAtMs',
      'taken',
      'windowEndsAtMs',
      'revision',
    ),
    odd,
  );
  let items = 0;
  await fc.assert(
    fc.asyncProperty(item, someTime, async (attributes, atMs) => {
      items += 1;
      const connection = `crm-${items}`;
      const limit = { operation: 'refresh', admin: connection, perHour: 2 };
      for (const id of [
        `connection#${connection}`,
        `rate#refresh#${connection}`,
        `incidents#${connection}`,
      ]) {
        await dynamodb.send(new PutCommand({ TableName: STATE_TABLE_NAME, Item: { ...attributes, id } }));
      }
      const attempt = { connection, owner: 'me', atMs };
      const notes = { auditHead: { sequence: 1, hash: 'a' }, incidentId: null, seenStagedNote: true };
      const mints = { unusedMint: true, mintTimesMs: [1, 2] };
      const calls = [
        () => state.acquire(attempt),
        () => state.reserveMint(attempt, atMs + 1),
        () => state.settle(attempt, { kind: 'unfinished', atMs, superseded: null }, notes, mints),
        () => state.noteStaged(connection, atMs),
        () => state.readAll([connection, 'nobody']),
        () => limits.take(limit, atMs),
        () => limits.take(limit, atMs),
        () => limits.take(limit, atMs),
        () =>
          incidents.record(
            { connection, tokenExpiresAtMs: null },
            { atMs, health: 'down', code: 'A', detail: '', failureClass: 'dead' },
          ),
      ];
      for (const call of calls) await call().catch(() => {});
      expect(differences).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
