/**
 * Tries rates until it is clear which of them is the last that holds, halving what is left each time.
 *
 * @param rates from small to large
 * @param doesHold supposed to be true up to some rate, and false from there on
 * @returns null when none holds
 */
export async function findBorder(
  rates: readonly number[],
  doesHold: (ratePerS: number) => Promise<boolean>,
): Promise<number | null> {
  let [low, high] = [0, rates.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const rate = rates[middle] ?? Number.NaN;
    if (await doesHold(rate)) low = middle + 1;
    else high = middle;
  }
  return rates[low - 1] ?? null;
}
