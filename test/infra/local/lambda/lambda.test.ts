import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../../../../infra/local/clock.ts';
import type { FunctionDefinition } from '../../../../infra/local/lambda/definition.ts';
import { MOST_ENVIRONMENTS } from '../../../../infra/local/lambda/environment-pool.ts';
import { Lambda } from '../../../../infra/local/lambda/lambda.ts';
import { parseMetrics } from '../../../../infra/local/metrics.ts';

const account = { accountId: '000000000000', region: 'us-east-1', endpoint: 'http://127.0.0.1:1' };

let directory: string;
let clock: VirtualClock;
let lambda: Lambda;
const onLog = vi.fn<(functionName: string, line: string) => void>();

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lambda-'));
  clock = new VirtualClock();
  lambda = new Lambda({ account, clock, onLog });
  onLog.mockReset();
});
afterEach(async () => {
  clock.stop();
  await lambda.close();
  rmSync(directory, { recursive: true });
});

function deploy(code: string, overrides: Partial<FunctionDefinition> = {}): string {
  const name = overrides.name ?? 'probe';
  writeFileSync(join(directory, 'index.mjs'), code);
  lambda.deploy(
    {
      name,
      directory,
      handler: 'index.handler',
      environment: {},
      memoryMb: 128,
      timeoutMs: 5_000,
      reservedConcurrency: null,
      maximumRetryAttempts: 2,
      maximumEventAgeMs: 21_600_000,
      ...overrides,
    },
    { accessKeyId: `key-of-${name}`, secretAccessKey: 'secret', sessionToken: 'session' },
  );
  return name;
}

async function call(name: string, event: unknown = {}): Promise<unknown> {
  const outcome = await lambda.invoke(name, event);
  if (outcome.kind !== 'succeeded') throw new Error(JSON.stringify(outcome));
  return outcome.payload;
}

describe('an execution environment', () => {
  it('is reused by the next invocation, with the state of its module', async () => {
    deploy('let count = 0; export const handler = async () => ++count;');
    expect([await call('probe'), await call('probe')]).toEqual([1, 2]);
  });

  it('sees the template’s variables and Lambda’s own, and nothing of the host', async () => {
    vi.stubEnv('HOST_ONLY', 'must not be seen');
    deploy('export const handler = async () => process.env;', { environment: { TABLE: 'state' } });
    const env = await call('probe');
    expect(env).toMatchObject({
      TABLE: 'state',
      AWS_LAMBDA_FUNCTION_NAME: 'probe',
      AWS_ACCESS_KEY_ID: 'key-of-probe',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_REGION: 'us-east-1',
    });
    expect(env).not.toHaveProperty('HOST_ONLY');
    expect(env).not.toHaveProperty('PATH');
  });

  it('can be made elsewhere, out of the same', async () => {
    const name = deploy('export const handler = async () => process.env;', {
      environment: { TABLE: 'state' },
    });
    const start = lambda.startOf(name);
    expect(start).toEqual({ directory, environment: await call(name), timeoutMs: 5_000 });
    expect(start.environment).toMatchObject({ TABLE: 'state', AWS_ACCESS_KEY_ID: 'key-of-probe' });
  });

  it('lives on the virtual clock, in every way to ask for the time', async () => {
    clock.advance(10 * 365 * 86_400_000);
    const before = clock.nowMs();
    deploy(`export const handler = async () => ({
      now: Date.now(), date: new Date().getTime(), text: Date.parse(Date()),
      given: new Date(5).getTime(), same: new Date() instanceof Date && new Date().constructor === Date,
    });`);
    const seen = await call('probe');
    const { now, date, text } = seen as { now: number; date: number; text: number };
    const after = clock.nowMs();
    for (const time of [now, date]) {
      expect(time).toBeGreaterThanOrEqual(before);
      expect(time).toBeLessThanOrEqual(after);
    }
    expect(text, 'in whole seconds').toBeGreaterThan(before - 1000);
    expect(seen).toMatchObject({ given: 5, same: true });
  });

  it('is told what it is in its context', async () => {
    deploy(
      'export const handler = async (event, context) => ({ event, context, left: context.getRemainingTimeInMillis() });',
    );
    const seen = await call('probe', { a: 1 });
    expect(seen).toMatchObject({
      event: { a: 1 },
      context: { functionName: 'probe', memoryLimitInMB: '128', awsRequestId: expect.any(String) },
    });
    expect((seen as { left: number }).left).toBeLessThanOrEqual(5_000);
  });

  it('has every line of its output handed on before its answer', async () => {
    deploy(
      'export const handler = async () => { console.log("one\\ntwo"); console.error("three"); process.stdout.write("{}\\n"); };',
    );
    await call('probe');
    expect(onLog.mock.calls.map(([, line]) => line)).toEqual(['one', 'two', 'three', '{}']);
  });
});

