import type { BundlePart } from '../../infra/cloud/bundle.ts';
import { median } from '../median.ts';
import type { Cell, Findings, Table } from '../section.ts';
import type { ColdTimes } from './cold-process.ts';
import { FIRST_INVOCATIONS } from './first-events.ts';
import type { Measured } from './measure.ts';

const SHOWN_PARTS = 6;

/** What was measured, as tables and figures. */
export function describeColdStarts(measured: readonly Measured[]): Findings {
  return {
    tables: [loadTable(measured), invocationTable(measured), partsTable(measured)],
    figures: {
      functions: measured.map(({ bundle: { name, bytes, parts }, requests, own, empty, asking }) => ({
        name,
        bytes,
        floorBytes: empty.bytes,
        loadMs: median(own.map(load)),
        floorMs: median(empty.times.map(load)),
        firstInvocationMs: median(own.map(invocation)),
        wholeMs: median(own.map(whole)),
        floorWholeMs: median(empty.times.map(whole)),
        askingFloorWholeMs: median(asking.times.map(whole)),
        requests,
        parts,
      })),
    },
  };
}

function loadTable(measured: readonly Measured[]): Table {
  return {
    title: 'Loading the module, median',
    columns: ['function', 'bytes', 'ms', 'floor, bytes', 'floor, ms', 'times the floor'],
    rows: measured.map(({ bundle: { name, bytes }, own, empty }): Cell[] => [
      name,
      bytes,
      tenth(median(own.map(load))),
      empty.bytes,
      tenth(median(empty.times.map(load))),
      ratio(own.map(load), empty.times.map(load)),
    ]),
    notes: [
      `${roundsOf(measured)} new processes each, function and floors in turns. The floor makes the same clients of AWS, bundled in the same way, and does nothing; it sends nothing, so the operations of its clients are left out.`,
      'The console’s function has no client of AWS: its floor is an empty module, and its ratio says little.',
    ],
  };
}

function invocationTable(measured: readonly Measured[]): Table {
  return {
    title: 'Loading the module and the first invocation together, median',
    columns: [
      'function',
      'does',
      'requests to AWS',
      'ms',
      'of them the invocation',
      'asking floor, ms',
      'times the asking floor',
      'times the empty floor',
    ],
    rows: measured.map(({ bundle: { name }, requests, own, empty, asking }): Cell[] => [
      name,
      FIRST_INVOCATIONS[name].asked,
      Object.values(requests).reduce((sum, count) => sum + count, 0),
      tenth(median(own.map(whole))),
      tenth(median(own.map(invocation))),
      tenth(median(asking.times.map(whole))),
      ratio(own.map(whole), asking.times.map(whole)),
      ratio(own.map(whole), empty.times.map(whole)),
    ]),
    notes: [
      'The asking floor has the same clients and makes as many requests to each service, one after the other, each as small as there is, and makes nothing of the answers. The empty floor is that of the table above: it asks nothing, so what is beside it is mostly the work itself.',
      'In the twin with one connection on the same machine: requests have a round trip to it, and neither a network nor TLS. The time that its stand-ins for AWS take is in both; they do more for a function’s requests than for the floor’s. What Zoho’s stand-in takes (two requests for a refresh) is in the function’s alone.',
      'Not counted: starting Node.js itself, and its client for plain HTTP, which nothing on AWS uses.',
    ],
  };
}

function partsTable(measured: readonly Measured[]): Table {
  return {
    title: 'What is in each bundle, in bytes',
    columns: ['function', 'largest parts', 'the rest'],
    rows: measured.map(({ bundle: { name, bytes, parts } }): Cell[] => {
      const shown = parts.slice(0, SHOWN_PARTS);
      return [name, shown.map(describePart).join(', '), bytes - sum(shown)];
    }),
    notes: ['`lib`, `functions` and `console` are ours.'],
  };
}

const load = ({ loadMs }: ColdTimes) => loadMs;
const invocation = ({ invocationMs }: ColdTimes) => invocationMs;
const whole = ({ loadMs, invocationMs }: ColdTimes) => loadMs + invocationMs;

function roundsOf(measured: readonly Measured[]): number {
  return measured[0]?.own.length ?? 0;
}

function describePart({ name, bytes }: BundlePart): string {
  return `${name} ${bytes.toLocaleString('en-US')}`;
}

function sum(parts: readonly BundlePart[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0);
}

function tenth(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function ratio(own: readonly number[], floor: readonly number[]): number {
  return Math.round((median(own) / median(floor)) * 100) / 100;
}
