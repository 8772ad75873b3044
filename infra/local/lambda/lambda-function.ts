import { randomUUID } from 'node:crypto';
import type { VirtualClock } from '../clock.ts';
import { EnvironmentPool } from './environment-pool.ts';
import { ExecutionEnvironment, type ExecutionEnvironmentOptions } from './execution-environment.ts';
import type { FunctionError, InvocationOutcome } from './messages.ts';
import { describeError, platformLogLine } from './platform-log.ts';

export interface LambdaFunctionOptions extends Omit<ExecutionEnvironmentOptions, 'clock'> {
  readonly clock: VirtualClock;
}

const STOPPED: InvocationOutcome = {
  kind: 'failed',
  error: { errorType: 'Sandbox.Stopped', errorMessage: 'the twin was stopped before the function could run' },
};

/** One function with its execution environments. */
export class LambdaFunction {
  readonly #options: LambdaFunctionOptions;
  readonly #environments: EnvironmentPool;
  #inFlight = 0;
  #isClosed = false;

  constructor(options: LambdaFunctionOptions) {
    this.#options = options;
    this.#environments = new EnvironmentPool(
      () => new ExecutionEnvironment({ ...options, clock: options.clock.shared }),
    );
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
    if (reservedConcurrency !== null && this.#inFlight >= reservedConcurrency) return { kind: 'throttled' };
    const { clock } = this.#options;
    this.#inFlight += 1;
    clock.enter();
    try {
      const outcome = await this.#run(JSON.stringify(event ?? null));
      if (outcome.kind === 'failed' && !this.#isClosed) this.#log(outcome.error);
      return outcome;
    } finally {
      this.#inFlight -= 1;
      clock.leave();
    }
  }

  /** Ends it at once; what it is in the middle of is nobody's failure. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#environments.close();
  }

  async #run(eventJson: string): Promise<InvocationOutcome> {
    const environment = await this.#environments.take();
    if (!environment) return STOPPED;
    try {
      return await environment.invoke(randomUUID(), eventJson);
    } finally {
      this.#environments.release(environment);
    }
  }

  #log(error: FunctionError): void {
    const { clock, onLog, definition } = this.#options;
    const message = `${definition.name} failed: ${describeError(error)}`;
    onLog(platformLogLine('FUNCTION_FAILED', message, clock.nowMs()));
  }
}
