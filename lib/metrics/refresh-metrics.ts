import type { RefreshOutcome } from '../workflows/refresh-outcome.ts';
import type { Replacement } from '../workflows/replace-credential.ts';
import type { Measurement } from './measurement.ts';

/** What refreshes came to: successes, failures by class, mints and how long each took. */
export function measureRefreshes(outcomes: readonly RefreshOutcome[]): Measurement[] {
  return outcomes.flatMap(measureRefresh);
}

/**
 * A token that an admin's operation published: it is as good as a refresh, and the alarm that misses one must not ring on
 * while consumers are served again.
 */
export function measurePublication(connection: string): Measurement {
  return { connection, dimensions: {}, values: { RefreshesSucceeded: [1] } };
}

/** What an admin's new credential came to: whether it published a token. */
export function measureReplacement(connection: string, { kind }: Replacement): Measurement[] {
  return kind === 'replaced' || kind === 'unchanged' ? [measurePublication(connection)] : [];
}

function measureRefresh(outcome: RefreshOutcome): Measurement[] {
  const { connection } = outcome;
  switch (outcome.kind) {
    case 'refreshed': {
      const values = { RefreshesSucceeded: [1], ...mintValues(outcome.mintLatenciesMs) };
      return [{ connection, dimensions: {}, values }];
    }
    case 'failed': {
      const { failureClass } = outcome.failure;
      const failure = { connection, dimensions: { failureClass }, values: { RefreshFailures: [1] } };
      const mints = { connection, dimensions: {}, values: mintValues(outcome.mintLatenciesMs) };
      return outcome.mintLatenciesMs.length > 0 ? [failure, mints] : [failure];
    }
    case 'notDue':
    case 'held':
    case 'deferred':
      return [];
  }
}

function mintValues(latenciesMs: readonly number[]): Measurement['values'] {
  return latenciesMs.length > 0 ? { Mints: [latenciesMs.length], MintLatency: latenciesMs } : {};
}
