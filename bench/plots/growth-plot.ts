import type { TopLevelSpec } from 'vega-lite';
import * as z from 'zod';
import { LOOK } from './render-svg.ts';

const figuresSchema = z.object({
  sizes: z.array(
    z.object({
      plan: z.object({ connections: z.number() }),
      typical: z.object({ wallMs: z.number(), bound: z.object({ ms: z.number() }) }),
    }),
  ),
});

const TOOK = 'took';
const BOUND = 'the bound';

/** How long a refresh of all connections takes, beside what there is no way around. */
export function growthPlot(figures: unknown): TopLevelSpec {
  const values = figuresSchema
    .parse(figures)
    .sizes.flatMap(({ plan: { connections }, typical: { wallMs, bound } }) => [
      { connections, seconds: wallMs / 1_000, what: TOOK },
      { connections, seconds: bound.ms / 1_000, what: BOUND },
    ]);
  const what = { field: 'what', type: 'nominal', sort: [TOOK, BOUND] } as const;
  return {
    ...LOOK,
    title: 'One refresh of all connections, with a Zoho that takes 200 ms for each answer',
    width: 560,
    height: 300,
    data: { values },
    mark: { type: 'line', point: true, strokeWidth: 2 },
    encoding: {
      x: {
        field: 'connections',
        type: 'quantitative',
        scale: { type: 'log' },
        axis: { values: [1, 10, 100, 1_000, 10_000], format: ',' },
      },
      y: {
        field: 'seconds',
        type: 'quantitative',
        scale: { type: 'log', nice: false, domainMin: 0.3 },
        axis: { values: [0.3, 1, 3, 10, 30, 100, 300, 1_000], title: 'seconds' },
      },
      color: { ...what, scale: { domain: [TOOK, BOUND], range: ['#d81b60', '#616161'] } },
      strokeDash: {
        ...what,
        scale: {
          domain: [TOOK, BOUND],
          range: [
            [1, 0],
            [4, 3],
          ],
        },
      },
    },
  };
}
