import { availableParallelism } from 'node:os';
import type { ExecutionEnvironment } from './execution-environment.ts';

/**
 * How many environments of one function live at once. Lambda has a thousand, on machines of its own. Here they share a few
 * cores, each is 50 MB and half a second of one core before it is warm, and more of them make all of them slow. Eight at
 * once are enough for a race.
 */
export const MOST_ENVIRONMENTS = Math.max(8, 4 * availableParallelism());

/**
 * The execution environments of one function. An idle one is used again, the one that was used last before others; a new
 * one is made only when none is idle. None is given up for being idle. When there are as many as may be, whoever comes
 * waits for the first that is free, in turn: Lambda would start one more, and its caller would wait as well.
 */
export class EnvironmentPool {
  readonly #create: () => ExecutionEnvironment;
  readonly #busy = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiting: ((environment: ExecutionEnvironment | null) => void)[] = [];
  #isClosed = false;

  constructor(create: () => ExecutionEnvironment) {
    this.#create = create;
  }

  /** @returns null when the pool is closed before one is free */
  async take(): Promise<ExecutionEnvironment | null> {
    if (this.#isClosed) return null;
    return this.#find() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Gives one back, which may have died meanwhile. */
  release(environment: ExecutionEnvironment): void {
    this.#busy.delete(environment);
    if (environment.isAlive) this.#idle.push(environment);
    if (this.#isClosed || this.#waiting.length === 0) return;
    this.#waiting.shift()?.(this.#find());
  }

  /** Ends all of them at once; who waits for one gets none. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const resolve of this.#waiting.splice(0)) resolve(null);
    const environments = [...this.#busy, ...this.#idle.splice(0)];
    await Promise.all(environments.map((environment) => environment.terminate()));
  }

  #find(): ExecutionEnvironment | null {
    const environment = this.#findIdle() ?? (this.#busy.size < MOST_ENVIRONMENTS ? this.#create() : null);
    if (environment) this.#busy.add(environment);
    return environment;
  }

  /** One that crashed while it was idle is forgotten. */
  #findIdle(): ExecutionEnvironment | null {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (idle.isAlive) return idle;
    return null;
  }
}
