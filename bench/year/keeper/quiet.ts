import type { Trace } from '../trace.ts';

/** From when until when something happens or may come of it, in minutes. */
export interface Stretch {
  readonly fromMinute: number;
  readonly untilMinute: number;
}

/** Two ticks and more, so that everything runs as it does by then. */
const BEFORE_MINUTES = 150;
/** The longest that anything is planned ahead, and more: what was replaced is revoked by then. */
const AFTER_MINUTES = 200;
/** Between two ticks: a night ends with one. */
const RHYTHM_MINUTES = 50;
/** What is shorter is not worth the trouble. */
const SHORTEST_MINUTES = 400;
/** Whatever is written into the audit has to be sealed within 48 hours. */
const LONGEST_MINUTES = 46 * RHYTHM_MINUTES;

/** The stretches of a trace in which something goes on, in their order. */
export function eventfulStretches({ spells, deaths, crashes }: Trace): Stretch[] {
  const events = [
    ...spells.map(({ fromMinute, minutes }) => ({ fromMinute, untilMinute: fromMinute + minutes })),
    ...[...deaths, ...crashes].map(({ minute }) => ({ fromMinute: minute, untilMinute: minute })),
    { fromMinute: 0, untilMinute: 0 },
  ].toSorted((a, b) => a.fromMinute - b.fromMinute);
  const stretches: Stretch[] = [];
  for (const event of events) {
    const last = stretches.at(-1);
    const fromMinute = event.fromMinute - BEFORE_MINUTES;
    const untilMinute = event.untilMinute + AFTER_MINUTES;
    if (!last || last.untilMinute < fromMinute) stretches.push({ fromMinute, untilMinute });
    else
      stretches.splice(-1, 1, {
        fromMinute: last.fromMinute,
        untilMinute: Math.max(last.untilMinute, untilMinute),
      });
  }
  return stretches;
}

/**
 * Until when nothing happens from a minute on, at the time of a tick; two days at most.
 *
 * @param endMinute of the trace
 * @returns null when something does, or soon will
 */
export function quietUntil(stretches: readonly Stretch[], minute: number, endMinute: number): number | null {
  const next = stretches.find(({ untilMinute }) => untilMinute > minute);
  if (next && next.fromMinute <= minute) return null;
  const latest = Math.min(next?.fromMinute ?? endMinute, minute + LONGEST_MINUTES);
  const until = Math.floor(latest / RHYTHM_MINUTES) * RHYTHM_MINUTES;
  return until - minute >= SHORTEST_MINUTES ? until : null;
}
