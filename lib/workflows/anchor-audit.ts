import type { KMSClient } from '@aws-sdk/client-kms';
import pMap from 'p-map';
import type { AuditRecord } from '../audit/audit-item.ts';
import type { AuditTable } from '../audit/audit-table.ts';
import { sealHead } from '../audit/seal.ts';
import { awsErrorName } from '../aws/errors.ts';
import type { AuditEntry, AuditSeal } from '../domain/audit-entry.ts';
import { KeeperError } from '../domain/errors.ts';

/** Enough that hundreds of chains are done in seconds, and few enough for KMS. */
const CONCURRENCY = 20;
/** A chain that was sealed within this is left alone: the event came twice, or Lambda repeats it for another chain. */
const RECENT_MS = 3_600_000;

export interface AnchorDependencies {
  readonly nowMs: () => number;
  /** A new UUID. */
  readonly newId: () => string;
  readonly audit: AuditTable;
  readonly kms: KMSClient;
  /** The ARN of the key that seals. */
  readonly keyId: string;
}

/** What became of one chain. */
export type AnchorOutcome = { readonly connection: string } & (
  | {
      readonly kind: 'anchored';
      /** What was sealed. Told in the log, it is a witness beside the table. */
      readonly seal: AuditSeal;
      /** The anchor's own place. */
      readonly sequence: number;
    }
  /** Nothing to seal. */
  | { readonly kind: 'empty' }
  /** Its head is an anchor already. */
  | { readonly kind: 'recent' }
  | { readonly kind: 'failed'; readonly errorCode: string; readonly detail: string }
);

/** Not every chain could be sealed: the invocation has to be repeated. */
export class AnchorIncompleteError extends KeeperError {
  readonly code = 'AUDIT_ANCHOR_FAILED';
}

/**
 * Seals every chain up to its head, and puts the seal at the chain's end. One chain's failure is not another's.
 *
 * @param connections whose chains, each by its connection's id
 * @param requestId of the invocation
 * @returns one outcome per chain, in their order
 */
export function anchorAudit(
  deps: AnchorDependencies,
  connections: readonly string[],
  requestId: string,
): Promise<AnchorOutcome[]> {
  return pMap(
    connections,
    (connection) =>
      anchorChain(deps, connection, requestId).catch((fault: unknown) => failed(connection, fault)),
    { concurrency: CONCURRENCY },
  );
}

/** @throws {AnchorIncompleteError} naming the chains that were not sealed */
export function assertAnchored(outcomes: readonly AnchorOutcome[]): void {
  const names = outcomes.filter(({ kind }) => kind === 'failed').map(({ connection }) => connection);
  if (names.length === 0) return;
  throw new AnchorIncompleteError(
    `The audit chains of ${names.join(', ')} were not sealed: so the invocation fails, and Lambda repeats it. If it lasts for a day, see the reason in the log, by this code.`,
  );
}

async function anchorChain(
  deps: AnchorDependencies,
  connection: string,
  requestId: string,
): Promise<AnchorOutcome> {
  const head = await deps.audit.readHead(connection);
  if (head === null) return { kind: 'empty', connection };
  const nowMs = deps.nowMs();
  if (isRecentAnchor(head, nowMs)) return { kind: 'recent', connection };
  const { sequence, hash } = head;
  const seal = await sealHead(deps.kms, deps.keyId, { connection, sequence, hash });
  const anchor = await deps.audit.append(anchorEntry(deps, { connection, requestId, seal, nowMs }), head);
  return { kind: 'anchored', connection, seal, sequence: anchor.sequence };
}

/** One from the future is none: a wrong clock must not put off the next seal for ever. */
function isRecentAnchor({ entry }: AuditRecord, nowMs: number): boolean {
  return entry.operation === 'anchor' && Math.abs(nowMs - Date.parse(entry.at)) < RECENT_MS;
}

function anchorEntry(
  { newId }: AnchorDependencies,
  {
    connection,
    requestId,
    seal,
    nowMs,
  }: { connection: string; requestId: string; seal: AuditSeal; nowMs: number },
): AuditEntry {
  return {
    schemaVersion: 1,
    id: newId(),
    connection,
    at: new Date(nowMs).toISOString(),
    operation: 'anchor',
    operationId: newId(),
    outcome: 'succeeded',
    code: null,
    actor: { kind: 'schedule', id: 'anchor', name: null },
    sourceAddress: null,
    requestId,
    reason: null,
    generation: null,
    organizationId: null,
    fingerprint: null,
    replacedFingerprint: null,
    seal,
  };
}

function failed(connection: string, fault: unknown): AnchorOutcome {
  const isNamed = fault instanceof KeeperError;
  return {
    kind: 'failed',
    connection,
    errorCode: isNamed ? fault.code : awsErrorName(fault),
    detail: isNamed ? fault.message : 'nobody foresaw this fault',
  };
}
