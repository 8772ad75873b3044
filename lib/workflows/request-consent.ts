import type { Connection } from '../config/configuration.ts';
import { resolveDataCenter } from '../domain/data-center.ts';
import type { Failure } from '../domain/failure.ts';
import { healthAt } from '../domain/health.ts';
import { issueState, STATE_LIFETIME_MS } from '../guards/pending-authorizations.ts';
import { authorizationUrl } from '../zoho/authorization-url.ts';
import {
  type AdminDependencies,
  type AdminRequest,
  type AuditRecorded,
  type Concluded,
  type Refusal,
  runAdminOperation,
} from './admin-operation.ts';
import { storeFailure } from './failures.ts';
import { recordHealth } from './record-health.ts';

export interface ConsentRequest {
  readonly connection: string;
  readonly reason: string;
  /** Another organisation than the pinned one, asked for by name; null keeps that one. */
  readonly expectedOrganizationId: string | null;
  /** The callback's address, exactly as registered with the client. */
  readonly redirectUri: string;
}

export type IssuedLink =
  | {
      readonly kind: 'issued';
      readonly connection: string;
      /** Holds the state: for the admin's browser, and for nothing that keeps it. */
      readonly authorizationUrl: string;
      readonly expiresAtMs: number;
    }
  /** A consent could not be used now, so none is asked for. */
  | { readonly kind: 'failed'; readonly failure: Failure };

export type ConsentRequestOutcome = (IssuedLink & AuditRecorded) | Refusal;

/** The first half of an emergency re-authorisation: a link at which a person consents at Zoho. */
export function requestConsent(
  deps: AdminDependencies,
  asked: ConsentRequest,
  request: AdminRequest,
): Promise<ConsentRequestOutcome> {
  const { connection: connectionId, reason } = asked;
  return runAdminOperation(
    deps,
    { connectionId, operation: 'emergency-reauth', limit: 'reauthorize', reason, request },
    (connection) => issueLink(deps, connection, asked, request),
  );
}

/** @returns the link; or why a consent could not be used, and so is not asked for */
export async function issueLink(
  deps: AdminDependencies,
  connection: Connection,
  asked: ConsentRequest,
  { actor }: AdminRequest,
): Promise<Concluded<IssuedLink>> {
  const { id, scopes } = connection;
  const { redirectUri, reason, expectedOrganizationId } = asked;
  let clientId: string;
  try {
    // Whether the consent could be used is found out now, not after a person has gone through it.
    ({ clientId } = await deps.readClient(connection));
  } catch (fault) {
    const failure = storeFailure(fault);
    return { outcome: { kind: 'failed', failure }, audit: { outcome: 'failed', code: failure.code } };
  }
  const { state, stateHash } = issueState(id);
  const expiresAtMs = deps.nowMs() + STATE_LIFETIME_MS;
  await deps.pendingAuthorizations.put({
    connection: id,
    stateHash,
    expiresAtMs,
    adminId: actor.id,
    adminName: actor.name,
    reason,
    redirectUri,
    expectedOrganizationId,
  });
  await noteInIncident(deps, id);
  const { accountsServer } = resolveDataCenter(connection.dataCenter);
  const url = authorizationUrl({ accountsServer, clientId, redirectUri, scopes, state });
  return {
    outcome: { kind: 'issued', connection: id, authorizationUrl: url, expiresAtMs },
    audit: { outcome: 'succeeded' },
  };
}

/** An incident's timeline tells when a person took it up. */
async function noteInIncident(deps: AdminDependencies, connection: string): Promise<void> {
  const state = await deps.state.read(connection);
  if (!state?.incidentId) return;
  const atMs = deps.nowMs();
  await recordHealth(deps, connection, state, {
    atMs,
    health: healthAt(state, atMs) === 'down' ? 'down' : 'degraded',
    code: 'CONSENT_REQUESTED',
    detail: 'An admin asked for a new consent.',
    failureClass: null,
  });
}
