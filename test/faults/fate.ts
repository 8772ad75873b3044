import { LEASE_DURATION_MS } from '../../lib/guards/state-table.ts';
import { sweep } from '../support/faults/acts.ts';
import type { Passage } from '../support/faults/journey.ts';
import type { Reader } from '../support/faults/reader.ts';
import { MINUTE_MS } from '../support/faults/ticks.ts';
import type { World } from '../support/faults/world.ts';
import type { Act } from './history.ts';

/** As the functions are configured: then Lambda ends them. */
const TIME_LIMIT_MS = {
  tick: 120_000,
  sweep: 120_000,
  refresh: 60_000,
  restore: 60_000,
  reauthorize: 60_000,
  override: 60_000,
};

/** Where an invocation runs. */
interface Surroundings {
  readonly world: World;
  readonly reader: Reader;
}

/** What befalls an invocation: its mishap, and the end of its time. */
export function fate(
  surroundings: Surroundings,
  { kind, mishap }: Act,
): { passage: Passage; death: Promise<void> } {
  const { world, reader: watching } = surroundings;
  let endsAtMs = world.nowMs() + TIME_LIMIT_MS[kind];
  const calls = new Set<string>();
  let thawed = Promise.resolve();
  let isDead = false;
  let die = () => {};
  const death = new Promise<void>((resolve) => {
    die = () => {
      isDead = true;
      watching.onTrouble();
      resolve();
    };
  });
  const freeze = async () => {
    await stall(surroundings);
    endsAtMs = world.nowMs() + TIME_LIMIT_MS[kind];
  };
  const passage: Passage = async (journey) => {
    const isFirstTry = !calls.has(journey.callId);
    calls.add(journey.callId);
    // Known at once: of calls that are made together, one is struck.
    const struck = isFirstTry && calls.size - 1 === mishap?.atCall ? mishap.kind : null;
    if (struck === 'stalls' && !isDead && world.nowMs() <= endsAtMs) thawed = freeze();
    // None of its calls gets through while it is frozen.
    await thawed;
    if (struck === 'dies-before' || world.nowMs() > endsAtMs) die();
    if (isDead) return NEVER;
    const answer = await journey.serve();
    if (struck === 'dies-after') die();
    return isDead ? NEVER : answer;
  };
  return { passage, death };
}

/**
 * Frozen until the lease has run out and somebody else has come. That is longer than any function may run, and any
 * request to Zoho: whoever runs side by side with it has ended by then.
 */
async function stall({ world, reader: watching }: Surroundings): Promise<void> {
  await world.untilAlone();
  watching.onTrouble();
  world.lateMints += 1;
  world.advance(LEASE_DURATION_MS + MINUTE_MS);
  await sweep(world, world.deps());
}

const NEVER = new Promise<never>(() => {});
