/**
 * The least of the numbers that so many of a hundred do not exceed: one that occurred, not one between two.
 *
 * @param percent above 0, up to 100
 * @returns null of none
 */
export function percentile(numbers: readonly number[], percent: number): number | null {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? null;
}
