import type { KMSClient } from '@aws-sdk/client-kms';
import type { AuditTable } from '../audit/audit-table.ts';
import { type ChainFault, type ChainFaultKind, REMEDIES } from '../audit/chain-faults.ts';
import type { ChainRules } from '../audit/chain-verification.ts';
import { type Reach, type RecentChain, verifyRecentChain } from '../audit/recent-chain.ts';
import { verifySeal } from '../audit/seal.ts';
import type { StateTable } from '../guards/state-table.ts';

/** As many as are verified well within the time that API Gateway waits: about five months of a connection. */
const MOST_ENTRIES = 10_000;
const REACH: Reach = { anchors: Infinity, entries: MOST_ENTRIES };

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

/** What was looked at: the entries from one sequence to another; null where there are none. */
interface Looked {
  readonly entries: number;
  readonly fromSequence: number | null;
  readonly toSequence: number | null;
}

type FaultFound = Omit<ChainFault, 'connection'>;

export type AuditVerification =
  | { readonly kind: 'empty' }
  | (Looked & {
      readonly kind: 'intact';
      /** The last entry that a seal covers, and when it was sealed; null while none is. */
      readonly sealed: { readonly sequence: number; readonly at: string } | null;
    })
  /** Entries were sealed late, not at all, or by a key that is not today's: a person has to judge. */
  | (Looked & { readonly kind: 'attention'; readonly fault: FaultFound })
  | (Looked & { readonly kind: 'faulty'; readonly fault: FaultFound });

/** What an outage of the sealing, or a new key, leaves behind for good; what else is wrong must not hide behind it. */
const TO_BE_JUDGED: ReadonlySet<ChainFaultKind> = new Set(['unsealed', 'sealForeign']);

/**
 * Verifies the newest entries of one chain, {@link MOST_ENTRIES} at most: whether each follows the one before and is sealed
 * in time, and whether what the state remembers is still there. What seals alone leave open does not hide what else is
 * wrong.
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
  const chain = await verifyStoredChain(deps, connection, REACH, deps.nowMs());
  if (chain === null && remembered === 0) return { kind: 'empty' };
  const looked = lookedAt(chain);
  const found = chain === null ? null : faultOf(chain);
  if (found !== null && !TO_BE_JUDGED.has(found.kind)) return { kind: 'faulty', ...looked, fault: found };
  const behind = found === null ? null : await faultBehind(deps, connection);
  if (behind !== null) return { kind: 'faulty', ...looked, fault: behind };
  const lastSequence = looked.toSequence ?? 0;
  if (lastSequence < remembered)
    return { kind: 'faulty', ...looked, fault: cutOff(lastSequence, remembered) };
  if (found !== null) return { kind: 'attention', ...looked, fault: found };
  const sealed = chain?.verification.kind === 'intact' ? chain.verification.sealed : null;
  return { kind: 'intact', ...looked, sealed };
}

/** What is wrong with the entries themselves, whenever and by whichever key they were sealed. */
async function faultBehind(deps: VerifyAuditDependencies, connection: string): Promise<FaultFound | null> {
  const rules: ChainRules = {
    nowMs: deps.nowMs(),
    unsealedAcceptedBeforeMs: Infinity,
    verifySeal: async (chain, seal) => {
      const verdict = await verifySeal(deps.kms, deps.auditKeyIds, chain, seal);
      return verdict === 'foreign' ? 'valid' : verdict;
    },
  };
  const chain = await verifyRecentChain(connection, deps.audit.readChainBackwards(connection), rules, REACH);
  return chain && faultOf(chain);
}

function faultOf({ verification }: RecentChain): FaultFound | null {
  if (verification.kind === 'intact') return null;
  const { connection: _, ...fault } = verification.fault;
  return fault;
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
  if (chain === null) return { entries: 0, fromSequence: null, toSequence: null };
  const { firstSequence, lastSequence } = chain;
  return {
    entries: lastSequence - firstSequence + 1,
    fromSequence: firstSequence,
    toSequence: lastSequence,
  };
}

function cutOff(lastSequence: number, remembered: number): FaultFound {
  return {
    sequence: lastSequence + 1,
    kind: 'missing',
    found: `is missing, and all up to ${remembered}, which was written: the chain was cut off`,
    remedy: REMEDIES.missing,
  };
}
