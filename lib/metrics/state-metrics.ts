import type { ConnectionState } from '../domain/connection-state.ts';
import { type Health, healthAt } from '../domain/health.ts';
import type { SweepOutcome } from '../workflows/refresh-connections.ts';
import type { Measurement } from './measurement.ts';

const HEALTH_VALUES: Record<Health, number> = { healthy: 2, degraded: 1, down: 0 };

/** How the connections stand: minutes left and health, of each that somebody has authorised. */
export function measureStates({ states, atMs }: SweepOutcome['found']): Measurement[] {
  return [...states.values()].filter(isAuthorized).map((state) => ({
    connection: state.connection,
    dimensions: {},
    values: { MinutesLeft: [minutesLeft(state, atMs)], Health: [HEALTH_VALUES[healthAt(state, atMs)]] },
  }));
}

/** One that never was has no token that could run out, and nobody who misses it. */
function isAuthorized({ generation }: ConnectionState): boolean {
  return generation !== null;
}

function minutesLeft({ accessTokenExpiresAtMs }: ConnectionState, nowMs: number): number {
  return Math.max(0, (accessTokenExpiresAtMs ?? 0) - nowMs) / 60_000;
}
