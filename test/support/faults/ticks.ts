export const MINUTE_MS = 60_000;
const TICK_EVERY_MS = 50 * MINUTE_MS;

/** The next of the schedule's own times, which follow the clock and nothing else. */
export function nextTickAtMs(nowMs: number): number {
  return (Math.floor(nowMs / TICK_EVERY_MS) + 1) * TICK_EVERY_MS;
}
