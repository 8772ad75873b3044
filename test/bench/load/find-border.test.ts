import { expect, it } from 'vitest';
import { findBorder } from '../../../bench/load/find-border.ts';

const RATES = [25, 50, 75, 100, 125, 150, 175];

it.each([null, ...RATES])('finds that %s is the last that holds, and tries three of seven', async (last) => {
  const tried: number[] = [];
  const found = await findBorder(RATES, async (ratePerS) => {
    tried.push(ratePerS);
    return last !== null && ratePerS <= last;
  });
  expect(found).toBe(last);
  expect(tried.length).toBe(3);
});

it('has nothing to try of none', async () => {
  expect(await findBorder([], async () => true)).toBeNull();
});
