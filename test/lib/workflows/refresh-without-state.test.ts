import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import { StateTable } from '../../../lib/guards/state-table.ts';
import { accessTokenSecretName } from '../../../lib/vault/secret-names.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { refreshConnections, sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { assertRetriesRecorded, RefreshIncompleteError } from '../../../lib/workflows/refresh-outcome.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;

const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-central-1' }));
const outage = mockClient(dynamodb);
const unreachable = new StateTable(dynamodb, 'state');

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());
beforeEach(() => {
  keeper.zoho.clearFaults();
  outage.reset();
  outage.onAnyCommand().rejects(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
});

const tickWithout = (connection: Connection) =>
  refreshConnection(keeper.deps({ state: unreachable }), connection, { trigger: 'tick', requestId: 'test' });

describe('P6: with the state table out of reach', () => {
  it('the tick goes on, and says so', async () => {
    const connection = await keeper.connect();
    expect(await tickWithout(connection)).toMatchObject({ kind: 'refreshed', stateRecorded: false });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    keeper.clock.advance(50 * MINUTE_MS);
    const before = await keeper.readAccessToken(connection.id);
    expect(await tickWithout(connection)).toMatchObject({ kind: 'refreshed', stateRecorded: false });
    expect(await keeper.readAccessToken(connection.id)).not.toEqual(before);
  });

  it('what consumers find decides whether anything is due: a repeated tick mints nothing', async () => {
    const connection = await keeper.connect();
    await tickWithout(connection);
    const mints = keeper.zoho.journal.length;
    keeper.clock.advance(39 * MINUTE_MS);
    expect(await tickWithout(connection)).toMatchObject({ kind: 'notDue' });
    expect(keeper.zoho.journal).toHaveLength(mints);
  });

  it('what stands where consumers read and is no token is replaced', async () => {
    const connection = await keeper.connect();
    await keeper.putSecret(accessTokenSecretName(connection.id), 'no token');
    expect(await tickWithout(connection)).toMatchObject({ kind: 'refreshed' });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });

  it('a failure makes the whole invocation be repeated, for nobody else would', async () => {
    const connection = await keeper.connect();
    await tickWithout(connection);
    keeper.clock.advance(50 * MINUTE_MS);
    keeper.zoho.addFault({ kind: 'down' });
    const outcomes = await refreshConnections(keeper.deps({ state: unreachable }), [connection], {
      trigger: 'tick',
      requestId: 'test',
      remainingMs: () => 120_000,
    });
    expect(outcomes).toMatchObject([{ kind: 'failed', stateRecorded: false, health: 'degraded' }]);
    expect(() => assertRetriesRecorded(outcomes)).toThrow(RefreshIncompleteError);
    expect(() => assertRetriesRecorded(outcomes)).toThrow(connection.id);
    const deferred = { kind: 'deferred', connection: 'late' } as const;
    expect(() => assertRetriesRecorded([...outcomes, deferred])).toThrow(/late/);
    expect(() => assertRetriesRecorded([deferred]), 'the sweep knows of it').not.toThrow();
  });

  it('P4: not so after a throttle, which asking again would prolong', async () => {
    const connection = await keeper.connect();
    keeper.zoho.addFault({ kind: 'throttle', routes: 'token' });
    const outcome = await tickWithout(connection);
    expect(outcome).toMatchObject({ kind: 'failed', failure: { failureClass: 'throttled' } });
    expect(() => assertRetriesRecorded([outcome])).not.toThrow();
  });

  it('P4: the sweep, of which many run in an hour, mints nothing', async () => {
    const connection = await keeper.connect();
    const mints = keeper.zoho.journal.length;
    await expect(
      sweepConnections(keeper.deps({ state: unreachable }), [connection], {
        requestId: 'test',
        remainingMs: () => 120_000,
      }),
    ).rejects.toThrow('no answer');
    expect(
      await refreshConnection(keeper.deps({ state: unreachable }), connection, {
        trigger: 'sweep',
        requestId: 'test',
      }),
    ).toMatchObject({
      kind: 'failed',
      failure: { failureClass: 'store', code: 'AWS_CALL_FAILED' },
    });
    expect(keeper.zoho.journal).toHaveLength(mints);
  });

  it('it comes back, and the next refresh finds its way by what is published', async () => {
    const connection = await keeper.connect();
    await tickWithout(connection);
    keeper.clock.advance(50 * MINUTE_MS);
    expect(
      await refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' }),
    ).toMatchObject({
      kind: 'refreshed',
      stateRecorded: true,
    });
  });
});

describe('a state table that takes the lease and loses the outcome', () => {
  it('costs nothing but a later look: the token is published', async () => {
    const connection = await keeper.connect();
    const { state } = keeper;
    const forgetful = new Proxy(state, {
      get: (target, key) =>
        key === 'settle'
          ? () => Promise.reject(new Error('no answer'))
          : Reflect.get(target, key).bind(target),
    });
    expect(
      await refreshConnection(keeper.deps({ state: forgetful }), connection, {
        trigger: 'tick',
        requestId: 'test',
      }),
    ).toMatchObject({
      kind: 'refreshed',
      stateRecorded: false,
    });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });
});
