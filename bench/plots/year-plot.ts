import type { TopLevelSpec } from 'vega-lite';
import * as z from 'zod';
import { LOOK } from './render-svg.ts';

const figuresSchema = z.object({
  seeds: z.number(),
  /** By player: of each year, ascending. */
  missedMinutes: z.record(z.string(), z.array(z.number())),
});

/** In how many years out of all a player left consumers without a token for so many minutes at most, with Zoho’s API there. */
export function yearPlot(figures: unknown): TopLevelSpec {
  const { seeds, missedMinutes } = figuresSchema.parse(figures);
  const players = Object.keys(missedMinutes);
  const values = Object.entries(missedMinutes).flatMap(([player, minutes]) =>
    minutes.map((value, index) => ({ player, minutes: value, share: (index + 1) / minutes.length })),
  );
  return {
    ...LOOK,
    title: `Minutes without a token while Zoho’s API answered, over ${seeds} simulated years`,
    width: 560,
    height: 300,
    data: { values },
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 2 },
    encoding: {
      x: {
        field: 'minutes',
        type: 'quantitative',
        scale: { type: 'symlog', constant: 5 },
        axis: {
          values: [0, 10, 30, 100, 300, 1_000, 3_000],
          title: 'minutes in the year, at most',
        },
      },
      y: {
        field: 'share',
        type: 'quantitative',
        scale: { domain: [0, 1] },
        axis: { format: '.0%', title: 'of all years' },
      },
      color: {
        field: 'player',
        type: 'nominal',
        sort: players,
        scale: {
          domain: players,
          range: ['#9e9e9e', '#616161', '#d81b60', '#1e88e5', '#ffa000', '#00897b'],
        },
      },
      strokeDash: {
        field: 'player',
        type: 'nominal',
        sort: players,
        scale: {
          domain: players,
          range: players.map((player) => (player.startsWith('the bound') ? [4, 3] : [1, 0])),
        },
      },
    },
  };
}
