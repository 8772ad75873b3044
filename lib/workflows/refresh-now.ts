import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '../config/configuration.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import type { Failure } from '../domain/failure.ts';
import { decideMint } from '../domain/mint-budget.ts';
import {
  type AdminDependencies,
  type AdminRequest,
  type AuditRecorded,
  type Concluded,
  type Refusal,
  runAdminOperation,
} from './admin-operation.ts';
import type { AuditTrail } from './audit-trail.ts';
import { type Lease, takeLease } from './lease.ts';
import { refreshUnderLease } from './refresh-under-lease.ts';

/** How often a request looks what became of a refresh that is under way; it takes about a second. */
const LOOK_AGAIN_MS = 250;

type RefreshNow =
  | {
      /** `joined`: a refresh that ended after this one was asked for has done it. */
      readonly kind: 'refreshed' | 'joined';
      readonly connection: string;
      readonly generation: number;
      readonly expiresAtMs: number;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** Zoho, or the budget that keeps within its limit, allows no mint before then. */
  | { readonly kind: 'noMint'; readonly by: 'zoho' | 'budget'; readonly freeAtMs: number }
  | { readonly kind: 'busy' };

export type RefreshNowOutcome = (RefreshNow & AuditRecorded) | Refusal;

/** Refreshes a connection because an admin asks for it. Requests at the same time share one mint (P4). */
export function refreshNow(
  deps: AdminDependencies,
  { connection: connectionId, reason }: { connection: string; reason: string | null },
  request: AdminRequest,
): Promise<RefreshNowOutcome> {
  return runAdminOperation(
    deps,
    { connectionId, operation: 'refresh', limit: 'refresh', reason, request },
    (connection, trail) => refreshOrJoin(deps, connection, { trail, askedAtMs: request.atMs }),
  );
}

async function refreshOrJoin(
  deps: AdminDependencies,
  connection: Connection,
  { trail, askedAtMs }: { trail: AuditTrail; askedAtMs: number },
): Promise<Concluded<RefreshNow>> {
  for (let waitedMs = 0; waitedMs <= deps.leasePatienceMs; waitedMs += LOOK_AGAIN_MS) {
    const lease = await takeLease(deps, connection.id, 'admin');
    if (lease) return refreshWith(deps, connection, { lease, trail, askedAtMs });
    await delay(LOOK_AGAIN_MS);
    const joined = joinedOutcome(await deps.state.read(connection.id), askedAtMs);
    if (joined) return joined;
  }
  return { outcome: { kind: 'busy' }, audit: { outcome: 'refused', code: 'CONNECTION_BUSY' } };
}

async function refreshWith(
  deps: AdminDependencies,
  connection: Connection,
  { lease, trail, askedAtMs }: { lease: Lease; trail: AuditTrail; askedAtMs: number },
): Promise<Concluded<RefreshNow>> {
  const settled = joinedOutcome(lease.previous, askedAtMs) ?? noMintOutcome(lease.previous, lease.atMs);
  if (settled) {
    await lease.settle({ kind: 'untouched' });
    return settled;
  }
  const conclusion = await refreshUnderLease(deps, connection, {
    lease,
    trail,
    includeStaged: true,
    // A person who asks wants every credential asked about.
    skipFingerprints: [],
  });
  switch (conclusion.kind) {
    case 'refreshed': {
      const { kind, generation, expiresAtMs } = conclusion;
      return { outcome: { kind, connection: connection.id, generation, expiresAtMs }, audit: null };
    }
    case 'failed':
      return { outcome: { kind: 'failed', failure: conclusion.failure }, audit: null };
  }
}

/** What somebody else's attempt, which ended after this one was asked for, has already come to. */
function joinedOutcome(state: ConnectionState | null, askedAtMs: number): Concluded<RefreshNow> | null {
  if (!state) return null;
  const { connection, generation, lastSuccessAtMs, lastFailure, accessTokenExpiresAtMs: expiresAtMs } = state;
  if (generation !== null && expiresAtMs !== null && isSince(lastSuccessAtMs, askedAtMs)) {
    return {
      outcome: { kind: 'joined', connection, generation, expiresAtMs },
      audit: { outcome: 'unchanged', code: 'JOINED', generation },
    };
  }
  if (!lastFailure || !isSince(lastFailure.atMs, askedAtMs)) return null;
  const { failureClass, code } = lastFailure;
  return {
    outcome: {
      kind: 'failed',
      failure: {
        failureClass,
        code,
        detail: `A refresh that ran at the same time failed: ${code}.`,
        remedy: 'Look at the status of the connection, and ask again.',
      },
    },
    audit: { outcome: 'failed', code },
  };
}

function isSince(atMs: number | null, askedAtMs: number): boolean {
  return atMs !== null && atMs >= askedAtMs;
}

/** Asking Zoho in a throttle prolongs it, and a mint too many begins one: neither is the connection's failure. */
function noMintOutcome(state: ConnectionState | null, nowMs: number): Concluded<RefreshNow> | null {
  if (!state) return null;
  const { lastFailure, consecutiveFailures, nextAttemptAtMs, mintTimesMs } = state;
  const isThrottled = consecutiveFailures > 0 && lastFailure?.code === 'ZOHO_THROTTLED';
  if (isThrottled && nextAttemptAtMs !== null && nextAttemptAtMs > nowMs) {
    return {
      outcome: { kind: 'noMint', by: 'zoho', freeAtMs: nextAttemptAtMs },
      audit: { outcome: 'refused', code: 'ZOHO_THROTTLED' },
    };
  }
  const budget = decideMint(mintTimesMs, 'admin', nowMs);
  if (budget.kind === 'allowed') return null;
  return {
    outcome: { kind: 'noMint', by: 'budget', freeAtMs: budget.freeAtMs },
    audit: { outcome: 'refused', code: 'MINT_BUDGET_SPENT' },
  };
}
