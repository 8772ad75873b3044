import { expect, it } from 'vitest';
import { describeColdStarts } from '../../../bench/cold-start/describe.ts';
import type { Measured } from '../../../bench/cold-start/measure.ts';

const times = (...pairs: [number, number][]) =>
  pairs.map(([loadMs, invocationMs]) => ({ loadMs, invocationMs }));

const MEASURED: Measured = {
  bundle: {
    name: 'refresh',
    directory: '/nowhere',
    bytes: 1_000,
    parts: [500, 200, 100, 50, 40, 30, 20].map((bytes, index) => ({ name: `part-${index}`, bytes })),
  },
  requests: { dynamodb: 2, kms: 1 },
  own: times([60, 40], [58, 62], [90, 30]),
  empty: { bytes: 400, times: times([40, 0], [50, 0], [39, 1]) },
  asking: { bytes: 500, times: times([45, 35], [50, 40], [46, 44]) },
};

it('compares the medians of the same runs', () => {
  const { tables, figures } = describeColdStarts([MEASURED]);
  const [loading, first, parts] = tables.map(({ rows }) => rows[0]);
  expect(loading).toEqual(['refresh', 1_000, 60, 400, 40, 1.5]);
  // Together: 100, 120 and 120 against 80, 90 and 90, and against 40, 50 and 40.
  expect(first).toEqual(['refresh', 'refreshes one connection', 3, 120, 40, 90, 1.33, 3]);
  expect(parts?.[1]).toBe('part-0 500, part-1 200, part-2 100, part-3 50, part-4 40, part-5 30');
  // What is not shown, and what joins the parts.
  expect(parts?.[2]).toBe(80);
  expect(figures).toEqual({
    functions: [
      {
        name: 'refresh',
        bytes: 1_000,
        floorBytes: 400,
        loadMs: 60,
        floorMs: 40,
        firstInvocationMs: 40,
        wholeMs: 120,
        floorWholeMs: 40,
        askingFloorWholeMs: 90,
        requests: { dynamodb: 2, kms: 1 },
        parts: MEASURED.bundle.parts,
      },
    ],
  });
});

it('says how many runs there were', () => {
  expect(describeColdStarts([MEASURED]).tables[0]?.notes[0]).toMatch(/^3 new processes each/);
});
