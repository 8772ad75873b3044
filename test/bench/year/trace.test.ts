import { describe, expect, it } from 'vitest';
import { conditionsOf } from '../../../bench/year/conditions.ts';
import { drawTrace, takeCrashes, YEAR_MINUTES } from '../../../bench/year/trace.ts';
import { aTrace } from './traces.ts';

describe('a trace', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(drawTrace(7)).toEqual(drawTrace(7));
    expect(drawTrace(7)).not.toEqual(drawTrace(8));
  });

  it('has as much of everything as the fault model says', () => {
    const traces = Array.from({ length: 300 }, (_, seed) => drawTrace(seed));
    const mean = (of: (trace: (typeof traces)[number]) => number) =>
      traces.reduce((sum, trace) => sum + of(trace), 0) / traces.length;
    expect(mean(({ deaths }) => deaths.length)).toBeCloseTo(1.25, 0);
    expect(mean(({ crashes }) => crashes.length)).toBeCloseTo(24, -1);
    const outages = (service: string) =>
      mean(({ spells }) => spells.filter((spell) => spell.service === service).length);
    expect(outages('api')).toBeCloseTo(6, 0);
    expect(outages('secretsManager')).toBeCloseTo(6.2, 0);
  });

  it('stays within its time', () => {
    const { spells, deaths, crashes } = drawTrace(3, YEAR_MINUTES / 4);
    for (const minute of [
      ...spells.map(({ fromMinute }) => fromMinute),
      ...deaths.map((death) => death.minute),
      ...crashes.map((crash) => crash.minute),
    ]) {
      expect(minute).toBeGreaterThanOrEqual(15);
      expect(minute).toBeLessThan(YEAR_MINUTES / 4);
    }
  });
});

describe('conditions', () => {
  it('are those of the spell that began last, for as long as it lasts', () => {
    const { at } = conditionsOf(
      aTrace({
        minutes: 10,
        spells: [
          { service: 'kms', how: 'broken', fromMinute: 2, minutes: 4 },
          { service: 'kms', how: 'lost', fromMinute: 4, minutes: 100 },
        ],
      }),
    );
    expect([1, 2, 3, 4, 9, 10].map((minute) => at('kms', minute))).toEqual([
      null,
      'broken',
      'broken',
      'lost',
      'lost',
      null,
    ]);
    expect(at('s3', 3)).toBeNull();
  });
});

describe('crashes', () => {
  it('each hit one run: the first from their minute on', () => {
    const crashAt = takeCrashes({
      crashes: [
        { minute: 5, afterCalls: 1 },
        { minute: 5, afterCalls: 2 },
      ],
    });
    expect([4, 6, 6, 7].map((minute) => crashAt(minute)?.afterCalls ?? null)).toEqual([null, 1, 2, null]);
  });
});
