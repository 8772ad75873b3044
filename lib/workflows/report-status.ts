import type { Connection } from '../config/configuration.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import type { FailureClass } from '../domain/failure.ts';
import { type Health, healthAt } from '../domain/health.ts';
import type { StateTable } from '../guards/state-table.ts';

/** What an admin sees of one connection. Times are ISO 8601, UTC; null where nothing has happened yet. */
export interface ConnectionStatus {
  readonly connection: string;
  readonly health: Health;
  readonly accessTokenExpiresAt: string | null;
  readonly generation: number | null;
  readonly lastSuccessAt: string | null;
  readonly lastFailure: {
    readonly at: string;
    readonly failureClass: FailureClass;
    readonly code: string;
  } | null;
  readonly consecutiveFailures: number;
  readonly nextAttemptAt: string | null;
}

/** The status of every connection, in the configuration's order. Throws what the state table throws. */
export async function reportStatus(
  { state, nowMs }: { state: StateTable; nowMs: () => number },
  connections: readonly Connection[],
): Promise<ConnectionStatus[]> {
  const states = await state.readAll(connections.map(({ id }) => id));
  return connections.map(({ id }) => toStatus(id, states.get(id) ?? null, nowMs()));
}

function toStatus(connection: string, state: ConnectionState | null, nowMs: number): ConnectionStatus {
  const lastFailure = state?.lastFailure ?? null;
  return {
    connection,
    health: healthAt(state, nowMs),
    accessTokenExpiresAt: toIso(state?.accessTokenExpiresAtMs),
    generation: state?.generation ?? null,
    lastSuccessAt: toIso(state?.lastSuccessAtMs),
    lastFailure: lastFailure && {
      at: new Date(lastFailure.atMs).toISOString(),
      failureClass: lastFailure.failureClass,
      code: lastFailure.code,
    },
    consecutiveFailures: state?.consecutiveFailures ?? 0,
    nextAttemptAt: toIso(state?.nextAttemptAtMs),
  };
}

function toIso(atMs: number | null | undefined): string | null {
  return atMs == null ? null : new Date(atMs).toISOString();
}
