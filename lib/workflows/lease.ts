import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionState } from '../domain/connection-state.ts';
import type { MintPurpose } from '../domain/mint-budget.ts';
import type { Settlement, SettlementNotes } from '../guards/settlement.ts';
import type { LeaseHolder, StateTable } from '../guards/state-table.ts';
import { mintsUnderLease, type TakeMint } from './mint-allowance.ts';

/** How often somebody who waits for a lease asks again. */
const ASK_AGAIN_MS = 250;

export interface LeaseDependencies {
  readonly state: StateTable;
  readonly nowMs: () => number;
  readonly newId: () => string;
}

/** A connection that belongs to one attempt, until it is settled. */
export interface Lease {
  /** When the attempt began. */
  readonly atMs: number;
  /** What was known before; null when nothing was. */
  readonly previous: ConnectionState | null;
  readonly takeMint: TakeMint;
  /**
   * Records what became of the attempt and gives the lease back. Never throws: what is not recorded is looked at again,
   * since the lease runs out and the sweep finds it.
   */
  settle(
    settlement: Settlement,
    notes?: Omit<SettlementNotes, 'seenStagedNote'>,
  ): Promise<{ stateRecorded: boolean }>;
}

/** Takes the lease on a connection, if nobody holds it. Throws what the state table throws. */
export async function takeLease(
  deps: LeaseDependencies,
  connection: string,
  purpose: MintPurpose,
): Promise<Lease | null> {
  const attempt: LeaseHolder = { connection, owner: deps.newId(), atMs: deps.nowMs() };
  const acquired = await deps.state.acquire(attempt);
  if (acquired.kind === 'held') return null;
  const { previous } = acquired;
  const mints = mintsUnderLease(deps, attempt, { earlierMs: previous?.mintTimesMs ?? [], purpose });
  return {
    atMs: attempt.atMs,
    previous,
    takeMint: mints.take,
    settle: (settlement, notes = { auditHead: null }) =>
      deps.state
        .settle(
          attempt,
          settlement,
          { ...notes, seenStagedNote: previous !== null && previous.stagedAtMs !== null },
          mints.report(),
        )
        .then(
          ({ kind }) => ({ stateRecorded: kind === 'settled' }),
          () => ({ stateRecorded: false }),
        ),
  };
}

/**
 * Takes the lease for an admin, who would rather wait a moment than be sent away: a scheduled refresh holds it for about
 * a second.
 *
 * @param patienceMs how long to keep asking, in real time
 * @returns null when somebody held it all the while
 */
export async function waitForLease(
  deps: LeaseDependencies,
  connection: string,
  patienceMs: number,
): Promise<Lease | null> {
  for (let attempt = 0; ; attempt += 1) {
    const lease = await takeLease(deps, connection, 'admin');
    if (lease || attempt * ASK_AGAIN_MS >= patienceMs) return lease;
    await delay(ASK_AGAIN_MS);
  }
}
