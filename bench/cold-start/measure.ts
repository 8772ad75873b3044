import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuiltBundle, bundleEntries, bundleFunctions } from '../../infra/cloud/bundle.ts';
import type { FunctionName } from '../../infra/cloud/function-code.ts';
import { startTwin, type Twin } from '../../infra/local/twin.ts';
import { configurationOf } from '../configuration.ts';
import type { Progress } from '../section.ts';
import { type ColdOutcome, type ColdTimes, startCold } from './cold-process.ts';
import { FIRST_INVOCATIONS } from './first-events.ts';
import { askingFloorSource, floorSource, type Requests } from './floor.ts';

const MINUTE_MS = 60_000;

/** Between two rounds; the access token is due then, and no limit of Zoho's or of an admin's is reached. */
const ROUND_MS = 50 * MINUTE_MS;

/** One function beside its floors, round by round. */
export interface Measured {
  readonly bundle: BuiltBundle;
  /** Of its first invocation to AWS. */
  readonly requests: Requests;
  readonly own: readonly ColdTimes[];
  /** An empty handler with the same clients of AWS. */
  readonly empty: Floor;
  /** A handler with the same clients that makes as many requests to AWS. */
  readonly asking: Floor;
}

export interface Floor {
  readonly bytes: number;
  readonly times: readonly ColdTimes[];
}

/**
 * Starts every function cold so many times, in the twin with one connection, and its floors in turn with it, so that a busy
 * moment of the machine meets all of them.
 *
 * @param folder where bundles are put
 */
export async function measureColdStarts(
  folder: string,
  rounds: number,
  progress: Progress,
): Promise<Measured[]> {
  const bundles = bundleFunctions(join(folder, 'bundles'));
  const twin = await startTwin({ configuration: configurationOf(1) });
  try {
    for (const prefix of ['Refresh', 'Sweep', 'Alerts']) await twin.lambda.invoke(nameOf(twin, prefix), {});
    const subjects = await prepare(twin, bundles, folder);
    for (let round = 1; round <= rounds; round += 1) {
      twin.clock.advance(ROUND_MS);
      for (const { bundle, own, empty, asking } of subjects) {
        progress(`round ${round} of ${rounds}: ${bundle.name}`);
        own.push(await startFunction(twin, bundle.name));
        empty.times.push(await startFloor(twin, empty.directory));
        asking.times.push(await startFloor(twin, asking.directory));
      }
    }
    return subjects;
  } finally {
    await twin.close();
  }
}

interface BuiltFloor {
  readonly directory: string;
  readonly bytes: number;
  readonly times: ColdTimes[];
}

/** Invokes each function once, to see what it asks, and builds its floors. */
async function prepare(twin: Twin, bundles: readonly BuiltBundle[], folder: string) {
  twin.clock.advance(ROUND_MS);
  const asked: Requests[] = [];
  for (const { name } of bundles) {
    twin.journal.clear();
    await startFunction(twin, name);
    asked.push(countRequests(twin, nameOf(twin, FIRST_INVOCATIONS[name].prefix)));
  }
  const empty = buildFloors(folder, 'empty', bundles, ({ parts }) => floorSource(parts));
  const asking = buildFloors(folder, 'asking', bundles, ({ parts }, index) =>
    askingFloorSource(parts, asked[index] ?? {}),
  );
  return bundles.map((bundle, index) => ({
    bundle,
    requests: asked[index] ?? {},
    own: [] as ColdTimes[],
    empty: empty[index] as BuiltFloor,
    asking: asking[index] as BuiltFloor,
  }));
}

function buildFloors(
  folder: string,
  kind: string,
  bundles: readonly BuiltBundle[],
  sourceOf: (bundle: BuiltBundle, index: number) => string,
): BuiltFloor[] {
  const entries = bundles.map((bundle, index) => {
    const source = join(folder, `${kind}-${bundle.name}.mjs`);
    writeFileSync(source, sourceOf(bundle, index));
    return { name: bundle.name, source };
  });
  return bundleEntries(entries, join(folder, kind)).map(({ directory, bytes }) => ({
    directory,
    bytes,
    times: [],
  }));
}

/** @throws where its first invocation does not come to what it should */
async function startFunction(twin: Twin, name: FunctionName): Promise<ColdOutcome> {
  const { prefix, event, status } = FIRST_INVOCATIONS[name];
  const nowMs = twin.clock.nowMs();
  const outcome = await startCold({
    ...twin.lambda.startOf(nameOf(twin, prefix)),
    event: event(nowMs),
    nowMs,
  });
  const answered = (outcome.answer as { statusCode?: number } | undefined)?.statusCode ?? null;
  if (answered !== status) throw new Error(`${name} answered ${answered} and not ${status}`);
  return outcome;
}

function startFloor(twin: Twin, directory: string): Promise<ColdTimes> {
  const environment = Object.assign(
    {},
    ...twin.lambda.functionNames.map((name) => twin.lambda.startOf(name).environment),
    // The operator's, who may ask everything.
    { AWS_ACCESS_KEY_ID: 'floor' },
  );
  return startCold({ directory, environment, timeoutMs: MINUTE_MS, event: {}, nowMs: twin.clock.nowMs() });
}

function nameOf(twin: Twin, prefix: string): string {
  return twin.lambda.functionNames.find((name) => name.startsWith(`${prefix}Function`)) ?? prefix;
}

function countRequests(twin: Twin, name: string): Requests {
  const requests: Record<string, number> = {};
  for (const { principal, service } of twin.journal.entries) {
    if (principal === name) requests[service] = (requests[service] ?? 0) + 1;
  }
  return requests;
}
