import { KeeperError } from '../domain/errors.ts';
import { decideMint, type MintDecision, type MintPurpose } from '../domain/mint-budget.ts';
import type { LeaseHolder, MintReport, StateTable } from '../guards/state-table.ts';

/** Asks for one mint; called before each. */
export type TakeMint = () => Promise<MintDecision>;

/** The lease ran out during the work, which then belongs to whoever holds it now. */
export class LeaseLostError extends KeeperError {
  readonly code = 'LEASE_LOST';
}

/**
 * The mints of one attempt under a lease. The first was reserved together with the lease; any more are reserved one by
 * one.
 *
 * @param mints.earlierMs when the connection's earlier mints were started
 */
export function mintsUnderLease(
  deps: { nowMs: () => number; state: StateTable },
  attempt: LeaseHolder,
  { earlierMs, purpose }: { earlierMs: readonly number[]; purpose: MintPurpose },
): { take: TakeMint; report: () => MintReport } {
  const takenMs: number[] = [];
  return {
    async take() {
      const atMs = takenMs.length === 0 ? attempt.atMs : deps.nowMs();
      const decision = decideMint([...earlierMs, ...takenMs], purpose, atMs);
      if (decision.kind === 'spent') return decision;
      if (takenMs.length > 0 && (await deps.state.reserveMint(attempt, atMs)).kind === 'leaseLost') {
        throw new LeaseLostError(`The lease on "${attempt.connection}" ran out and went to somebody else.`);
      }
      takenMs.push(atMs);
      return decision;
    },
    report: () => ({ unusedMint: takenMs.length === 0, mintTimesMs: earlierMs }),
  };
}

/** The mints of one attempt when no state can be read: counted for this attempt alone. */
export function mintsWithoutState(nowMs: () => number): TakeMint {
  const takenMs: number[] = [];
  return async () => {
    const decision = decideMint(takenMs, 'scheduled', nowMs());
    if (decision.kind === 'allowed') takenMs.push(nowMs());
    return decision;
  };
}
