import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** What a function is started with. */
export interface ColdStart {
  /** Holds `index.mjs`. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly event: unknown;
  /** The time that it finds, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** Milliseconds. */
export interface ColdTimes {
  readonly loadMs: number;
  readonly invocationMs: number;
}

/** What a function's first invocation came to. */
export interface ColdOutcome extends ColdTimes {
  /** What the handler answered. */
  readonly answer: unknown;
}

/**
 * Loads a function's module and invokes it once, in a process of its own as at a cold start: no code is cached.
 *
 * Node's client for plain HTTP is loaded in between and not counted, since requests to the twin go over it and requests to
 * AWS do not.
 *
 * @throws what the module or the handler throws, as the process's error
 */
export async function startCold({
  directory,
  environment,
  timeoutMs,
  event,
  nowMs,
}: ColdStart): Promise<ColdOutcome> {
  const url = pathToFileURL(join(directory, 'index.mjs')).href;
  const program = `
    const aheadMs = ${nowMs} - Date.now();
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...given) { super(...(given.length === 0 ? [RealDate.now() + aheadMs] : given)); }
      static now() { return RealDate.now() + aheadMs; }
    };
    const deadlineMs = Date.now() + ${timeoutMs};
    const context = {
      awsRequestId: 'cold',
      functionName: 'cold',
      getRemainingTimeInMillis: () => deadlineMs - Date.now(),
    };
    const event = ${JSON.stringify(event)};
    const beganMs = performance.now();
    const { handler } = await import(${JSON.stringify(url)});
    const loadedMs = performance.now();
    await import('node:http');
    const invokedMs = performance.now();
    const answer = await handler(event, context);
    const endedMs = performance.now();
    const times = { loadMs: loadedMs - beganMs, invocationMs: endedMs - invokedMs };
    process.stdout.write('\\n' + JSON.stringify({ ...times, answer }), () => process.exit(0));`;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', program], {
    env: environment,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ColdOutcome;
}
