import type { ConnectionState } from '../../../lib/domain/connection-state.ts';
import { sweep, tick } from './acts.ts';
import { MINUTE_MS, nextTickAtMs } from './ticks.ts';
import type { World } from './world.ts';

/** What consumers are promised (P5). */
export const PROMISED_MS = 5 * MINUTE_MS;
/** Longer than any time to the next attempt, but for a dead credential, which waits for the tick. */
const LONGEST_UNREST_MINUTES = 15;

/** Lets minutes pass, each with its sweep, until nothing is left to be done. */
export async function sweepUntilAtRest(world: World): Promise<void> {
  for (let minute = 0; minute < LONGEST_UNREST_MINUTES; minute += 1) {
    world.advance(MINUTE_MS);
    await sweep(world, world.deps());
    if (isAtRest(await world.state.read(world.connection.id), world.nowMs())) return;
  }
}

export function isAtRest(state: ConnectionState | null, nowMs: number): boolean {
  if (!state || state.lease || state.stagedAtMs !== null || state.consecutiveFailures > 0) return false;
  return (state.nextAttemptAtMs ?? 0) > nowMs && (state.accessTokenExpiresAtMs ?? 0) > nowMs + PROMISED_MS;
}

/** Lets time pass as it does when all is well: the ticks, and a sweep now and then. */
export async function pass(world: World, minutes: number, stepMinutes = 25): Promise<void> {
  const untilMs = world.nowMs() + minutes * MINUTE_MS;
  while (world.nowMs() < untilMs) {
    const tickAtMs = nextTickAtMs(world.nowMs());
    const nextMs = Math.min(untilMs, tickAtMs, world.nowMs() + stepMinutes * MINUTE_MS);
    world.advance(nextMs - world.nowMs());
    if (nextMs === tickAtMs) await tick(world, world.deps());
    else await sweep(world, world.deps());
  }
}

/** Lets a tick refresh, which undoes a mistake of Zoho's, and the time come at which a replaced credential is revoked. */
export async function passAftermath(world: World): Promise<void> {
  const fromMs = world.nowMs();
  for (let ticks = 0; ticks < 2; ticks += 1) {
    await pass(world, minutesUntil(world, nextTickAtMs(world.nowMs())));
    const { lastSuccessAtMs } = (await world.state.read(world.connection.id)) ?? {};
    if (lastSuccessAtMs && lastSuccessAtMs > fromMs) break;
  }
  const state = await world.state.read(world.connection.id);
  if (state?.superseded) await pass(world, minutesUntil(world, state.superseded.revokeAtMs) + 1);
}

function minutesUntil(world: World, atMs: number): number {
  return Math.max(0, (atMs - world.nowMs()) / MINUTE_MS);
}
