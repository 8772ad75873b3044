import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connectionsOf, readShard } from '../../../functions/refresh/event.ts';

const aNumberOfShards = fc.integer({ min: 1, max: 30 });
const someConnections = fc.array(fc.string(), { maxLength: 200 });
const shardsOf = (of: number) => Array.from({ length: of }, (_, index) => ({ index, of }));

describe('what a schedule of the refresh may say', () => {
  it('nothing, for all connections: the very input of the rule that is deployed', () => {
    expect(readShard({})).toEqual({ index: 0, of: 1 });
  });

  it('one shard of several', () => {
    expect(readShard({ shard: { index: 19, of: 20 } })).toEqual({ index: 19, of: 20 });
  });

  it.each<[string, unknown, string]>([
    ['nothing at all', null, 'expected object'],
    ['an event of EventBridge’s own', { 'detail-type': 'Scheduled Event', detail: {} }, 'detail-type'],
    ['a shard beside something else', { shard: { index: 0, of: 2 }, only: 'crm' }, 'only'],
    ['a shard that there is not', { shard: { index: 2, of: 2 } }, 'shard.index'],
    ['a shard before the first', { shard: { index: -1, of: 2 } }, 'shard.index'],
    ['none of no shards', { shard: { index: 0, of: 0 } }, 'shard.of'],
    ['half a shard', { shard: { index: 0.5, of: 2 } }, 'shard.index'],
    ['a shard of nothing', { shard: { index: 0 } }, 'shard.of'],
  ])('not %s: the error names it, and says what to give', (_name, event, named) => {
    const read = () => readShard(event);
    expect(read).toThrow(expect.objectContaining({ code: 'SCHEDULE_INPUT_INVALID' }));
    expect(read).toThrow(named);
    expect(read).toThrow('Give the schedule {} for all connections');
  });
});

describe('the connections of a shard', () => {
  it('all shards together have each connection once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), aNumberOfShards, (connections, of) => {
        const all = Array.from({ length: connections }, (_, position) => position);
        const found = shardsOf(of).flatMap((shard) => connectionsOf(all, shard));
        expect(found.sort((a, b) => a - b)).toEqual(all);
      }),
    );
  });

  it('no shard has two more than another', () => {
    fc.assert(
      fc.property(someConnections, aNumberOfShards, (connections, of) => {
        const sizes = shardsOf(of).map((shard) => connectionsOf(connections, shard).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('connections that are added at the end move no other', () => {
    fc.assert(
      fc.property(someConnections, someConnections, aNumberOfShards, (before, added, of) => {
        for (const shard of shardsOf(of)) {
          const mine = connectionsOf(before, shard);
          expect(connectionsOf([...before, ...added], shard).slice(0, mine.length)).toEqual(mine);
        }
      }),
    );
  });
});
