import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StateThrottledError } from '../../../lib/aws/batch-get.ts';
import { MINT_WINDOW_MS } from '../../../lib/domain/mint-budget.ts';
import type { Settlement } from '../../../lib/guards/settlement.ts';
import { LEASE_DURATION_MS, type LeaseHolder, StateTable } from '../../../lib/guards/state-table.ts';
import { STATE_TABLE_NAME, startTablesDynamoDB } from '../../support/dynamodb.ts';

const NOW_MS = Date.parse('2026-11-23T03:00:00Z');
const NO_MINTS = { unusedMint: false, mintTimesMs: [] };
const NO_NOTES = { auditHead: null, seenStagedNote: false };
const REFRESHED: Settlement = {
  kind: 'refreshed',
  generation: 3,
  credential: { source: 'consent', obtainedAtMs: NOW_MS - 1_000 },
  organizationId: '60001',
  publishedVersionId: 'v1',
  accessTokenExpiresAtMs: NOW_MS + 3_600_000,
  atMs: NOW_MS,
  nextAttemptAtMs: NOW_MS + 3_000_000,
  deadFingerprints: [],
  hasStagedCredential: false,
  superseded: null,
};
const FAILED: Settlement = {
  kind: 'failed',
  failure: { failureClass: 'dead', code: 'CREDENTIAL_DEAD', detail: 'Dead.', remedy: 'Consent.' },
  atMs: NOW_MS,
  consecutiveFailures: 1,
  nextAttemptAtMs: NOW_MS + 60_000,
  health: 'down',
  deadFingerprints: ['v0'],
};

let dynamodb: Awaited<ReturnType<typeof startTablesDynamoDB>>;
let table: StateTable;
let count = 0;

beforeAll(async () => {
  dynamodb = await startTablesDynamoDB();
  table = new StateTable(dynamodb.client, STATE_TABLE_NAME);
});
afterAll(() => dynamodb.close());

/** A connection that no other test knows. */
const aConnectionId = () => `connection-${++count}`;
const holder = (connection: string, owner: string, atMs = NOW_MS): LeaseHolder => ({
  connection,
  owner,
  atMs,
});
const stateOf = async (connection: string) => (await table.readAll([connection])).get(connection);

describe('P4: the lease', () => {
  it('goes to one of fifty who ask at once', async () => {
    const connection = aConnectionId();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => table.acquire(holder(connection, `owner-${index}`))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'acquired')).toHaveLength(1);
    expect((await stateOf(connection))?.mintTimesMs).toEqual([NOW_MS]);
  });

  it('is not to be had until it ran out, and tells the next holder that it was left behind', async () => {
    const connection = aConnectionId();
    await table.acquire(holder(connection, 'crashed'));
    const early = await table.acquire(holder(connection, 'next', NOW_MS + LEASE_DURATION_MS - 1));
    expect(early.kind).toBe('held');
    const late = await table.acquire(holder(connection, 'next', NOW_MS + LEASE_DURATION_MS));
    expect(late).toMatchObject({ kind: 'acquired', previous: { lease: { owner: 'crashed' } } });
  });

  it('is taken again by its own holder, whose call the SDK repeated, with one mint reserved and not two', async () => {
    const connection = aConnectionId();
    expect(await table.acquire(holder(connection, 'me'))).toEqual({ kind: 'acquired', previous: null });
    expect(await table.acquire(holder(connection, 'me'))).toMatchObject({
      kind: 'acquired',
      // What was there before the first call may have been the mark of a crash.
      previous: { lease: { owner: 'me', expiresAtMs: NOW_MS } },
    });
    expect((await stateOf(connection))?.mintTimesMs).toEqual([NOW_MS]);
  });

  it('is given back by its holder only: a late one changes nothing', async () => {
    const connection = aConnectionId();
    await table.acquire(holder(connection, 'late'));
    const next = holder(connection, 'next', NOW_MS + LEASE_DURATION_MS);
    await table.acquire(next);
    expect(await table.settle(holder(connection, 'late'), FAILED, NO_NOTES, NO_MINTS)).toEqual({
      kind: 'leaseLost',
    });
    expect(await table.reserveMint(holder(connection, 'late'), NOW_MS)).toEqual({ kind: 'leaseLost' });
    expect(await stateOf(connection)).toMatchObject({ lease: { owner: 'next' }, lastFailure: null });
    expect(await table.settle(next, REFRESHED, NO_NOTES, NO_MINTS)).toEqual({ kind: 'settled' });
  });
});

