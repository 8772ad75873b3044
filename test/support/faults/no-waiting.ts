/**
 * Takes the place of `node:timers/promises`: a pause ends as soon as everybody else had a turn.
 *
 * @see https://vitest.dev/api/vi.html#vi-mock
 */
export function setTimeout(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
