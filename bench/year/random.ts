import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** What chance says, the same for the same seed on every machine. */
export interface Chance {
  /** From 0 (inclusive) to 1 (exclusive). */
  uniform(): number;
  /** The time to the next of things that come by themselves, so many apart on average. */
  exponential(mean: number): number;
  /** Half of the values are below the median; `spread` is the standard deviation of their logarithm. */
  logNormal(of: { readonly median: number; readonly spread: number }): number;
  pick<T>(options: readonly T[]): T;
}

export function chanceOf(seed: number): Chance {
  const generator = xoroshiro128plus(seed);
  const uniform = () => uniformFloat64(generator);
  /** Box and Muller's: https://en.wikipedia.org/wiki/Box%E2%80%93Muller_transform */
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    exponential: (mean) => -mean * Math.log(1 - uniform()),
    logNormal: ({ median, spread }) => median * Math.exp(spread * normal()),
    pick: (options) => options[Math.floor(uniform() * options.length)] as (typeof options)[number],
  };
}
