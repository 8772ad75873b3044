import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ToldProblem } from '../../../lib/alerts/alert-memory.ts';
import { followProblem, type Urgency } from '../../../lib/alerts/follow-problem.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const COOLDOWN_MS = 6 * HOUR_MS;
const START_MS = Date.parse('2027-03-01T00:00:00.000Z');

/** What is told in a course of `[minutes since the start, urgency]`, as `minutes: what`. */
function tell(course: readonly (readonly [number, Urgency])[]): string[] {
  let problem: ToldProblem | null = null;
  return course.flatMap(([minutes, urgency]) => {
    const nowMs = START_MS + minutes * MINUTE_MS;
    const decided = followProblem(problem, urgency, { nowMs, cooldownMs: COOLDOWN_MS });
    problem = decided.problem;
    return decided.tell ? [`${minutes}: ${decided.tell}`] : [];
  });
}

describe('P10: one alert per change of health', () => {
  it.each<[string, (readonly [number, Urgency])[], string[]]>([
    [
      'nothing is told of what is healthy',
      [
        [0, 0],
        [1, 0],
      ],
      [],
    ],
    [
      'a problem, and its end',
      [
        [0, 1],
        [1, 1],
        [2, 0],
        [3, 0],
      ],
      ['0: problem', '2: recovered'],
    ],
    [
      'a problem that gets worse',
      [
        [0, 1],
        [10, 2],
        [11, 2],
        [90, 3],
        [95, 0],
      ],
      ['0: problem', '10: problem', '90: problem', '95: recovered'],
    ],
    [
      'one that gets better, but is not over',
      [
        [0, 3],
        [10, 1],
        [20, 1],
        [30, 0],
      ],
      ['0: problem', '30: recovered'],
    ],
    [
      'one that lasts is not repeated, however long',
      [
        [0, 2],
        [361, 2],
        [2_000, 2],
      ],
      ['0: problem'],
    ],
    [
      'one that is back after the cooldown',
      [
        [0, 1],
        [5, 0],
        [366, 1],
        [370, 0],
      ],
      ['0: problem', '5: recovered', '366: problem', '370: recovered'],
    ],
    [
      'one that is back within the cooldown flaps',
      [
        [0, 1],
        [5, 0],
        [60, 1],
      ],
      ['0: problem', '5: recovered', '60: flapping'],
    ],
    [
      'one that flaps is told once in a cooldown, and its end when that is over',
      [
        [0, 1],
        [5, 0],
        [10, 1],
        [15, 0],
        [20, 1],
        [25, 0],
        [30, 1],
        [35, 0],
        [369, 0],
        [371, 0],
      ],
      ['0: problem', '5: recovered', '10: flapping', '371: recovered'],
    ],
    [
      'one that flaps on is told once more in the next cooldown',
      [
        [0, 1],
        [5, 0],
        [10, 1],
        [15, 0],
        [375, 1],
        [380, 0],
        [385, 1],
        [736, 0],
      ],
      ['0: problem', '5: recovered', '10: flapping', '375: flapping', '736: recovered'],
    ],
    [
      'one that flaps gets worse',
      [
        [0, 1],
        [5, 0],
        [10, 1],
        [15, 0],
        [20, 2],
        [25, 0],
      ],
      ['0: problem', '5: recovered', '10: flapping', '20: problem', '25: recovered'],
    ],
    [
      'one that flaps is told when it is worse than it was when that was told',
      [
        [0, 1],
        [5, 2],
        [30, 0],
        [60, 1],
        [65, 2],
        [66, 2],
        [90, 0],
        [95, 2],
      ],
      ['0: problem', '5: problem', '30: recovered', '60: flapping', '65: problem', '90: recovered'],
    ],
    [
      'one that is down again and again is not repeated',
      [
        [0, 2],
        [5, 0],
        [10, 2],
        [15, 0],
        [20, 2],
        [25, 0],
        [30, 2],
        [34, 0],
      ],
      ['0: problem', '5: recovered', '10: flapping', '15: recovered'],
    ],
    [
      'but if it stays down, nobody sleeps through it',
      [
        [0, 2],
        [5, 0],
        [10, 2],
        [15, 0],
        [20, 2],
        [34, 2],
        [35, 2],
        [36, 2],
        [90, 0],
      ],
      ['0: problem', '5: recovered', '10: flapping', '15: recovered', '35: problem', '90: recovered'],
    ],
    [
      'one that was kept back is told when the cooldown is over',
      [
        [0, 1],
        [5, 0],
        [10, 1],
        [12, 2],
        [15, 0],
        [20, 1],
        [371, 1],
        [373, 1],
      ],
      ['0: problem', '5: recovered', '10: flapping', '12: problem', '15: recovered', '373: problem'],
    ],
  ])('%s', (_, course, told) => {
    expect(tell(course)).toEqual(told);
  });

  it('a clock that jumps forth and back makes no storm', () => {
    const jumps = [0, 10_000, 1, 10_000, 2, 10_000, 3].map((minutes) => [minutes, 2] as const);
    expect(tell(jumps)).toEqual(['0: problem']);
  });
});

