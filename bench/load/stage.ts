import { startTwin, type Twin } from '../../infra/local/twin.ts';
import { configurationOf } from '../configuration.ts';
import { requestOf } from './requests.ts';

export const CONNECTIONS = 100;
export const ADMINS = 100;
/** Longer than the windows of an admin's rate and of a connection's mints. */
const WINDOWS_OVER_MS = 61 * 60_000;

/** A twin with its connections refreshed, and with many admins. */
export interface Stage {
  readonly twin: Twin;
  readonly tokens: readonly string[];
  /** Lets every window pass, and refreshes all connections, so that a load begins with all that it may use up. */
  renew(): Promise<void>;
  /** Waits until the functions are through with whatever was left behind. */
  settle(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const twin = await startTwin({ configuration: configurationOf(CONNECTIONS) });
  const tokens = await Promise.all(
    Array.from({ length: ADMINS }, (_, admin) => twin.mintAdminToken({ sub: `admin-${admin}` })),
  );
  const settle = async () => {
    // Whoever waits for a function is served in turn, so these come last. The second names no connection there is.
    for (const [kind, connection] of [
      ['statusOfOne', 0],
      ['refresh', CONNECTIONS],
    ] as const) {
      const { path, ...init } = requestOf({ dueMs: 0, kind, admin: 0, connection }, tokens);
      await (await fetch(`${twin.api}${path}`, init)).text();
    }
  };
  return {
    twin,
    tokens,
    settle,
    renew: async () => {
      await settle();
      twin.clock.advance(WINDOWS_OVER_MS);
      await refreshAll(twin);
    },
  };
}

async function refreshAll({ lambda }: Twin): Promise<void> {
  const name = lambda.functionNames.find((candidate) => candidate.startsWith('Refresh')) ?? 'Refresh';
  const { kind } = await lambda.invoke(name, {});
  if (kind !== 'succeeded') throw new Error(`the load could not begin: refreshing all connections ${kind}`);
}
