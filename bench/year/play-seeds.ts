import { availableParallelism } from 'node:os';
import { Tinypool } from 'tinypool';
import type { Progress } from '../section.ts';
import type { SeedOutcome } from './players.ts';

/** Plays seeds side by side, one on each processor; their order in the result is their own. */
export async function playSeeds(
  seeds: readonly number[],
  minutes: number,
  progress: Progress,
): Promise<SeedOutcome[]> {
  const pool = new Tinypool({
    filename: new URL('worker.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: availableParallelism(),
  });
  let done = 0;
  try {
    return await Promise.all(
      seeds.map(async (seed) => {
        const outcome: SeedOutcome = await pool.run({ seed, minutes });
        done += 1;
        progress(`${done} of ${seeds.length} years`);
        return outcome;
      }),
    );
  } finally {
    await pool.destroy();
  }
}
