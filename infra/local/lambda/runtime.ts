/** The worker thread in which one execution environment of a Lambda function lives. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';
import type { FunctionError, InvokeMessage, RuntimeData, RuntimeMessage } from './messages.ts';
import { installVirtualDate } from './virtual-date.ts';

type Handler = (event: unknown, context: Context) => unknown;

const { clock, moduleUrl, exportName, functionArn } = workerData as RuntimeData;
const port = parentPort as NonNullable<typeof parentPort>;
const realNowMs = Date.now;

installVirtualDate(clock);
forwardOutput('stdout');
forwardOutput('stderr');
await start();

async function start(): Promise<void> {
  try {
    const handler = await loadHandler();
    port.on('message', (message: InvokeMessage) => void invoke(handler, message));
    post({ kind: 'initialized' });
  } catch (error) {
    post({ kind: 'failed', error: describe(error) });
  }
}

async function loadHandler(): Promise<Handler> {
  const module: Record<string, unknown> = await import(moduleUrl);
  const handler = module[exportName];
  if (typeof handler === 'function') return handler as Handler;
  throw Object.assign(new Error(`${moduleUrl} does not export a function named "${exportName}"`), {
    name: 'Runtime.HandlerNotFound',
  });
}

async function invoke(handler: Handler, { requestId, eventJson, timeoutMs }: InvokeMessage): Promise<void> {
  try {
    const result = await handler(JSON.parse(eventJson), createContext(requestId, realNowMs() + timeoutMs));
    post({ kind: 'succeeded', payloadJson: JSON.stringify(result ?? null) });
  } catch (error) {
    post({ kind: 'failed', error: describe(error) });
  }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function createContext(awsRequestId: string, deadlineMs: number): Context {
  const {
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: functionVersion,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryLimitInMB,
    AWS_LAMBDA_LOG_GROUP_NAME: logGroupName,
  } = process.env;
  return {
    awsRequestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion,
    invokedFunctionArn: functionArn,
    memoryLimitInMB,
    logGroupName,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - realNowMs()),
  } as Context;
}

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}

/** Output goes the same way as results, so that a function's last line never arrives after its answer. */
function forwardOutput(stream: 'stdout' | 'stderr'): void {
  const write = (
    chunk: string | Uint8Array,
    ...rest: (BufferEncoding | (() => void) | undefined)[]
  ): boolean => {
    post({ kind: 'output', stream, text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString() });
    const done = rest.at(-1);
    if (typeof done === 'function') queueMicrotask(done);
    return true;
  };
  process[stream].write = write as typeof process.stdout.write;
}

function post(message: RuntimeMessage): void {
  port.postMessage(message);
}
