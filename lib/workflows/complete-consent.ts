import type { Connection } from '../config/configuration.ts';
import { UNATTRIBUTED } from '../domain/audit-entry.ts';
import { type DataCenter, resolveDataCenter } from '../domain/data-center.ts';
import type { PendingAuthorization } from '../guards/pending-authorizations.ts';
import { trustedAccountsServer } from '../zoho/trust.ts';
import type { AdminDependencies, AuditRecorded } from './admin-operation.ts';
import { type AuditTrail, auditTrail } from './audit-trail.ts';
import { type Lease, waitForLease } from './lease.ts';
import { type Replacement, replaceCredential } from './replace-credential.ts';
import { settleReplacement } from './settle-replacement.ts';

/** What Zoho's redirect brought, as it came through a browser. */
export interface Redirect {
  readonly state: string | null;
  readonly code: string | null;
  /** Such as `access_denied`. */
  readonly error: string | null;
  /** Where the code is to be exchanged; null for the client's home. */
  readonly accountsServer: string | null;
  readonly sourceAddress: string | null;
  readonly requestId: string;
}

export type ConsentOutcome =
  /** The state is unknown, used, expired or void: whose consent this is nobody can tell. */
  | { readonly kind: 'unknownState' }
  | ({ readonly connection: string } & (
      | { readonly kind: 'denied' | 'incomplete' | 'untrustedServer' | 'unaudited' | 'unknownConnection' }
      | ({ readonly kind: 'completed'; readonly replacement: Replacement } & AuditRecorded)
    ));

/**
 * The second half of an emergency re-authorisation: Zoho's redirect. The state is checked, and used up, before anything
 * else is looked at. Throws what the state table throws.
 */
export async function completeConsent(deps: AdminDependencies, redirect: Redirect): Promise<ConsentOutcome> {
  const pending = await deps.pendingAuthorizations.consume(redirect.state ?? '', deps.nowMs());
  if (!pending) {
    await recordStranger(deps, redirect);
    return { kind: 'unknownState' };
  }
  const connection = deps.connections.find(({ id }) => id === pending.connection);
  const trail = consentTrail(deps, pending, redirect, connection ? connection.id : UNATTRIBUTED);
  const refuse = async (
    kind: 'denied' | 'incomplete' | 'untrustedServer' | 'unknownConnection',
    code: string,
  ) => {
    await trail.recordOutcome({ outcome: 'refused', code });
    return { kind, connection: pending.connection };
  };
  if (!connection) return refuse('unknownConnection', 'UNKNOWN_CONNECTION');
  if (redirect.error !== null) return refuse('denied', 'CONSENT_DENIED');
  const { code } = redirect;
  if (code === null) return refuse('incomplete', 'CODE_MISSING');
  const dataCenter = dataCenterOf(connection, redirect.accountsServer);
  if (!dataCenter) return refuse('untrustedServer', 'ACCOUNTS_SERVER_UNTRUSTED');
  if (!(await trail.recordAttempt())) return { kind: 'unaudited', connection: connection.id };
  return replaceByConsent(deps, { connection, dataCenter, code, pending, trail });
}

async function replaceByConsent(
  deps: AdminDependencies,
  consent: {
    connection: Connection;
    dataCenter: DataCenter;
    code: string;
    pending: PendingAuthorization;
    trail: AuditTrail;
  },
): Promise<ConsentOutcome> {
  const { connection, dataCenter, code, pending, trail } = consent;
  const { redirectUri } = pending;
  // The code does not wait: without the lease the credential is kept, and the next sweep goes on with it.
  const lease: Lease | null = await waitForLease(deps, connection.id, deps.leasePatienceMs).catch(() => null);
  const replacement = await replaceCredential(deps, {
    connection,
    grant: { kind: 'code', code, redirectUri },
    source: 'consent',
    dataCenter,
    expectedOrganizationId:
      pending.expectedOrganizationId ?? (lease ? null : await pinnedOrganization(deps, connection)),
    lease,
    isDryRun: false,
  });
  await settleReplacement(deps, connection.id, { replacement, lease, trail });
  return { kind: 'completed', connection: connection.id, replacement, auditRecorded: trail.isComplete() };
}

/** Without the lease nobody has said which organisation is pinned, and what is staged has to bear it (P1). */
async function pinnedOrganization({ state }: AdminDependencies, { id }: Connection): Promise<string | null> {
  const known = await state.read(id).catch(() => null);
  return known?.organizationId ?? null;
}

/** The consent is the admin's who asked for it; the address is the browser's. */
function consentTrail(
  deps: AdminDependencies,
  { adminId, adminName, reason }: PendingAuthorization,
  { sourceAddress, requestId }: Redirect,
  connection: string,
): AuditTrail {
  return auditTrail(deps, {
    connection,
    operation: 'consent',
    reason,
    actor: { kind: 'admin', id: adminId, name: adminName },
    sourceAddress,
    requestId,
  });
}

function recordStranger(deps: AdminDependencies, { sourceAddress, requestId }: Redirect): Promise<boolean> {
  const trail = auditTrail(deps, {
    connection: UNATTRIBUTED,
    operation: 'consent',
    reason: null,
    actor: { kind: 'anonymous', id: 'anonymous', name: null },
    sourceAddress,
    requestId,
  });
  return trail.recordOutcome({ outcome: 'refused', code: 'STATE_UNKNOWN' });
}

function dataCenterOf(connection: Connection, accountsServer: string | null): DataCenter | null {
  const home = resolveDataCenter(connection.dataCenter);
  return accountsServer === null ? home : trustedAccountsServer(accountsServer, home);
}
