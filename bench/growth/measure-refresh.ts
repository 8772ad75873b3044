import { performance } from 'node:perf_hooks';
import type { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { connectionsOf, type Shard } from '../../functions/refresh/event.ts';
import { startTwin, type Twin } from '../../infra/local/twin.ts';
import { callsOf, countRequestsTo, failedCallsOf, type RequestCount } from '../calls/on-the-wire.ts';
import { configurationOf } from '../configuration.ts';
import type { Progress } from '../section.ts';
import { type Bound, boundOf, sumOf } from './bound.ts';
import { liveBytes, nextWorker, type ThreadUse, watchThreads } from './thread-watch.ts';

const MINUTE_MS = 60_000;
const GROWN_APP = new URL('./grown-app.ts', import.meta.url);
const SAY_EVERY_MS = 4_000;
/** When the tick takes a token that was refreshed now: it has 20 minutes left at most, and the last shard's still some. */
const DUE_AFTER_MS = 41 * MINUTE_MS;
/** When what failed is tried again. */
const RETRY_AFTER_MS = 2 * MINUTE_MS;

const MOST_FIRST_INVOCATIONS = 5;

/** How a size is measured. */
export interface Plan {
  readonly connections: number;
  readonly shards: number;
  /** How often, one after the other; each is a result. */
  readonly runs: number;
  readonly zohoLatencyMs: number;
}

/** What a refresh of all connections of a size came to, in one invocation or in several one after the other. */
export interface RefreshRun {
  readonly wallMs: number;
  readonly bound: Bound;
  /** By the function's log. */
  readonly refreshed: number;
  readonly awsCalls: number;
  /** Calls of AWS that the stand-ins failed, and the function made again. */
  readonly failedCalls: number;
  readonly zohoCalls: number;
  /** Memory of the function's thread, in bytes: the most that was seen in any invocation, garbage included. */
  readonly mostBytes: number;
  /** How long the function's thread was at work, and the one that all stand-ins share. */
  readonly functionCpuMs: number;
  readonly twinCpuMs: number;
}

/** All runs of a size, with what of the function's memory was in use before and after them, in bytes. */
export interface Measured {
  readonly runs: readonly RefreshRun[];
  readonly beforeBytes: number;
  readonly afterBytes: number;
}

/** Refreshes a system of a size in its steady state: refreshed before, everything due again, nothing wrong. */
export async function measureRefreshes(plan: Plan, progress: Progress): Promise<Measured> {
  let doing = 'bringing up the twin';
  const saying = setInterval(() => progress(`${plan.connections} connections: ${doing}`), SAY_EVERY_MS);
  try {
    return await inTwin(plan.connections, async (stage) => {
      for (const shard of shardsOf(plan)) {
        doing = `first refresh, shard ${shard.index + 1} of ${shard.of}`;
        await refreshFirst(stage, plan, shard);
      }
      stage.twin.simulator.addFault({ kind: 'slow', delayMs: plan.zohoLatencyMs });
      const beforeBytes = await liveBytes(stage.worker);
      const runs: RefreshRun[] = [];
      for (let run = 1; run <= plan.runs; run += 1) {
        stage.twin.clock.advance(DUE_AFTER_MS);
        runs.push(
          await refreshAll(stage, plan, ({ index, of }) => {
            doing = `run ${run} of ${plan.runs}, shard ${index + 1} of ${of}`;
          }),
        );
      }
      return { runs, beforeBytes, afterBytes: await liveBytes(stage.worker) };
    });
  } finally {
    clearInterval(saying);
  }
}

interface Stage {
  readonly twin: Twin;
  readonly zoho: RequestCount;
  readonly log: RefreshLog;
  /** The function's thread. */
  readonly worker: Worker;
}

async function inTwin<T>(connections: number, play: (stage: Stage) => Promise<T>): Promise<T> {
  const log = new RefreshLog();
  const twin = await startTwin({
    configuration: configurationOf(connections),
    app: GROWN_APP,
    onLog: log.write,
  });
  const zoho = countRequestsTo(Number(new URL(twin.zoho).port));
  try {
    const worker = nextWorker();
    // A shard of nothing has the function loaded, and does nothing.
    await invoke(twin, { index: connections, of: connections + 1 });
    return await play({ twin, zoho, log, worker: await worker });
  } finally {
    zoho.stop();
    await twin.close();
  }
}

function shardsOf({ shards }: Plan): Shard[] {
  return Array.from({ length: shards }, (_, index) => ({ index, of: shards }));
}

function sizeOf({ connections }: Plan, shard: Shard): number {
  return connectionsOf(Array.from({ length: connections }), shard).length;
}

/** A first refresh also backs up, and is not what is measured. What one invocation has no time for, the next does. */
async function refreshFirst({ twin, log }: Stage, plan: Plan, shard: Shard): Promise<void> {
  log.refreshed = 0;
  for (let invocation = 1; invocation <= MOST_FIRST_INVOCATIONS; invocation += 1) {
    await invoke(twin, shard);
    if (log.refreshed >= sizeOf(plan, shard)) return;
    twin.clock.advance(RETRY_AFTER_MS);
  }
  throw new Error(
    `Of the ${sizeOf(plan, shard)} connections of a shard only ${log.refreshed} were refreshed for the first time, in ${MOST_FIRST_INVOCATIONS} invocations: the twin does not keep up. Measure on a machine that nobody else uses.`,
  );
}

type Invocation = ThreadUse & Pick<RefreshRun, 'wallMs' | 'bound' | 'awsCalls' | 'failedCalls'>;

async function refreshAll(
  { twin, zoho, log, worker }: Stage,
  plan: Plan,
  onShard: (shard: Shard) => void,
): Promise<RefreshRun> {
  log.refreshed = 0;
  zoho.reset();
  const invocations: Invocation[] = [];
  for (const shard of shardsOf(plan)) {
    onShard(shard);
    twin.journal.clear();
    twin.iam.clear();
    const use = await watchThreads(worker, () => invoke(twin, shard));
    const awsCalls = Object.values(callsOf(twin).aws).reduce((sum, count) => sum + count, 0);
    const bound = boundOf(sizeOf(plan, shard), plan.zohoLatencyMs);
    invocations.push({ ...use, bound, awsCalls, failedCalls: failedCallsOf(twin) });
  }
  const sum = (of: (one: Invocation) => number) => invocations.reduce((total, one) => total + of(one), 0);
  return {
    wallMs: sum((one) => one.wallMs),
    bound: sumOf(invocations.map(({ bound }) => bound)),
    refreshed: log.refreshed,
    awsCalls: sum((one) => one.awsCalls),
    failedCalls: sum((one) => one.failedCalls),
    zohoCalls: zoho.count(),
    mostBytes: Math.max(...invocations.map(({ mostBytes }) => mostBytes)),
    functionCpuMs: sum((one) => one.functionCpuMs),
    twinCpuMs: sum((one) => one.twinCpuMs),
  };
}

async function invoke(twin: Twin, shard: Shard): Promise<{ wallMs: number }> {
  const name = twin.lambda.functionNames.find((candidate) => candidate.startsWith('Refresh')) ?? 'Refresh';
  const beganMs = performance.now();
  const outcome = await twin.lambda.invoke(name, { shard });
  const wallMs = performance.now() - beganMs;
  if (outcome.kind === 'succeeded') return { wallMs };
  const why = outcome.kind === 'failed' ? `: ${outcome.error.errorMessage}` : '';
  throw new Error(`the refresh of shard ${shard.index} of ${shard.of} ${outcome.kind}${why}`);
}

/** Counts what the function says that it refreshed. */
class RefreshLog {
  refreshed = 0;

  readonly write = (_name: string, line: string): void => {
    if (lineSchema.safeParse(JSON.parse(line)).success) this.refreshed += 1;
  };
}

const lineSchema = z.object({ code: z.literal('ACCESS_TOKEN_REFRESHED') });
