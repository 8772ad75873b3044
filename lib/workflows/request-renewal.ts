import { isRenewalOpen } from '../alerts/follow-renewal.ts';
import type { Connection } from '../config/configuration.ts';
import {
  type AdminDependencies,
  type AdminRequest,
  type AuditRecorded,
  type Concluded,
  runAdminOperation,
} from './admin-operation.ts';
import { type ConsentRequestOutcome, type IssuedLink, issueLink } from './request-consent.ts';

export interface RenewalRequest {
  readonly connection: string;
  /** The callback's address, exactly as registered with the client. */
  readonly redirectUri: string;
}

export type RenewalRequestOutcome = ConsentRequestOutcome | ({ readonly kind: 'notOpen' } & AuditRecorded);

/** Takes up a renewal that its policy has opened: a link at which a person consents at Zoho, while the old one still works. */
export function requestRenewal(
  deps: AdminDependencies,
  { connection: connectionId, redirectUri }: RenewalRequest,
  request: AdminRequest,
): Promise<RenewalRequestOutcome> {
  return runAdminOperation(
    deps,
    { connectionId, operation: 'renewal', limit: 'reauthorize', reason: null, request },
    (connection) => issueIfOpen(deps, connection, { redirectUri, request }),
  );
}

async function issueIfOpen(
  deps: AdminDependencies,
  connection: Connection,
  { redirectUri, request }: { redirectUri: string; request: AdminRequest },
): Promise<Concluded<IssuedLink | { kind: 'notOpen' }>> {
  const state = await deps.state.read(connection.id);
  if (!isRenewalOpen(connection, state?.credential?.obtainedAtMs ?? null, deps.nowMs())) {
    return { outcome: { kind: 'notOpen' }, audit: { outcome: 'refused', code: 'RENEWAL_NOT_OPEN' } };
  }
  const asked = {
    connection: connection.id,
    reason: `Renewal, as every ${connection.renewEveryDays} days`,
    expectedOrganizationId: null,
    redirectUri,
  };
  return issueLink(deps, connection, asked, request);
}
