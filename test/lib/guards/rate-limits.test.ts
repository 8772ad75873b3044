import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RATE_WINDOW_MS, RateLimits } from '../../../lib/guards/rate-limits.ts';
import { STATE_TABLE_NAME, startTablesDynamoDB } from '../../support/dynamodb.ts';

const NOW_MS = Date.parse('2026-11-24T03:00:00Z');

let dynamodb: Awaited<ReturnType<typeof startTablesDynamoDB>>;
let rates: RateLimits;
let admins = 0;
beforeAll(async () => {
  dynamodb = await startTablesDynamoDB();
  rates = new RateLimits(dynamodb.client, STATE_TABLE_NAME);
});
afterAll(() => dynamodb.close());

function aLimit(perHour: number) {
  admins += 1;
  return { operation: 'refresh', admin: `admin-${admins}`, perHour };
}

describe('a rate', () => {
  it('lets so many through in an hour, and says when there is room again', async () => {
    const limit = aLimit(2);
    expect(await rates.take(limit, NOW_MS)).toEqual({ kind: 'allowed' });
    expect(await rates.take(limit, NOW_MS + 1_000)).toEqual({ kind: 'allowed' });
    const freeAtMs = NOW_MS + RATE_WINDOW_MS;
    expect(await rates.take(limit, NOW_MS + 2_000)).toEqual({ kind: 'limited', freeAtMs });
    expect(await rates.take(limit, freeAtMs - 1)).toEqual({ kind: 'limited', freeAtMs });
    expect(await rates.take(limit, freeAtMs)).toEqual({ kind: 'allowed' });
  });

  it('lets no more through side by side', async () => {
    const limit = aLimit(5);
    const decisions = await Promise.all(Array.from({ length: 40 }, () => rates.take(limit, NOW_MS)));
    expect(decisions.filter(({ kind }) => kind === 'allowed')).toHaveLength(5);
  });

  it('is each admin’s own, for each operation', async () => {
    const limit = aLimit(1);
    await rates.take(limit, NOW_MS);
    expect(await rates.take(limit, NOW_MS)).toMatchObject({ kind: 'limited' });
    expect(await rates.take({ ...limit, operation: 'override' }, NOW_MS)).toEqual({ kind: 'allowed' });
    expect(await rates.take(aLimit(1), NOW_MS)).toEqual({ kind: 'allowed' });
  });

  it.each([
    ['far away', { windowEndsAtMs: NOW_MS * 2, taken: 99 }],
    ['no number', { windowEndsAtMs: 'soon', taken: 99 }],
  ])('whose window’s end is %s begins anew', async (_what, { windowEndsAtMs, taken }) => {
    const limit = aLimit(1);
    await dynamodb.client.send(
      new UpdateCommand({
        TableName: STATE_TABLE_NAME,
        Key: { id: `rate#${limit.operation}#${limit.admin}` },
        UpdateExpression: 'SET windowEndsAtMs = :end, taken = :taken',
        ExpressionAttributeValues: { ':end': windowEndsAtMs, ':taken': taken },
      }),
    );
    expect(await rates.take(limit, NOW_MS)).toEqual({ kind: 'allowed' });
  });
});
