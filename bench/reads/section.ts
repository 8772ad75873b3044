import { Bench } from 'tinybench';
import type { Cell, Progress, Section } from '../section.ts';
import { createReaders, type Reader } from './readers.ts';
import { startSecretsServer } from './secrets-server.ts';

const FIRST_CALLS = 1_000;
/** Calls that are measured as one: a single one is shorter than a timer can tell. */
const CALLS_PER_SAMPLE = 1_000;
const CACHED = { time: 1_000, warmupTime: 250 };
const UNCACHED = { time: 3_000, warmupTime: 500 };

/** What a consumer's call for the token costs, by each way to get it. */
export const section: Section = { title: 'Consumer reads', run };

async function run(progress: Progress) {
  const secrets = await startSecretsServer();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: secrets.endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
  });
  const readers = createReaders();
  const requests = new Map<Reader, number>();
  for (const reader of readers) {
    const before = secrets.requests();
    await Promise.all(Array.from({ length: FIRST_CALLS }, reader.cached ?? reader.uncached));
    requests.set(reader, secrets.requests() - before);
  }
  progress('cached reads');
  const cached = await measureCached(readers);
  progress('uncached reads');
  const uncached = await measureUncached(readers);
  return describe(readers, { cached, uncached, requests });
}

interface Measured {
  /** Nanoseconds of each call, also of an await of a ready promise, by the name. */
  readonly cached: ReadonlyMap<string, number>;
  /** Microseconds of each call. */
  readonly uncached: ReadonlyMap<string, number>;
  /** How many requests the first calls at once caused. */
  readonly requests: ReadonlyMap<Reader, number>;
}

const FLOOR = 'an await and nothing else';

async function measureCached(readers: readonly Reader[]): Promise<Map<string, number>> {
  const bench = new Bench(CACHED);
  for (const { name, cached } of readers) if (cached) bench.add(name, inALoop(cached));
  const ready = Promise.resolve('1000.ready');
  bench.add(
    FLOOR,
    inALoop(() => ready),
  );
  await bench.run();
  return mediansOf(bench, 1e6 / CALLS_PER_SAMPLE);
}

async function measureUncached(readers: readonly Reader[]): Promise<Map<string, number>> {
  const bench = new Bench(UNCACHED);
  for (const { name, uncached } of readers) bench.add(name, uncached);
  await bench.run();
  return mediansOf(bench, 1e3);
}

/** A function of its own for each: a loop that all share would be compiled for none of them. */
function inALoop(call: () => Promise<unknown>): () => Promise<void> {
  return new Function(
    'call',
    `return async () => { for (let count = 0; count < ${CALLS_PER_SAMPLE}; count++) await call(); }`,
  )(call);
}

/** @param unitsPerMs what a millisecond is in the unit that is asked for, for each call */
function mediansOf(bench: Bench, unitsPerMs: number): Map<string, number> {
  return new Map(
    bench.tasks.map(({ name, result }) => {
      if (!('latency' in result)) throw new Error(`${name} was not measured: ${result.state}`);
      return [name, result.latency.p50 * unitsPerMs];
    }),
  );
}

function describe(readers: readonly Reader[], { cached, uncached, requests }: Measured) {
  const [ours] = readers;
  const ownCached = cached.get(ours?.name ?? '') ?? Number.NaN;
  const ownUncached = uncached.get(ours?.name ?? '') ?? Number.NaN;
  const times = (value: number | undefined, own: number) => (value === undefined ? null : value / own);
  const rows = readers.map((reader): Cell[] => {
    const [ns, us] = [cached.get(reader.name), uncached.get(reader.name)];
    return [
      reader.name,
      ns === undefined ? null : Math.round(ns),
      times(ns, ownCached),
      us === undefined ? null : Math.round(us),
      times(us, ownUncached),
      requests.get(reader) ?? null,
    ];
  });
  const floor = cached.get(FLOOR) ?? Number.NaN;
  return {
    tables: [
      {
        title: 'One call for the token, median',
        columns: [
          'by',
          'cached, ns',
          'times ours',
          'uncached, µs',
          'times ours',
          `requests of ${FIRST_CALLS.toLocaleString('en-US')} first calls at once`,
        ],
        rows: [...rows, [FLOOR, Math.round(floor), times(floor, ownCached), null, null, null] as Cell[]],
        notes: [
          'In one process, against the same stand-in for Secrets Manager on this machine: an uncached call has its round trip, and none of a network.',
          'An uncached call of ours makes a new reader each time, since a reader keeps what it has read; the others are asked to read anew.',
          'The bare SDK keeps nothing, so there is no cached call of it; an await alone is what any asynchronous call costs at least.',
          '@middy/secrets-manager is a middleware: measured is an invocation of an empty handler with it, middy included.',
        ],
      },
    ],
    figures: {
      cachedNs: Object.fromEntries(cached),
      uncachedUs: Object.fromEntries(uncached),
      firstCallRequests: Object.fromEntries(readers.map((reader) => [reader.name, requests.get(reader)])),
    },
  };
}
