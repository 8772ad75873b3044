import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { drawPlots } from '../../../bench/plots/plots.ts';
import { type Results, readResults } from '../../../bench/results.ts';

const RESULT = {
  title: 'A section',
  at: '2026-11-25T07:00:00.000Z',
  machine: { processor: 'One', cores: 2, memoryGiB: 24, node: '24.0.0', versions: {} },
  tables: [],
};

it('draws each player’s years', async () => {
  const missedMinutes = { 'the bound': [0, 10], 'this system': [5, 40] };
  const results: Results = { year: { ...RESULT, figures: { seeds: 2, missedMinutes } } };
  const svg = (await drawPlots(results)).get('year');
  expect(svg).toMatch(/^<svg/);
  expect(svg).toContain('over 2 simulated years');
  for (const player of Object.keys(missedMinutes)) expect(svg).toContain(`>${player}<`);
});

it('draws each size of the growth', async () => {
  const size = (connections: number) => ({
    plan: { connections },
    typical: { wallMs: connections * 10, bound: { ms: connections * 9 } },
  });
  const results: Results = { growth: { ...RESULT, figures: { sizes: [size(1), size(10), size(100)] } } };
  const svg = (await drawPlots(results)).get('growth');
  expect(svg?.match(/aria-roledescription="point"/g)).toHaveLength(6);
});

it('draws nothing that was not measured', async () => {
  expect([...(await drawPlots({})).keys()]).toEqual([]);
});

it('docs/images has the plots of the very figures of bench/results.json', async () => {
  for (const [name, svg] of await drawPlots(readResults())) {
    const file = new URL(`../../../docs/images/${name}.svg`, import.meta.url);
    expect(readFileSync(file, 'utf8') === svg, name).toBe(true);
  }
});
