import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BuiltBundle,
  type BundlePart,
  bundleEntries,
  bundleFunctions,
} from '../../infra/cloud/bundle.ts';
import { prepareFunctions } from '../../infra/cloud/function-code.ts';
import { configurationOf } from '../configuration.ts';
import { median } from '../median.ts';
import type { Cell, Findings, Progress, Section, Table } from '../section.ts';
import { floorSource } from './floor.ts';
import { loadModuleMs } from './load-module.ts';

const RUNS = 11;
const SHOWN_PARTS = 6;

/** How long each function's module takes to load, against an empty handler with the same clients of AWS. */
export const section: Section = { title: 'Cold start', run };

interface Loaded {
  readonly bundle: BuiltBundle;
  readonly floorBytes: number;
  /** Milliseconds, run by run. */
  readonly loads: number[];
  readonly floors: number[];
}

async function run(progress: Progress): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'cold-start-'));
  try {
    return describe(measure(folder, progress));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(folder: string, progress: Progress): Loaded[] {
  const bundles = bundleFunctions(join(folder, 'bundles'));
  const functions = prepareFunctions(join(folder, 'bundles'), join(folder, 'functions'), configurationOf(10));
  const floors = bundleFloors(bundles, folder);
  const loaded = bundles.map((bundle, index): Loaded & { floor: string } => ({
    bundle,
    floor: floors[index]?.directory ?? '',
    floorBytes: floors[index]?.bytes ?? Number.NaN,
    loads: [],
    floors: [],
  }));
  for (let run = 1; run <= RUNS; run += 1) {
    progress(`run ${run} of ${RUNS}`);
    // One after the other, so that a busy moment of the machine meets both.
    for (const { bundle, floor, ...times } of loaded) {
      times.loads.push(loadModuleMs(functions[bundle.name].directory));
      times.floors.push(loadModuleMs(floor));
    }
  }
  return loaded;
}

function bundleFloors(bundles: readonly BuiltBundle[], folder: string) {
  const entries = bundles.map(({ name, parts }) => {
    const source = join(folder, `${name}.mjs`);
    writeFileSync(source, floorSource(parts));
    return { name, source };
  });
  return bundleEntries(entries, join(folder, 'floors'));
}

function describe(loaded: readonly Loaded[]): Findings {
  return {
    tables: [loadTable(loaded), partsTable(loaded.map(({ bundle }) => bundle))],
    figures: {
      functions: loaded.map(({ bundle: { name, bytes, parts }, floorBytes, loads, floors }) => ({
        name,
        bytes,
        floorBytes,
        loadMs: median(loads),
        floorMs: median(floors),
        parts,
      })),
    },
  };
}

function loadTable(loaded: readonly Loaded[]): Table {
  return {
    title: 'Loading the module, median',
    columns: ['function', 'bytes', 'ms', 'floor, bytes', 'floor, ms', 'times the floor'],
    rows: loaded.map(({ bundle: { name, bytes }, floorBytes, loads, floors }): Cell[] => [
      name,
      bytes,
      tenth(median(loads)),
      floorBytes,
      tenth(median(floors)),
      Math.round((median(loads) / median(floors)) * 100) / 100,
    ]),
    notes: [
      `${RUNS} new processes each, function and floor in turns. The floor makes the same clients of AWS, bundled in the same way, and does nothing; it sends nothing, so the operations of its clients are left out.`,
      'The console’s function has no client of AWS: its floor is an empty module, and its ratio says little.',
      'The first invocation is not measured yet.',
    ],
  };
}

function partsTable(bundles: readonly BuiltBundle[]): Table {
  return {
    title: 'What is in each bundle, in bytes',
    columns: ['function', 'largest parts', 'the rest'],
    rows: bundles.map(({ name, bytes, parts }): Cell[] => {
      const shown = parts.slice(0, SHOWN_PARTS);
      return [name, shown.map(describePart).join(', '), bytes - sum(shown)];
    }),
    notes: ['`lib`, `functions` and `console` are ours.'],
  };
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
