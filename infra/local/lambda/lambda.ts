import type { VirtualClock } from '../clock.ts';
import {
  type AccessKey,
  type FunctionDefinition,
  functionArn,
  type LambdaAccount,
  runtimeEnvironment,
} from './definition.ts';
import { LambdaFunction } from './lambda-function.ts';
import type { InvocationOutcome } from './messages.ts';
import { describeError, platformLogLine } from './platform-log.ts';

/** After a function error Lambda waits one minute before the first retry and two before the second. */
const RETRY_DELAYS_MS = [60_000, 120_000];
/** After a throttle it tries again from 1 second up to 5 minutes later, until the event is too old. */
const THROTTLE_DELAY_MS = { first: 1_000, longest: 300_000 };

/**
 * How many invocations run at once in an account that has not asked for more. Those that wait for an environment count:
 * on AWS they would run.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
const CONCURRENT_EXECUTIONS = 1_000;

/** How Lambda got rid of an asynchronous event. */
export type EventOutcome =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'dropped'; readonly reason: string };

/** Hears each line that a function, or Lambda about it, writes to its log. */
export type LogObserver = (functionName: string, line: string) => void;

export interface LambdaOptions {
  readonly account: LambdaAccount;
  readonly clock: VirtualClock;
  readonly onLog: LogObserver;
}

/** The stand-in for AWS Lambda: runs each function's real bundle in worker threads of its own. */
export class Lambda {
  readonly #options: LambdaOptions;
  readonly #functions = new Map<string, LambdaFunction>();
  /** Invocations under way of functions that have no concurrency of their own. */
  #unreservedInFlight = 0;
  #isClosed = false;

  constructor(options: LambdaOptions) {
    this.#options = options;
  }

  deploy(definition: FunctionDefinition, accessKey: AccessKey): void {
    const { account, clock, onLog } = this.#options;
    const lambdaFunction = new LambdaFunction({
      definition,
      functionArn: functionArn(account, definition.name),
      environment: runtimeEnvironment(definition, account, accessKey),
      clock,
      onLog: (line) => onLog(definition.name, line),
    });
    this.#functions.set(definition.name, lambdaFunction);
  }

  get functionNames(): string[] {
    return [...this.#functions.keys()];
  }

  /** What a function is started with, for whoever starts it in a process of its own. */
  startOf(functionName: string): {
    readonly directory: string;
    readonly environment: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
  } {
    const { definition, environment } = this.#find(functionName);
    return { directory: definition.directory, environment, timeoutMs: definition.timeoutMs };
  }

  /** Invokes and waits for the answer (`RequestResponse`). A throttle is the caller's to handle. */
  invoke(functionName: string, event: unknown): Promise<InvocationOutcome> {
    return this.#run(this.#find(functionName), event);
  }

  /**
   * Invokes as EventBridge does (`Event`): a function error is retried after one and two minutes of virtual time, a
   * throttle until the event is too old.
   *
   * @returns what became of the event in the end; a real caller is not told
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  async invokeAsync(functionName: string, event: unknown): Promise<EventOutcome> {
    const lambdaFunction = this.#find(functionName);
    const { maximumRetryAttempts, maximumEventAgeMs } = lambdaFunction.definition;
    const { clock } = this.#options;
    const expiresAtMs = clock.nowMs() + maximumEventAgeMs;
    let failures = 0;
    let throttleDelayMs = THROTTLE_DELAY_MS.first;
    for (;;) {
      const outcome = await this.#run(lambdaFunction, event);
      if (outcome.kind === 'succeeded') return { kind: 'succeeded' };
      if (this.#isClosed) return { kind: 'dropped', reason: 'the twin was stopped' };
      let delayMs = throttleDelayMs;
      if (outcome.kind === 'throttled') {
        throttleDelayMs = Math.min(throttleDelayMs * 2, THROTTLE_DELAY_MS.longest);
      } else {
        failures += 1;
        if (failures > maximumRetryAttempts) return this.#drop(functionName, describeError(outcome.error));
        delayMs = RETRY_DELAYS_MS[failures - 1] ?? 0;
      }
      if (clock.nowMs() + delayMs > expiresAtMs)
        return this.#drop(functionName, `the event is older than ${maximumEventAgeMs / 1000} s`);
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, delayMs));
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#functions.values()].map((lambdaFunction) => lambdaFunction.close()));
  }

  /** Functions that have no concurrency of their own share what the others leave of the account's. */
  async #run(lambdaFunction: LambdaFunction, event: unknown): Promise<InvocationOutcome> {
    if (lambdaFunction.definition.reservedConcurrency !== null) return lambdaFunction.invoke(event);
    if (this.#unreservedInFlight >= this.#unreservedConcurrency()) return { kind: 'throttled' };
    this.#unreservedInFlight += 1;
    try {
      return await lambdaFunction.invoke(event);
    } finally {
      this.#unreservedInFlight -= 1;
    }
  }

  #unreservedConcurrency(): number {
    return [...this.#functions.values()].reduce(
      (left, { definition }) => left - (definition.reservedConcurrency ?? 0),
      CONCURRENT_EXECUTIONS,
    );
  }

  #find(functionName: string): LambdaFunction {
    const found = this.#functions.get(functionName);
    if (!found) throw new Error(`Function not found: ${functionName}`);
    return found;
  }

  #drop(functionName: string, reason: string): EventOutcome {
    const { clock, onLog } = this.#options;
    const message = `${functionName} gave up an event: ${reason}`;
    onLog(functionName, platformLogLine('EVENT_DROPPED', message, clock.nowMs()));
    return { kind: 'dropped', reason };
  }
}
