/** When something was read, and from what age on it is old; both in ms. */
interface Reading {
  readonly atMs: number | null;
  readonly oldAfterMs: number;
}

/** Whether later reads should have come by now: the page slept, or the API does not answer. */
export function isOld({ atMs, oldAfterMs }: Reading, nowMs: number): boolean {
  return atMs !== null && nowMs - atMs > oldAfterMs;
}

/** Until when what was read holds, in ms since the epoch: now, unless it is old. */
export function knownUntilMs(reading: Reading, nowMs: number): number {
  return isOld(reading, nowMs) ? (reading.atMs ?? nowMs) : nowMs;
}
