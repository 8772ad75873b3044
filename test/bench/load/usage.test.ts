import { expect, it } from 'vitest';
import { limitOf } from '../../../bench/load/usage.ts';

it.each([
  ['the machine, when the load uses it up', { twinCores: 1.7 }, /the machine: .* 1\.8 of its 2 cores/],
  [
    'what else ran, when that uses it up',
    { othersCores: 0.9 },
    /others used 0\.9 .* had 1\.1\. Measure it again/,
  ],
  ['the main thread, when it has a core and cores are left', { mainThreadCores: 0.95 }, /main thread/],
  ['nothing that is known, when cores are left', {}, /not found: .* of 2 .* used 1\.1/],
])('is %s', (_name, used, expected) => {
  const usage = { twinCores: 1, mainThreadCores: 0.5, generatorCores: 0.1, othersCores: 0.2, ...used };
  expect(limitOf(usage, 2)).toMatch(expected);
});
