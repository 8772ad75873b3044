import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What this process holds, in MB. */
export interface Memory {
  /** All of it, with the threads of the functions. */
  readonly residentMb: number;
  /** Of the main thread, after a garbage collection: what is really kept. */
  readonly heapMb: number;
}

/** Collects garbage first, of the main thread: those of the functions are out of reach. */
export function measureMemory(): Memory {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  // What a first collection finds to be finished with goes with the second.
  collectGarbage();
  collectGarbage();
  const { rss, heapUsed } = process.memoryUsage();
  return { residentMb: rss / 1e6, heapMb: heapUsed / 1e6 };
}
