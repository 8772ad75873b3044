import type { Connection, RateLimitsPerHour } from '../config/configuration.ts';
import { type AuditOperation, UNATTRIBUTED } from '../domain/audit-entry.ts';
import type { PendingAuthorizations } from '../guards/pending-authorizations.ts';
import type { RateLimits } from '../guards/rate-limits.ts';
import type { StateTable } from '../guards/state-table.ts';
import {
  type AuditConclusion,
  type AuditDependencies,
  type AuditTrail,
  auditTrail,
  type Requester,
} from './audit-trail.ts';
import type { RefreshDependencies } from './dependencies.ts';
import { storeFailure } from './failures.ts';

/** What it takes to let an admin's operation begin, and to put it on record. */
export interface AdmissionDependencies extends AuditDependencies {
  readonly connections: readonly Connection[];
  readonly rateLimits: RateLimits;
  readonly limits: RateLimitsPerHour;
  readonly state: StateTable;
}

/** What admins' operations need from outside. */
export interface AdminDependencies extends RefreshDependencies, AdmissionDependencies {
  readonly pendingAuthorizations: PendingAuthorizations;
  /** How long an operation waits for a connection that somebody else holds, in ms of real time. */
  readonly leasePatienceMs: number;
}

/** A request that the authorizer and the admin check let through. */
export interface AdminRequest {
  readonly actor: { readonly id: string; readonly name: string | null };
  readonly sourceAddress: string | null;
  readonly requestId: string;
  /** When API Gateway took it in, in ms since the epoch. */
  readonly atMs: number;
}

/** Why an operation was not begun. */
export type Refusal =
  | { readonly kind: 'unknownConnection' }
  | { readonly kind: 'rateLimited'; readonly retryAfterS: number }
  /** An admin's operation that cannot be audited is not done (P7). */
  | { readonly kind: 'unaudited' };

export interface AdminOperation {
  readonly connectionId: string;
  readonly operation: AuditOperation;
  readonly limit: keyof RateLimitsPerHour;
  readonly reason: string | null;
  readonly request: AdminRequest;
}

/** What an operation came to, and how that reads in the audit. */
export interface Concluded<T> {
  readonly outcome: T;
  /** Null when the work has recorded it itself. */
  readonly audit: AuditConclusion | null;
}

/** Whether the outcome stands in the audit as well; the attempt does. */
export interface AuditRecorded {
  readonly auditRecorded: boolean;
}

/**
 * Runs an admin's operation: the connection must exist, the admin's rate must allow it, and the attempt must be on record
 * before it begins. What is refused is on record as well, as far as that can be.
 */
export async function runAdminOperation<T extends object>(
  deps: AdmissionDependencies,
  { connectionId, operation, limit, reason, request }: AdminOperation,
  work: (connection: Connection, trail: AuditTrail) => Promise<Concluded<T>>,
): Promise<(T & AuditRecorded) | Refusal> {
  const connection = deps.connections.find(({ id }) => id === connectionId);
  const trail = auditTrail(deps, {
    connection: connection?.id ?? UNATTRIBUTED,
    operation,
    reason,
    ...adminRequester(request),
  });
  if (!connection) {
    await trail.recordOutcome({ outcome: 'refused', code: 'UNKNOWN_CONNECTION' });
    return { kind: 'unknownConnection' };
  }
  const onLimited = () => noteRefusal(deps, connection.id, trail);
  return admit(deps, { limit, request, trail, onLimited }, () => work(connection, trail));
}

/** As {@link runAdminOperation}, for what is done with all connections at once: it belongs to no one's chain. */
export function runOverallOperation<T extends object>(
  deps: AdmissionDependencies,
  { operation, limit, reason, request }: Omit<AdminOperation, 'connectionId'>,
  work: () => Promise<Concluded<T>>,
): Promise<(T & AuditRecorded) | Refusal> {
  const trail = auditTrail(deps, {
    connection: UNATTRIBUTED,
    operation,
    reason,
    ...adminRequester(request),
  });
  return admit(deps, { limit, request, trail }, work);
}

interface Admission extends Pick<AdminOperation, 'limit' | 'request'> {
  readonly trail: AuditTrail;
  readonly onLimited?: () => Promise<void>;
}

async function admit<T extends object>(
  deps: AdmissionDependencies,
  { limit, request, trail, onLimited }: Admission,
  work: () => Promise<Concluded<T>>,
): Promise<(T & AuditRecorded) | Refusal> {
  const perHour = deps.limits[limit];
  const rate = await deps.rateLimits.take(
    { operation: limit, admin: request.actor.id, perHour },
    deps.nowMs(),
  );
  if (rate.kind === 'limited') {
    await trail.recordOutcome({ outcome: 'refused', code: 'RATE_LIMITED' });
    await onLimited?.();
    return { kind: 'rateLimited', retryAfterS: secondsUntil(rate.freeAtMs, deps.nowMs()) };
  }
  if (!(await trail.recordAttempt())) return { kind: 'unaudited' };
  const { outcome, audit } = await recordingFaults(trail, work);
  if (audit) await trail.recordOutcome(audit);
  return { ...outcome, auditRecorded: trail.isComplete() };
}

/** People are told of it, by whoever follows the audit from the state. */
async function noteRefusal(
  { state }: AdmissionDependencies,
  connection: string,
  trail: AuditTrail,
): Promise<void> {
  const head = trail.head();
  if (head) await state.noteAuditHead(connection, head).catch(() => {});
}

async function recordingFaults<T>(trail: AuditTrail, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    await trail.recordOutcome({ outcome: 'failed', code: storeFailure(fault).code });
    throw fault;
  }
}

/** Who asks, when it is an admin. */
export function adminRequester({ actor, sourceAddress, requestId }: AdminRequest): Requester {
  return { actor: { kind: 'admin', ...actor }, sourceAddress, requestId };
}

/** For `Retry-After`: whole seconds, at least one. */
export function secondsUntil(atMs: number, nowMs: number): number {
  return Math.max(1, Math.ceil((atMs - nowMs) / 1_000));
}
