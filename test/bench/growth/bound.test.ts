import { expect, it } from 'vitest';
import { boundOf, sumOf } from '../../../bench/growth/bound.ts';

it.each([
  // Connections, bound by Zoho, bound by the writes.
  [0, 0, 0],
  [1, 400, 0],
  // Their 20 writes go at once.
  [10, 400, 0],
  [11, 400, 1_000],
  [100, 400, 9_000],
  [101, 800, 10_000],
  [500, 2_000, 49_000],
])(
  '%i connections take %i ms by Zoho and %i ms by Secrets Manager, and the longer of the two',
  (connections, zohoMs, writesMs) => {
    expect(boundOf(connections, 200)).toEqual({ zohoMs, writesMs, ms: Math.max(zohoMs, writesMs) });
  },
);

it('a slow Zoho is what counts where it takes longer than the writes', () => {
  expect(boundOf(100, 5_000)).toEqual({ zohoMs: 10_000, writesMs: 9_000, ms: 10_000 });
});

it('invocations one after the other take the sum of what each takes at least', () => {
  expect(sumOf([boundOf(500, 200), boundOf(10, 200)])).toEqual({
    zohoMs: 2_400,
    writesMs: 49_000,
    ms: 49_400,
  });
});