describe('the environments of a function', () => {
  /** Runs until each that runs beside it runs too, and answers which environment it is and how often it was used. */
  const MEETING = `import { randomUUID } from 'node:crypto';
    const id = randomUUID();
    let count = 0;
    export const handler = async ({ parties, meeting }) => {
      count += 1;
      const met = new BroadcastChannel(meeting);
      const others = new Set();
      if (parties > 1) await new Promise((resolve) => {
        met.onmessage = ({ data }) => {
          if (!others.has(data)) met.postMessage(id);
          if (others.add(data).size === parties - 1) resolve();
        };
        met.postMessage(id);
      });
      met.close();
      return { id, count };
    };`;
  interface Seen {
    readonly id: string;
    readonly count: number;
  }
  const meet = (parties: number, meeting: string = randomUUID()) =>
    Promise.all(Array.from({ length: parties }, () => call('probe', { parties, meeting }))) as Promise<
      Seen[]
    >;

  it('are kept warm, all of them: as many at once again is no cold start', async () => {
    deploy(MEETING, { timeoutMs: 15_000 });
    const first = await meet(3);
    const second = await meet(3);
    expect(first.map(({ count }) => count)).toEqual([1, 1, 1]);
    expect(second.map(({ count }) => count)).toEqual([2, 2, 2]);
    expect(new Set(second.map(({ id }) => id))).toEqual(new Set(first.map(({ id }) => id)));
  });

  it('are used the last one first, so that one after the other is always the same', async () => {
    deploy(MEETING, { timeoutMs: 15_000 });
    await meet(3);
    const used = [await meet(1), await meet(1), await meet(1)].flat();
    expect(new Set(used.map(({ id }) => id)).size).toBe(1);
    expect(used.map(({ count }) => count)).toEqual([2, 3, 4]);
  });

  it('are as many as may be, and whoever comes then waits for one of them', async () => {
    deploy(MEETING, { timeoutMs: 15_000 });
    const meeting = randomUUID();
    const all = meet(MOST_ENVIRONMENTS, meeting);
    const waiting = Promise.all([meet(1), meet(1)]);
    const ids = new Set((await all).map(({ id }) => id));
    const late = (await waiting).flat();
    expect(ids.size).toBe(MOST_ENVIRONMENTS);
    expect(late.map(({ id }) => ids.has(id))).toEqual([true, true]);
  });

  it('that die make room for whoever waits', async () => {
    deploy('export const handler = async ({ dies }) => { if (dies) process.exit(1); return "alive"; };');
    const dying = Array.from({ length: MOST_ENVIRONMENTS }, () => lambda.invoke('probe', { dies: true }));
    expect(await Promise.all([call('probe', {}), call('probe', {})])).toEqual(['alive', 'alive']);
    expect((await Promise.all(dying)).map(({ kind }) => kind)).toEqual(dying.map(() => 'failed'));
  });
});

describe('metrics', () => {
  it('come as lines of the log, as Powertools writes them', async () => {
    const powertools = import.meta.resolve('@aws-lambda-powertools/metrics');
    deploy(`import { Metrics } from '${powertools}';
      const metrics = new Metrics({ namespace: 'Keeper', serviceName: 'keeper' });
      export const handler = async () => {
        metrics.addDimension('connection', 'crm');
        metrics.addMetric('refreshed', 'Count', 1);
        metrics.publishStoredMetrics();
      };`);
    await call('probe');
    expect(onLog.mock.calls.map(([, line]) => parseMetrics(line))).toEqual([
      [
        {
          atMs: expect.any(Number),
          namespace: 'Keeper',
          dimensions: { service: 'keeper', connection: 'crm' },
          metrics: { refreshed: 1 },
        },
      ],
    ]);
  });
});