/** A step of a course: how long after the one before (a clock may go back), and how bad it is then. */
const step = fc.tuple(
  fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 120 }) },
    { weight: 1, arbitrary: fc.integer({ min: -600, max: 600 }) },
  ),
  fc.constantFrom<Urgency>(0, 1, 2, 3),
);

/** A random course of health, as `[ms since the epoch, urgency]`. */
const courses = fc.array(step, { maxLength: 60 }).map((steps) => {
  let nowMs = START_MS;
  return steps.map(([minutes, urgency]) => {
    nowMs += minutes * MINUTE_MS;
    return [nowMs, urgency] as const;
  });
});

describe('whatever the course', () => {
  it('what people believe is true in the end: a lasting problem has been told, and so has its end', () => {
    fc.assert(
      fc.property(courses, fc.constantFrom<Urgency>(0, 1, 2, 3), (course, last) => {
        let problem: ToldProblem | null = null;
        let nowMs = START_MS;
        for (const [atMs, urgency] of course) {
          ({ problem } = followProblem(problem, urgency, { nowMs: atMs, cooldownMs: COOLDOWN_MS }));
          nowMs = atMs;
        }
        // Long enough for every window to be over, and looked at each minute.
        for (let minute = 1; minute <= 24 * 60; minute += 1) {
          const atMs = nowMs + minute * MINUTE_MS;
          ({ problem } = followProblem(problem, last, { nowMs: atMs, cooldownMs: COOLDOWN_MS }));
        }
        expect(problem?.isOpen ?? false).toBe(last > 0);
      }),
      { numRuns: 200 },
    );
  });

  /** How many things are told in the cooldown that has most of them. */
  const mostInACooldown = (steps: readonly (readonly [number, Urgency])[]): number => {
    let problem: ToldProblem | null = null;
    let nowMs = START_MS;
    const toldAtMs: number[] = [];
    for (const [minutes, urgency] of steps) {
      nowMs += minutes * MINUTE_MS;
      const decided = followProblem(problem, urgency, { nowMs, cooldownMs: COOLDOWN_MS });
      problem = decided.problem;
      if (decided.tell) toldAtMs.push(nowMs);
    }
    const counts = toldAtMs.map(
      (fromMs) => toldAtMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + COOLDOWN_MS).length,
    );
    return Math.max(0, ...counts);
  };
  const urgency = fc.constantFrom<Urgency>(1, 2, 3);

  it('what fails for minutes, again and again, is told a dozen times in a cooldown at most: what is worse, that it flaps, what is worse than that, and their ends', () => {
    const spell = fc.tuple(fc.integer({ min: 1, max: 60 }), urgency, fc.integer({ min: 1, max: 14 }));
    fc.assert(
      fc.property(fc.array(spell, { minLength: 20, maxLength: 100 }), (spells) => {
        const steps = spells.flatMap(
          ([pause, bad, minutes]) =>
            [
              [pause, bad],
              [minutes, 0],
            ] as const,
        );
        expect(mostInACooldown(steps)).toBeLessThanOrEqual(12);
      }),
      { numRuns: 300 },
    );
  });

  it('what stays down for a quarter of an hour is told, and its end, each time', () => {
    const spell = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.constantFrom<Urgency>(2, 3));
    fc.assert(
      fc.property(fc.array(spell, { minLength: 1, maxLength: 40 }), (spells) => {
        let problem: ToldProblem | null = null;
        let nowMs = START_MS;
        const look = (minutes: number, urgency: Urgency) => {
          nowMs += minutes * MINUTE_MS;
          ({ problem } = followProblem(problem, urgency, { nowMs, cooldownMs: COOLDOWN_MS }));
          return problem?.isOpen ?? false;
        };
        for (const [pause, urgency] of spells) {
          look(pause, 0);
          for (let minute = 0; minute < 15; minute += 1) look(1, urgency);
          expect(look(1, urgency)).toBe(true);
          expect(look(1, 0)).toBe(false);
        }
      }),
    );
  });

  it('the same look again tells nothing', () => {
    fc.assert(
      fc.property(courses, (course) => {
        let problem: ToldProblem | null = null;
        for (const [nowMs, urgency] of course) {
          ({ problem } = followProblem(problem, urgency, { nowMs, cooldownMs: COOLDOWN_MS }));
          const again = followProblem(problem, urgency, { nowMs, cooldownMs: COOLDOWN_MS });
          expect(again).toMatchObject({ tell: null, isKeptBack: false });
        }
      }),
    );
  });
});