describe('what an attempt leaves behind', () => {
  it('a refresh: healthy, without failures, with the version that the next one replaces', async () => {
    const connection = aConnectionId();
    await table.acquire(holder(connection, 'a'));
    await table.settle(holder(connection, 'a'), FAILED, NO_NOTES, NO_MINTS);
    await table.acquire(holder(connection, 'b'));
    await table.settle(holder(connection, 'b'), REFRESHED, NO_NOTES, NO_MINTS);
    expect(await stateOf(connection)).toEqual({
      connection,
      lease: null,
      generation: 3,
      credential: { source: 'consent', obtainedAtMs: NOW_MS - 1_000 },
      organizationId: '60001',
      publishedVersionId: 'v1',
      accessTokenExpiresAtMs: NOW_MS + 3_600_000,
      lastSuccessAtMs: NOW_MS,
      lastFailure: {
        atMs: NOW_MS,
        failureClass: 'dead',
        code: 'CREDENTIAL_DEAD',
        detail: 'Dead.',
        remedy: 'Consent.',
      },
      consecutiveFailures: 0,
      nextAttemptAtMs: NOW_MS + 3_000_000,
      health: 'healthy',
      mintTimesMs: [NOW_MS],
      deadFingerprints: [],
      hasStagedCredential: false,
      stagedAtMs: null,
      superseded: null,
      backup: null,
      recovery: null,
      incidentId: null,
      auditHead: null,
    });
  });

  it('a failure: what was published stays known', async () => {
    const connection = aConnectionId();
    await table.acquire(holder(connection, 'a'));
    await table.settle(holder(connection, 'a'), REFRESHED, NO_NOTES, NO_MINTS);
    await table.acquire(holder(connection, 'b'));
    await table.settle(holder(connection, 'b'), FAILED, NO_NOTES, NO_MINTS);
    expect(await stateOf(connection)).toMatchObject({
      publishedVersionId: 'v1',
      accessTokenExpiresAtMs: NOW_MS + 3_600_000,
      health: 'down',
      consecutiveFailures: 1,
      deadFingerprints: ['v0'],
    });
  });

  it('gives back a mint that was reserved and not made, and forgets those out of the window', async () => {
    const connection = aConnectionId();
    const first = holder(connection, 'a');
    await table.acquire(first);
    await table.settle(first, REFRESHED, NO_NOTES, NO_MINTS);
    const second = holder(connection, 'b', NOW_MS + MINT_WINDOW_MS);
    await table.acquire(second);
    await table.reserveMint(second, second.atMs + 5);
    await table.settle(second, { kind: 'untouched' }, NO_NOTES, { unusedMint: true, mintTimesMs: [NOW_MS] });
    expect(await stateOf(connection)).toMatchObject({
      mintTimesMs: [second.atMs + 5],
      publishedVersionId: 'v1',
    });
  });
});

describe('reading many', () => {
  it('reads 250 connections in three calls, and asks again for what DynamoDB handed back', async () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
    const fake = mockClient(client);
    fake.on(BatchGetCommand).callsFake(({ RequestItems }) => {
      const { Keys } = RequestItems[STATE_TABLE_NAME];
      const answered = Keys.length === 50 ? Keys.slice(0, 49) : Keys;
      return {
        Responses: { [STATE_TABLE_NAME]: answered },
        UnprocessedKeys: Keys.length === 50 ? { [STATE_TABLE_NAME]: { Keys: Keys.slice(49) } } : {},
      };
    });
    const ids = Array.from({ length: 250 }, (_, index) => `c-${index}`);
    const states = await new StateTable(client, STATE_TABLE_NAME).readAll(ids);
    expect([...states.keys()]).toEqual(ids);
    expect(fake).toHaveReceivedCommandTimes(BatchGetCommand, 4);
  });

  it('gives up on a table that hands back a part every time', async () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
    const Keys = [{ id: 'connection#crm' }];
    const fake = mockClient(client);
    fake.on(BatchGetCommand).resolves({ UnprocessedKeys: { [STATE_TABLE_NAME]: { Keys } } });
    await expect(new StateTable(client, STATE_TABLE_NAME).readAll(['crm'])).rejects.toThrow(
      StateThrottledError,
    );
    expect(fake).toHaveReceivedCommandTimes(BatchGetCommand, 6);
  });

  it.each([
    ['a lease without an end', { leaseOwner: 'nobody' }],
    ['a lease that ends in words', { leaseOwner: 'nobody', leaseExpiresAtMs: 'soon' }],
    ['a lease that ends far away', { leaseOwner: 'nobody', leaseExpiresAtMs: NOW_MS + 86_400_000 }],
    ['mints that are no set', { mintTimesMs: [1, 2] }],
    ['mints that are text', { mintTimesMs: 'many' }],
  ])('P6: %s keeps nobody from the lease', async (_, wrong) => {
    const connection = aConnectionId();
    const Item = { id: `connection#${connection}`, generation: 4, ...wrong };
    await dynamodb.client.send(new PutCommand({ TableName: STATE_TABLE_NAME, Item }));
    expect(await table.acquire(holder(connection, 'me'))).toMatchObject({
      kind: 'acquired',
      previous: { generation: 4 },
    });
    expect(await table.settle(holder(connection, 'me'), REFRESHED, NO_NOTES, NO_MINTS)).toEqual({
      kind: 'settled',
    });
    expect((await stateOf(connection))?.mintTimesMs).toEqual([NOW_MS]);
  });

  it('P6: takes an attribute of the wrong kind for one that was never written', async () => {
    const connection = aConnectionId();
    const item = {
      id: `connection#${connection}`,
      nextAttemptAtMs: 'soon',
      health: 'fine',
      generation: 4,
      mintTimesMs: [],
    };
    await dynamodb.client.send(new PutCommand({ TableName: STATE_TABLE_NAME, Item: item }));
    expect(await stateOf(connection)).toMatchObject({
      nextAttemptAtMs: null,
      health: 'healthy',
      generation: 4,
      mintTimesMs: [],
      // Not known: one look too many is better than a living credential left lying.
      hasStagedCredential: true,
    });
  });
});
