import { describe, expect, it } from 'vitest';
import { playSeed } from '../../../bench/year/players.ts';
import { reportYears } from '../../../bench/year/report.ts';
import { DAY_MINUTES } from '../../../bench/year/trace.ts';

describe('the report of simulated years', () => {
  it('has a row for each player, and names every source of the fault model', async () => {
    const minutes = 2 * DAY_MINUTES;
    const { tables, figures } = reportYears([await playSeed({ seed: 1, minutes })], minutes);
    const [players, , model] = tables;
    expect(players?.rows.map(([name]) => name)).toEqual(Object.keys(figures.withoutTokenMinutes as object));
    expect(players?.notes[0]).toBe('These years have 2 days.');
    for (const row of model?.rows ?? []) {
      const number = row.at(-1);
      expect(model?.notes.filter((note) => note.startsWith(String(number)))).toHaveLength(1);
    }
  });
});
