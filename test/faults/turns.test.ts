import { expect, it, vi } from 'vitest';
import { thinClients } from '../support/faults/thin-clients.ts';
import { inTurns } from '../support/faults/turns.ts';
import { openUniverse } from '../support/faults/world.ts';
import type { History } from './history.ts';
import { live } from './live.ts';

vi.mock('node:timers/promises', () => import('../support/faults/no-waiting.ts'));

it('lets a frozen invocation go on when every other one has ended, or is frozen as well', async () => {
  const world = { turn: async () => {}, untilAlone: async () => {} };
  const seen: string[] = [];
  const frozen = (name: string) => async () => {
    await world.untilAlone();
    seen.push(`${name} thaws`);
    await world.turn();
    seen.push(`${name} ends`);
  };
  const busy = async () => {
    for (let call = 0; call < 3; call += 1) await world.turn();
    seen.push('busy ends');
  };
  await inTurns(world, [0], [frozen('first'), busy, frozen('second')]);
  expect(seen).toEqual(['busy ends', 'first thaws', 'first ends', 'second thaws', 'second ends']);
});

it('goes on though one that has ended has left a call frozen', async () => {
  const world = { turn: async () => {}, untilAlone: async () => {} };
  const leaves = async () => {
    void world.untilAlone();
  };
  const frozen = async () => world.untilAlone();
  await expect(inTurns(world, [0], [leaves, frozen])).resolves.toHaveLength(2);
});

it('P4: allows a frozen function the mint that it makes later than it was counted', async () => {
  const history: History = {
    start: 'running',
    steps: [
      // As it takes the lease.
      {
        kind: 'acts',
        acts: [{ kind: 'restore', generation: 1, mishap: { kind: 'stalls', atCall: 5 } }],
        turns: [],
      },
      { kind: 'wait', minutes: 5 },
      { kind: 'trouble', service: 'Zoho', how: 'answer-lost', tries: 9 },
      { kind: 'hammer', times: 10 },
    ],
  };
  expect(await live(await openUniverse({ connect: thinClients }), history)).toEqual([]);
});

it('P4: mints once at a time while somebody who waits for the lease is frozen', async () => {
  // The refresh freezes while the restoration's mint is under way, which no time may jump over: it ends within 10 s.
  const history: History = {
    start: 'running',
    steps: [
      {
        kind: 'acts',
        acts: [
          { kind: 'refresh', mishap: { kind: 'stalls', atCall: 17 } },
          { kind: 'reauthorize', by: 'owner', mishap: null },
          { kind: 'restore', generation: 1, mishap: null },
        ],
        turns: [5, 2],
      },
    ],
  };
  expect(await live(await openUniverse({ connect: thinClients }), history)).toEqual([]);
});
