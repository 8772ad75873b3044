import { expect, it } from 'vitest';
import { planSends } from '../../../bench/load/plan.ts';

const LOAD = { ratePerS: 200, durationS: 60, admins: 100, connections: 100 };
const sends = planSends(LOAD);

it('spaces requests evenly over the whole time', () => {
  expect(sends.length).toBe(12_000);
  expect(sends[0]?.dueMs).toBe(0);
  const gaps = sends.slice(1).map(({ dueMs }, index) => dueMs - (sends[index]?.dueMs ?? 0));
  expect(new Set(gaps)).toEqual(new Set([5]));
});

it('asks for status, audit and refresh by 70, 20 and 10 in a hundred, at any moment', () => {
  for (const start of [0, 100, 11_990]) {
    const ten = sends.slice(start, start + 10).map(({ kind }) => kind);
    const count = (kind: string) => ten.filter((candidate) => candidate === kind).length;
    expect([count('statusOfOne') + count('statusOfAll'), count('audit'), count('refresh')]).toEqual([
      7, 2, 1,
    ]);
  }
});

it('has each admin and each connection refresh as often as any other, and no pair of them twice', () => {
  const refreshes = sends.filter(({ kind }) => kind === 'refresh');
  for (const who of ['admin', 'connection'] as const) {
    const counts = [...Map.groupBy(refreshes, (send) => send[who]).values()].map(({ length }) => length);
    expect(counts, who).toEqual(Array.from({ length: 100 }, () => 12));
  }
  expect(new Set(refreshes.map(({ admin, connection }) => `${admin} ${connection}`)).size).toBe(1_200);
});

it('has fewer admins than connections ask in turns', () => {
  const few = planSends({ ...LOAD, admins: 3, connections: 7 });
  expect(new Set(few.map(({ admin }) => admin))).toEqual(new Set([0, 1, 2]));
  expect(new Set(few.map(({ connection }) => connection)).size).toBe(7);
});
