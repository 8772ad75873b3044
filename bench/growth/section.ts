import { median } from '../median.ts';
import type { Findings, Progress, Section, Table } from '../section.ts';
import { type Measured, measureRefreshes, type Plan, type RefreshRun } from './measure-refresh.ts';

const ZOHO_LATENCY_MS = 200;
/** What one invocation does well within its 120 s, of which it keeps 60 for what it began last. */
const MOST_A_SHARD = 500;
/** How many connections, and how often they are refreshed: the small ones are over in no time. */
const SIZES = [
  { connections: 1, runs: 15 },
  { connections: 10, runs: 15 },
  { connections: 100, runs: 3 },
  { connections: 1_000, runs: 1 },
  { connections: 10_000, runs: 1 },
] as const;

/** One refresh of ever more connections, against what Zoho’s latency and the keeper’s limits leave no way around. */
export const section: Section = { title: 'Growth', run };

interface Size extends Measured {
  readonly plan: Plan;
  /** The run with the median time. */
  readonly typical: RefreshRun;
}

async function run(progress: Progress): Promise<Findings> {
  const sizes: Size[] = [];
  for (const { connections, runs } of SIZES) {
    const shards = Math.ceil(connections / MOST_A_SHARD);
    const plan = { connections, runs, shards, zohoLatencyMs: ZOHO_LATENCY_MS };
    sizes.push({ plan, ...withTypical(await measureRefreshes(plan, progress)) });
  }
  return { tables: [timeTable(sizes), memoryTable(sizes)], figures: { sizes } };
}

function withTypical(measured: Measured): Omit<Size, 'plan'> {
  const typicalMs = median(measured.runs.map(({ wallMs }) => wallMs));
  const typical = measured.runs.find(({ wallMs }) => wallMs === typicalMs);
  if (!typical) throw new Error('No refresh was measured.');
  return { ...measured, typical };
}

const rounded = (value: number, decimals: number) => Math.round(value * 10 ** decimals) / 10 ** decimals;
const seconds = (ms: number) => rounded(ms / 1_000, 2);
const megabytes = (bytes: number) => rounded(bytes / 1e6, 1);

function timeTable(sizes: readonly Size[]): Table {
  return {
    title: 'One refresh of all connections, with a Zoho that takes 200 ms for each answer',
    columns: [
      'connections',
      'invocations',
      'took, s',
      'bound, s',
      'times the bound',
      'bound by Zoho, s',
      'bound by writes, s',
      'refreshed',
      'AWS calls of each',
      'Zoho calls of each',
      'AWS calls made again',
    ],
    rows: sizes.map(({ plan: { connections, shards }, typical }) => [
      connections,
      shards,
      seconds(typical.wallMs),
      seconds(typical.bound.ms),
      rounded(typical.wallMs / typical.bound.ms, 2),
      seconds(typical.bound.zohoMs),
      seconds(typical.bound.writesMs),
      typical.refreshed,
      rounded(typical.awsCalls / connections, 3),
      rounded(typical.zohoCalls / connections, 3),
      typical.failedCalls,
    ]),
    notes: [
      'The bound is what is left when the keeper’s own work costs nothing: 100 connections at a time wait for Zoho twice, and of two writes to Secrets Manager each, 20 go at once and 20 each second after it (bench/growth/bound.ts). AWS takes 50 a second from a whole account.',
      `More than ${MOST_A_SHARD} connections are refreshed in shards, by invocations one after the other; bound and time are their sums.`,
      'A stack has room for 175 connections. Beyond it the stack is that of one connection with the secrets of all, which CloudFormation would not take (bench/growth/grow-template.ts).',
      'The function was loaded before, and every connection refreshed before. What is made again is what a stand-in failed with 5xx.',
    ],
  };
}

function memoryTable(sizes: readonly Size[]): Table {
  return {
    title: 'Memory and work of the same refreshes',
    columns: [
      'connections',
      'in use before, MB',
      'after, MB',
      'most during it, MB',
      'function’s CPU for each, ms',
      'stand-ins’ CPU for each, ms',
    ],
    rows: sizes.map(({ plan: { connections }, beforeBytes, afterBytes, typical }) => [
      connections,
      megabytes(beforeBytes),
      megabytes(afterBytes),
      megabytes(typical.mostBytes),
      rounded(typical.functionCpuMs / connections, 1),
      rounded(typical.twinCpuMs / connections, 1),
    ]),
    notes: [
      'Memory is that of the function’s thread: its heap and what it holds outside of it, without garbage before and after, with it during the run. The function has 512 MB; the runtime itself takes some that no thread can be asked for.',
      'The stand-ins for AWS and Zoho share a thread on the same machine, which answers one call after the other. What a refresh takes beyond its bound is this work and the function’s own, which on AWS has a third of such a core.',
    ],
  };
}
