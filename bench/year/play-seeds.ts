import { availableParallelism } from 'node:os';
import pMap, { pMapSkip } from 'p-map';
import { Tinypool } from 'tinypool';
import type { Progress } from '../section.ts';
import type { SeedOutcome } from './players.ts';

/**
 * Plays seeds side by side, one on each processor.
 *
 * @param signal begins no further year once it is aborted
 * @returns what was played, in the order of the seeds
 */
export async function playSeeds(
  seeds: readonly number[],
  minutes: number,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<SeedOutcome[]> {
  const threads = availableParallelism();
  const filename = new URL('worker.ts', import.meta.url).href;
  const pool = new Tinypool({ filename, minThreads: threads, maxThreads: threads });
  let done = 0;
  const play = async (seed: number): Promise<SeedOutcome | typeof pMapSkip> => {
    if (signal.aborted) return pMapSkip;
    const outcome: SeedOutcome = await pool.run({ seed, minutes });
    done += 1;
    progress(`${done} of ${seeds.length} years`);
    return outcome;
  };
  try {
    return await pMap(seeds, play, { concurrency: threads });
  } finally {
    await pool.destroy();
  }
}
