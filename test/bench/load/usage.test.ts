import { expect, it } from 'vitest';
import { limitOf } from '../../../bench/load/usage.ts';

it.each([
  [
    'the machine, when all its cores are used',
    { twinCores: 1.7, generatorCores: 0.2 },
    /^The limit is the machine: .* 1\.9 of its 2 cores/,
  ],
  [
    'the main thread, when it has a core for itself and cores are left',
    { mainThreadCores: 0.95 },
    /main thread, in which/,
  ],
  [
    'what else runs, when the main thread gets no core',
    { mainThreadCores: 0.3 },
    /what else ran .* got 0\.3 of a core/,
  ],
  [
    'none of them, when the main thread waits',
    { mainThreadBusy: 0.4, mainThreadCores: 0.4 },
    /none of the machine’s/,
  ],
])('finds the limit in %s', (_name, used, expected) => {
  const usage = { twinCores: 1, mainThreadCores: 0.5, mainThreadBusy: 0.99, generatorCores: 0.1, ...used };
  expect(limitOf(usage, 2)).toMatch(expected);
});
