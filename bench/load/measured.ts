import type { Memory } from './memory.ts';
import type { Mints } from './mints.ts';
import type { LoadRun } from './run-load.ts';

/** What was measured; null where it could not be. */
export interface Measured {
  readonly unloaded: LoadRun;
  readonly goal: LoadRun;
  /** Other rates that were tried, in their order. */
  readonly tried: readonly LoadRun[];
  /** Of all of them. */
  readonly mints: Mints | null;
  /** Around the goal's load. */
  readonly before: Memory;
  readonly after: Memory;
}
