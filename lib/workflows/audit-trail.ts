import type { AuditTable } from '../audit/audit-table.ts';
import type { ChainHead } from '../audit/chain.ts';
import type { AuditActor, AuditEntry, AuditOperation, AuditOutcome } from '../domain/audit-entry.ts';

/** Who asks for an operation, and from where. */
export interface Requester {
  readonly actor: AuditActor;
  readonly sourceAddress: string | null;
  readonly requestId: string;
}

/** An operation on a connection's tokens, on behalf of somebody. */
export interface AuditedOperation extends Requester {
  /** The connection's id, or the chain of what belongs to none. */
  readonly connection: string;
  readonly operation: AuditOperation;
  readonly reason: string | null;
}

/** How an operation ended, as far as there is something to say. */
export interface AuditConclusion {
  readonly outcome: Exclude<AuditOutcome, 'attempted'>;
  readonly code?: string | null;
  readonly generation?: number | null;
  readonly organizationId?: string | null;
  readonly fingerprint?: string | null;
  readonly replacedFingerprint?: string | null;
}

export interface AuditDependencies {
  readonly audit: AuditTable;
  readonly nowMs: () => number;
  readonly newId: () => string;
}

/** The audit entries of one operation. Neither method throws: each tells whether the entry stands. */
export interface AuditTrail {
  recordAttempt(): Promise<boolean>;
  recordOutcome(conclusion: AuditConclusion): Promise<boolean>;
  /** The end of the chain, as far as this operation knows it. */
  head(): ChainHead | null;
  /** Whether everything that was to be recorded stands. */
  isComplete(): boolean;
}

/** @param head the end of the connection's chain as it was last seen, which saves looking for it */
export function auditTrail(
  deps: AuditDependencies,
  operation: AuditedOperation,
  head: ChainHead | null = null,
): AuditTrail {
  const operationId = deps.newId();
  let latest = head;
  let isComplete = true;

  const record = async (conclusion: Omit<AuditConclusion, 'outcome'> & { outcome: AuditOutcome }) => {
    try {
      latest = await deps.audit.append(entryOf(deps, operation, operationId, conclusion), latest);
      return true;
    } catch {
      isComplete = false;
      return false;
    }
  };
  return {
    recordAttempt: () => record({ outcome: 'attempted' }),
    recordOutcome: record,
    head: () => latest,
    isComplete: () => isComplete,
  };
}

function entryOf(
  { nowMs, newId }: AuditDependencies,
  { connection, operation, actor, sourceAddress, requestId, reason }: AuditedOperation,
  operationId: string,
  conclusion: Omit<AuditConclusion, 'outcome'> & { outcome: AuditOutcome },
): AuditEntry {
  return {
    schemaVersion: 1,
    id: newId(),
    connection,
    at: new Date(nowMs()).toISOString(),
    operation,
    operationId,
    outcome: conclusion.outcome,
    code: conclusion.code ?? null,
    actor,
    sourceAddress,
    requestId,
    reason,
    generation: conclusion.generation ?? null,
    organizationId: conclusion.organizationId ?? null,
    fingerprint: conclusion.fingerprint ?? null,
    replacedFingerprint: conclusion.replacedFingerprint ?? null,
    seal: null,
  };
}
