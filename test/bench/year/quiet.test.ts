import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventfulStretches, quietUntil } from '../../../bench/year/keeper/quiet.ts';
import { DAY_MINUTES, drawTrace } from '../../../bench/year/trace.ts';
import { aTrace } from './traces.ts';

describe('quiet time', () => {
  it('ends two ticks before anything happens, in the minute of a tick', () => {
    const trace = aTrace({ minutes: 5_000, deaths: [{ minute: 2_020, cause: 'evicted' }] });
    const stretches = eventfulStretches(trace);
    expect(quietUntil(stretches, 100, 5_000), 'it has just begun').toBeNull();
    expect(quietUntil(stretches, 300, 5_000)).toBe(1_850);
    expect(quietUntil(stretches, 1_870, 5_000)).toBeNull();
    expect(quietUntil(stretches, 2_219, 5_000), 'what was replaced is not revoked yet').toBeNull();
    expect(quietUntil(stretches, 2_220, 5_000), 'two days at most').toBe(4_500);
    expect(quietUntil(stretches, 4_700, 5_000), 'not worth it').toBeNull();
  });

  it('has nothing of a trace in it', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 0, max: 60 * DAY_MINUTES }), (seed, minute) => {
        const trace = drawTrace(seed, 60 * DAY_MINUTES);
        const until = quietUntil(eventfulStretches(trace), minute, trace.minutes);
        if (until === null) return;
        const isIn = (from: number, to: number) => from < until && to >= minute;
        expect(
          trace.spells.filter((spell) => isIn(spell.fromMinute, spell.fromMinute + spell.minutes)),
        ).toEqual([]);
        expect(
          [...trace.deaths, ...trace.crashes].filter((event) => isIn(event.minute, event.minute)),
        ).toEqual([]);
      }),
    );
  });
});
