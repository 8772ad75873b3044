import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SharedClock } from '../clock.ts';
import type { FunctionDefinition } from './definition.ts';
import { LineSplitter } from './line-splitter.ts';
import type { FunctionError, InvocationOutcome, RuntimeData, RuntimeMessage } from './messages.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const INIT_TIMEOUT_MS = 10_000;

const RUNTIME_URL = new URL('./runtime.ts', import.meta.url);

export interface ExecutionEnvironmentOptions {
  readonly definition: FunctionDefinition;
  readonly functionArn: string;
  readonly environment: Record<string, string>;
  readonly clock: SharedClock;
  readonly onLog: (line: string) => void;
}

/**
 * One execution environment of a function: a worker thread that has loaded the bundle, and is reused by one invocation
 * after the other. A time-out or a crash ends it.
 */
export class ExecutionEnvironment {
  readonly #worker: Worker;
  readonly #timeoutMs: number;
  readonly #initialized: Promise<InvocationOutcome | null>;
  #settle: (message: RuntimeMessage) => void = () => {};
  #isAlive = true;

  constructor({ definition, functionArn, environment, clock, onLog }: ExecutionEnvironmentOptions) {
    this.#timeoutMs = definition.timeoutMs;
    this.#worker = new Worker(RUNTIME_URL, {
      workerData: runtimeData(definition, functionArn, clock),
      env: environment,
      execArgv: [],
      // A worker keeps some of its memory outside the heap, as Lambda's Node.js does.
      resourceLimits: { maxOldGenerationSizeMb: Math.max(64, Math.floor(definition.memoryMb * 0.9)) },
    });
    this.#forwardMessages(onLog);
    this.#initialized = this.#waitForInit();
  }

  /** False once it has timed out or crashed: the next invocation is a cold start somewhere else. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  async invoke(requestId: string, eventJson: string): Promise<InvocationOutcome> {
    const initFailure = await this.#initialized;
    if (initFailure) return initFailure;
    const timeoutMs = this.#timeoutMs;
    const seconds = (timeoutMs / 1000).toFixed(2);
    const answer = this.#nextAnswer(timeoutMs, {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
    });
    if (this.#isAlive) this.#worker.postMessage({ requestId, eventJson, timeoutMs });
    return toOutcome(await answer);
  }

  async terminate(): Promise<void> {
    this.#isAlive = false;
    await this.#worker.terminate();
  }

  async #waitForInit(): Promise<InvocationOutcome | null> {
    // What takes longer, Lambda begins once more, within the function's own time-out.
    const limitMs = INIT_TIMEOUT_MS + this.#timeoutMs;
    const message = await this.#nextAnswer(limitMs, {
      errorType: 'Sandbox.Timedout',
      errorMessage: `the function's module did not load within ${limitMs / 1000} seconds`,
    });
    if (message.kind === 'initialized') return null;
    await this.terminate();
    return toOutcome(message);
  }

  async #nextAnswer(timeoutMs: number, timeoutError: FunctionError): Promise<RuntimeMessage> {
    const answer = new Promise<RuntimeMessage>((resolve) => {
      this.#settle = resolve;
    });
    const timer = setTimeout(() => {
      this.#settle({ kind: 'failed', error: timeoutError });
      void this.terminate();
    }, timeoutMs);
    return answer.finally(() => clearTimeout(timer));
  }

  #forwardMessages(onLog: (line: string) => void): void {
    const lines = { stdout: new LineSplitter(onLog), stderr: new LineSplitter(onLog) };
    this.#worker.on('message', (message: RuntimeMessage) => {
      if (message.kind === 'output') lines[message.stream].write(message.text);
      else this.#settle(message);
    });
    this.#worker.on('error', (error: Error) =>
      this.#die({ errorType: error.name, errorMessage: error.message }),
    );
    this.#worker.on('exit', (code) =>
      this.#die({
        errorType: 'Runtime.ExitError',
        errorMessage: `the runtime exited with code ${code} before it answered`,
      }),
    );
  }

  #die(error: FunctionError): void {
    this.#isAlive = false;
    this.#settle({ kind: 'failed', error });
  }
}

function runtimeData(
  { directory, handler }: FunctionDefinition,
  functionArn: string,
  clock: SharedClock,
): RuntimeData {
  const [file, exportName] = handler.split('.') as [string, string];
  return {
    clock,
    moduleUrl: pathToFileURL(`${directory}/${file}.mjs`).href,
    exportName,
    functionArn,
  };
}

function toOutcome(message: RuntimeMessage): InvocationOutcome {
  if (message.kind === 'succeeded') return { kind: 'succeeded', payload: JSON.parse(message.payloadJson) };
  if (message.kind === 'failed') return message;
  throw new Error(`a function's worker sent "${message.kind}" as its answer`);
}
