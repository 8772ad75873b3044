import type { KMSClient } from '@aws-sdk/client-kms';
import type { AuditTable } from '../audit/audit-table.ts';
import { type ChainFault, REMEDIES } from '../audit/chain-faults.ts';
import { type Reach, type RecentChain, verifyRecentChain } from '../audit/recent-chain.ts';
import { verifySeal } from '../audit/seal.ts';
import type { StateTable } from '../guards/state-table.ts';

/** As many as are verified well within the time that API Gateway waits: about five months of a connection. */
const MOST_ENTRIES = 10_000;

/** What it takes to look at a chain as it is stored. */
export interface ChainDependencies {
  readonly kms: KMSClient;
  readonly audit: AuditTable;
  /** The ARNs of the keys that seal the audit. */
  readonly auditKeyIds: readonly string[];
}

export interface VerifyAuditDependencies extends ChainDependencies {
  readonly nowMs: () => number;
  readonly state: StateTable;
}

/** What was looked at: the entries from one sequence to another. */
interface Looked {
  readonly entries: number;
  readonly fromSequence: number;
  readonly toSequence: number;
}

type FaultFound = Omit<ChainFault, 'connection'>;

export type AuditVerification =
  | { readonly kind: 'empty' }
  | (Looked & {
      readonly kind: 'intact';
      /** The last entry that a seal covers, and when it was sealed; null while none is. */
      readonly sealed: { readonly sequence: number; readonly at: string } | null;
    })
  | (Looked & { readonly kind: 'faulty'; readonly fault: FaultFound });

/**
 * Verifies the newest entries of one chain, {@link MOST_ENTRIES} at most: whether each follows the one before and is sealed
 * in time, and whether what the state remembers is still there.
 *
 * @param connection also one that is no longer configured; its id names the chain
 * @throws {AuditUnavailableError | SealUnavailableError} and what the state table throws
 */
export async function verifyAudit(
  deps: VerifyAuditDependencies,
  connection: string,
): Promise<AuditVerification> {
  // First of all: the chain may grow meanwhile, and must not seem to have shrunk.
  const remembered = (await deps.state.read(connection))?.auditHead?.sequence ?? 0;
  const reach = { anchors: Infinity, entries: MOST_ENTRIES };
  const chain = await verifyStoredChain(deps, connection, reach, deps.nowMs());
  if (chain === null && remembered === 0) return { kind: 'empty' };
  const looked = lookedAt(chain);
  if (chain?.verification.kind === 'faulty') {
    const { connection: _, ...fault } = chain.verification.fault;
    return { kind: 'faulty', ...looked, fault };
  }
  if (looked.toSequence < remembered) return { kind: 'faulty', ...looked, fault: cutOff(looked, remembered) };
  return { kind: 'intact', ...looked, sealed: chain?.verification.sealed ?? null };
}

/**
 * Verifies the end of a chain as it is stored.
 *
 * @returns null for an empty chain
 * @throws {AuditUnavailableError | SealUnavailableError}
 */
export function verifyStoredChain(
  { kms, audit, auditKeyIds }: ChainDependencies,
  connection: string,
  reach: Reach,
  nowMs: number,
): Promise<RecentChain | null> {
  return verifyRecentChain(
    connection,
    audit.readChainBackwards(connection),
    {
      nowMs,
      unsealedAcceptedBeforeMs: null,
      verifySeal: (chain, seal) => verifySeal(kms, auditKeyIds, chain, seal),
    },
    reach,
  );
}

function lookedAt(chain: RecentChain | null): Looked {
  const { firstSequence = 0, lastSequence = 0 } = chain ?? {};
  const entries = lastSequence === 0 ? 0 : lastSequence - firstSequence + 1;
  return { entries, fromSequence: firstSequence, toSequence: lastSequence };
}

function cutOff({ toSequence }: Looked, remembered: number): FaultFound {
  return {
    sequence: toSequence + 1,
    kind: 'missing',
    found: `is missing, and all up to ${remembered}, which was written: the chain was cut off`,
    remedy: REMEDIES.missing,
  };
}
