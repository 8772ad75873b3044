import { randomUUID } from 'node:crypto';
import type { VirtualClock } from '../clock.ts';
import { ExecutionEnvironment, type ExecutionEnvironmentOptions } from './execution-environment.ts';
import type { FunctionError, InvocationOutcome } from './messages.ts';
import { describeError, platformLogLine } from './platform-log.ts';

export interface LambdaFunctionOptions extends Omit<ExecutionEnvironmentOptions, 'clock'> {
  readonly clock: VirtualClock;
}

/** One function with its execution environments: one per invocation at a time, the last idle one kept warm. */
export class LambdaFunction {
  readonly #options: LambdaFunctionOptions;
  readonly #busy = new Set<ExecutionEnvironment>();
  #warm: ExecutionEnvironment | null = null;
  #isClosed = false;

  constructor(options: LambdaFunctionOptions) {
    this.#options = options;
  }

  get definition() {
    return this.#options.definition;
  }

  get environment(): Readonly<Record<string, string>> {
    return this.#options.environment;
  }

  /** Runs the function once; never throws. */
  async invoke(event: unknown): Promise<InvocationOutcome> {
    const { reservedConcurrency } = this.definition;
    if (reservedConcurrency !== null && this.#busy.size >= reservedConcurrency) return { kind: 'throttled' };
    const { clock } = this.#options;
    clock.enter();
    const environment = this.#takeEnvironment();
    try {
      const outcome = await environment.invoke(randomUUID(), JSON.stringify(event ?? null));
      if (outcome.kind === 'failed' && !this.#isClosed) this.#log(outcome.error);
      return outcome;
    } finally {
      this.#release(environment);
      clock.leave();
    }
  }

  /** Ends it at once; what it is in the middle of is nobody's failure. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const environments = [...this.#busy, ...(this.#warm ? [this.#warm] : [])];
    this.#warm = null;
    await Promise.all(environments.map((environment) => environment.terminate()));
  }

  #log(error: FunctionError): void {
    const { clock, onLog, definition } = this.#options;
    const message = `${definition.name} failed: ${describeError(error)}`;
    onLog(platformLogLine('FUNCTION_FAILED', message, clock.nowMs()));
  }

  #takeEnvironment(): ExecutionEnvironment {
    const warm = this.#warm?.isAlive ? this.#warm : null;
    this.#warm = null;
    const environment =
      warm ?? new ExecutionEnvironment({ ...this.#options, clock: this.#options.clock.shared });
    this.#busy.add(environment);
    return environment;
  }

  #release(environment: ExecutionEnvironment): void {
    this.#busy.delete(environment);
    if (!environment.isAlive) return;
    if (this.#warm?.isAlive) void environment.terminate();
    else this.#warm = environment;
  }
}