describe('an invocation', () => {
  it('that fails is told in the log', async () => {
    deploy('export const handler = async () => { throw new TypeError("bad"); };');
    await lambda.invoke('probe', {});
    expect(JSON.parse(onLog.mock.lastCall?.[1] ?? '')).toMatchObject({
      level: 'ERROR',
      code: 'FUNCTION_FAILED',
      message: 'probe failed: TypeError: bad',
    });
  });

  it('that fails reports the error as Lambda does, and leaves the environment warm', async () => {
    deploy(
      'let count = 0; export const handler = async () => { if (++count === 1) throw new TypeError("bad"); return count; };',
    );
    expect(await lambda.invoke('probe', {})).toMatchObject({
      kind: 'failed',
      error: { errorType: 'TypeError', errorMessage: 'bad' },
    });
    expect(await call('probe')).toBe(2);
  });

  it('that runs out of time is killed, and the next one is a cold start', async () => {
    deploy(
      'let count = 0; export const handler = async (event) => { count += 1; if (event.hang) for (;;); return count; };',
      { timeoutMs: 150 },
    );
    await call('probe');
    const outcome = await lambda.invoke('probe', { hang: true });
    expect(outcome).toMatchObject({
      kind: 'failed',
      error: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringMatching(/Task timed out after 0\.15 seconds$/),
      },
    });
    expect(await call('probe')).toBe(1);
  });

  it.each([
    ['exits', 'export const handler = () => process.exit(3);', 'Runtime.ExitError'],
    ['lacks its handler', 'export const somethingElse = 1;', 'Runtime.HandlerNotFound'],
    ['cannot be loaded', 'throw new RangeError("at load");', 'RangeError'],
  ])('of a function that %s fails with a named error', async (_, code, errorType) => {
    deploy(code);
    expect(await lambda.invoke('probe', {})).toMatchObject({ kind: 'failed', error: { errorType } });
  });

  it('beyond the reserved concurrency is throttled', async () => {
    deploy('export const handler = () => new Promise((resolve) => setTimeout(resolve, 50));', {
      reservedConcurrency: 1,
    });
    const outcomes = await Promise.all([lambda.invoke('probe', {}), lambda.invoke('probe', {})]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['succeeded', 'throttled']);
  });

  it('beyond the account’s concurrency is throttled, but not of a function with its own', async () => {
    const code = 'export const handler = ({ hang }) => hang ? new Promise(() => {}) : "done";';
    deploy(code);
    deploy(code, { name: 'reserving', reservedConcurrency: 10 });
    const stuck = Array.from({ length: 990 }, () => lambda.invoke('probe', { hang: true }));
    expect(await lambda.invoke('probe', {})).toEqual({ kind: 'throttled' });
    expect(await call('reserving')).toBe('done');
    await lambda.close();
    expect(new Set((await Promise.all(stuck)).map(({ kind }) => kind))).toEqual(new Set(['failed']));
    expect(onLog, 'a stop is nobody’s failure').not.toHaveBeenCalled();
  });

  it('runs beside another one, without sharing its memory', async () => {
    deploy(
      'let count = 0; export const handler = async () => { await new Promise((resolve) => setTimeout(resolve, 50)); return ++count; };',
    );
    expect(await Promise.all([call('probe'), call('probe')])).toEqual([1, 1]);
  });

  it('holds the clock at real time while it runs', async () => {
    const enter = vi.spyOn(clock, 'enter');
    const leave = vi.spyOn(clock, 'leave');
    deploy('export const handler = async () => { throw new Error(); };');
    await lambda.invoke('probe', {});
    expect([enter.mock.calls.length, leave.mock.calls.length]).toEqual([1, 1]);
  });
});

describe('an asynchronous event', () => {
  const BUSY = 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 50));';
  const waits: number[] = [];
  let afterWait: (count: number) => Promise<unknown>;
  beforeEach(() => {
    waits.length = 0;
    afterWait = async () => {};
    vi.spyOn(clock, 'setTimeout').mockImplementation((callback, virtualMs) => {
      waits.push(virtualMs);
      clock.advance(virtualMs);
      void afterWait(waits.length).then(callback);
      return { cancel: () => {} };
    });
  });

  it('is retried after one and two minutes when the function fails, then dropped and told', async () => {
    deploy('export const handler = async () => { throw new Error("always"); };');
    expect(await lambda.invokeAsync('probe', {})).toEqual({ kind: 'dropped', reason: 'Error: always' });
    expect(waits).toEqual([60_000, 120_000]);
    expect(JSON.parse(onLog.mock.lastCall?.[1] ?? '')).toMatchObject({
      level: 'ERROR',
      code: 'EVENT_DROPPED',
      message: 'probe gave up an event: Error: always',
    });
  });

  it('is retried as often as the template says', async () => {
    deploy('export const handler = async () => { throw new Error("always"); };', { maximumRetryAttempts: 0 });
    await lambda.invokeAsync('probe', {});
    expect(waits).toEqual([]);
  });

  it('waits while the function is throttled, backs off, and gets through', async () => {
    deploy(BUSY, { reservedConcurrency: 1 });
    const running = lambda.invoke('probe', {});
    afterWait = async (count) => count === 3 && (await running);
    expect(await lambda.invokeAsync('probe', {})).toMatchObject({ kind: 'succeeded' });
    expect(waits).toEqual([1_000, 2_000, 4_000]);
  });

  it('is dropped once it is older than the template allows', async () => {
    deploy(BUSY, { reservedConcurrency: 0, maximumEventAgeMs: 5_000 });
    expect(await lambda.invokeAsync('probe', {})).toEqual({
      kind: 'dropped',
      reason: 'the event is older than 5 s',
    });
    expect(waits).toEqual([1_000, 2_000]);
  });
});
