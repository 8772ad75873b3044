import type { Trace } from '../../../bench/year/trace.ts';

/** A trace in which nothing happens but what a test says; whoever is on call notices after 20 minutes, and comes after 10. */
export function aTrace({ minutes, ...differing }: Partial<Trace> & { minutes: number }): Trace {
  const people = [{ noticesAfterMinutes: 20, comesAfterMinutes: 10 }];
  return { minutes, spells: [], deaths: [], crashes: [], people, ...differing };
}
