import { expect, it } from 'vitest';
import { percentile } from '../../../bench/load/percentile.ts';

const HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

it.each([
  [1, 1],
  [50, 50],
  [95, 95],
  [99, 99],
  [100, 100],
])('of the numbers from 1 to 100, %i per cent are at most %i', (percent, expected) => {
  expect(percentile(HUNDRED, percent)).toBe(expected);
});

it('is a number that occurred, by its size and not by its digits', () => {
  expect(percentile([10, 9, 100], 50)).toBe(10);
  expect(percentile([1, 2], 99)).toBe(2);
  expect(percentile([7], 1)).toBe(7);
});

it('is none of none', () => {
  expect(percentile([], 50)).toBeNull();
});
