import type { Cell, Table } from '../section.ts';
import type { Answer } from './answer.ts';
import type { Measured } from './measured.ts';
import type { Memory } from './memory.ts';
import { MINTS_A_WINDOW } from './mints.ts';
import type { Kind } from './plan.ts';
import type { LoadRun } from './run-load.ts';
import { ADMINS, CONNECTIONS } from './stage.ts';
import { HOLDS_P99_MS, holds, type Tally, tallyAnswers, totalOf } from './tally.ts';
import { limitOf } from './usage.ts';

/** A kind of request, or all of them together. */
const ROWS: readonly (readonly [string, Kind | null])[] = [
  ['status of one connection', 'statusOfOne'],
  ['status of all connections', 'statusOfAll'],
  ['audit of one connection', 'audit'],
  ['refresh', 'refresh'],
  ['all', null],
];

interface Rate {
  readonly ratePerS: number;
  readonly durationS: number;
}

/** How each kind of request was answered under the load that is asked for. */
export function answerTable({ goal }: Measured, { ratePerS, durationS }: Rate): Table {
  const all = tallyAnswers(goal.answers);
  return {
    title: `${ratePerS} requests a second for ${durationS} s, in the twin: the answers`,
    columns: ['request', 'sent', '2xx', 'refused by a limit (429)', 'busy (409)', 'errors'],
    rows: ROWS.map(([words, kind]) => [words, ...counts(tallyAnswers(ofKind(goal, kind)))]),
    notes: [
      `${ADMINS} admins and ${CONNECTIONS} connections. Requests are evenly spaced and sent at their time, whether or not earlier ones are answered.`,
      `Refused by a limit: ${listed(all.limited)}. An admin may refresh 10 times an hour and a connection 10 times in ten minutes, and the load asks for 12: whatever came through above must be refused.`,
      `Errors: ${listed(all.errors)}.`,
      'The twin is one process, with a few environments of each function. On AWS each has a machine of its own, and API Gateway lets 10 requests a second of each reading route and 2 refreshes through (infra/cloud/admin-api.ts); the twin’s gateway throttles nothing.',
    ],
  };
}

/** How long they took, beside what they take by themselves. */
export function timeTable({ unloaded, goal }: Measured, { ratePerS, durationS }: Rate): Table {
  return {
    title: `${ratePerS} requests a second for ${durationS} s, in the twin: the time until the answer`,
    columns: [
      'request',
      'unloaded median, ms',
      'p50, ms',
      'p95, ms',
      'p99, ms',
      'p50, times unloaded',
      'p95, times unloaded',
      'p99, times unloaded',
    ],
    rows: ROWS.map(([words, kind]): Cell[] => {
      const { p50Ms, p95Ms, p99Ms } = tallyAnswers(ofKind(goal, kind));
      const alone = tallyAnswers(ofKind(unloaded, kind)).p50Ms;
      const times = [p50Ms, p95Ms, p99Ms];
      return [
        words,
        round(alone, 1),
        ...times.map((ms) => round(ms, 1)),
        ...times.map((ms) => (ms === null || alone === null ? null : round(ms / alone, 1))),
      ];
    }),
    notes: [
      'From when a request was due, also if it was sent late, until its answer was read. What a limit refused is left out, since it takes less; errors count with the time that they took.',
      'Unloaded: the same requests, 5 a second, in the same run.',
    ],
  };
}

/** What rate is carried, and what the limit is. */
export function rateTable({ goal, tried }: Measured, cores: number): Table {
  const tallied = [goal, ...tried]
    .toSorted((a, b) => b.ratePerS - a.ratePerS)
    .map((run) => ({ run, tally: tallyAnswers(run.answers) }));
  const held = tallied.filter(({ tally }) => holds(tally)).map(({ run }) => run.ratePerS);
  // The least that was too much is nearest to the limit.
  const tooMuch = tallied.findLast(({ tally }) => !holds(tally));
  return {
    title: 'What rate the twin carries on this machine',
    columns: [
      'asked, per s',
      'for, s',
      'answered without error, per s',
      'errors, %',
      'p99, ms',
      'holds',
      'twin, cores',
      'of it the main thread',
      'generator, cores',
      'others, cores',
    ],
    rows: tallied.map(({ run, tally }): Cell[] => {
      const errors = totalOf(tally.errors);
      const { twinCores, mainThreadCores, generatorCores, othersCores } = run.usage;
      return [
        run.ratePerS,
        Math.round(tally.sent / run.ratePerS),
        round((tally.sent - errors) / run.durationS, 1),
        round((errors / tally.sent) * 100, 2),
        round(tally.p99Ms, 0),
        holds(tally) ? 'yes' : 'no',
        ...[twinCores, mainThreadCores, generatorCores, othersCores].map((value) => round(value, 2)),
      ];
    }),
    notes: [
      `A rate holds when nothing fails and 99 of 100 answers come within ${HOLDS_P99_MS} ms: then nothing piles up. The highest tried that holds: ${held.length > 0 ? `${Math.max(...held)} a second` : 'none'}.`,
      tooMuch
        ? `At ${tooMuch.run.ratePerS} a second: ${limitOf(tooMuch.run.usage, cores)}`
        : 'The limit was not reached.',
      'Others is what else ran on the machine meanwhile: where it is not next to nothing, the twin carries more than this says.',
    ],
  };
}

/** What has to stay within bounds whatever is asked. */
export function keepTable({ mints, before, after, goal, tried }: Measured): Table {
  const rates = [goal, ...tried].map(({ ratePerS }) => ratePerS).join(', ');
  const megabytes = (what: string, found: keyof Memory): Cell[][] =>
    [
      [`${what}, before, MB`, before[found]],
      [`${what}, after, MB`, after[found]],
    ].map(([name, value]) => [String(name), round(Number(value), 0), 'none']);
  return {
    title: 'What a load must not move',
    columns: ['', 'measured', 'bound'],
    rows: [
      [
        'mints of one refresh token in any ten minutes, at most',
        mints?.mostInWindow ?? null,
        String(MINTS_A_WINDOW),
      ],
      ['mints that Zoho refused', mints?.refused ?? null, '0'],
      ...megabytes('heap of the twin’s main thread', 'heapMb'),
      ...megabytes('memory of the twin’s process', 'residentMb'),
    ],
    notes: [
      mints
        ? `Of all loads (${rates} a second): ${mints.mints} mints by ${mints.refreshTokens} refresh tokens, as the Zoho simulator has them in its journal.`
        : 'Mints were not measured: the Zoho simulator’s journal has forgotten some before they were read.',
      `Memory is that before and after the load of ${goal.ratePerS} a second. The heap is what a garbage collection leaves; it has the tables, whose audit grows with each refresh. The process has the functions’ threads as well, whose garbage cannot be collected from outside.`,
    ],
  };
}

function ofKind({ answers }: LoadRun, kind: Kind | null): readonly Answer[] {
  return kind === null ? answers : answers.filter((answer) => answer.kind === kind);
}

function counts({ sent, byStatus, limited, errors }: Tally): Cell[] {
  const succeeded = Object.entries(byStatus).filter(([status]) => status.startsWith('2'));
  const refused = totalOf(limited);
  const failed = totalOf(errors);
  const done = totalOf(Object.fromEntries(succeeded));
  return [sent, done, refused, sent - done - refused - failed, failed];
}

function listed(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length > 0 ? entries.map(([name, count]) => `${count} ${name}`).join(', ') : 'none';
}

function round(value: number | null, digits: number): number | null {
  return value === null ? null : Math.round(value * 10 ** digits) / 10 ** digits;
}
