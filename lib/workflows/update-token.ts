import type { Connection } from '../config/configuration.ts';
import { type DataCenter, resolveDataCenter } from '../domain/data-center.ts';
import { readCredentialVersion } from '../vault/credential-version.ts';
import { trustedAccountsServer } from '../zoho/trust.ts';
import {
  type AdminDependencies,
  type AdminRequest,
  type AuditRecorded,
  type Concluded,
  type Refusal,
  runAdminOperation,
} from './admin-operation.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Grant } from './redeem-grant.ts';
import { type LeasedReplacement, replaceUnderLease } from './replace-under-lease.ts';

export interface TokenUpdate {
  readonly connection: string;
  readonly reason: string;
  readonly grant:
    | { readonly kind: 'refreshToken'; readonly refreshToken: string }
    | { readonly kind: 'grantCode'; readonly grantCode: string };
  readonly expectedOrganizationId: string | null;
  /** Where the token was issued; null for where the running credential is from, or else the connection's own. */
  readonly accountsServer: string | null;
  readonly isDryRun: boolean;
}

type UpdateOutcome =
  | LeasedReplacement
  /** A grant code works once, so a dry run does not spend it. */
  | { readonly kind: 'notProven' }
  | { readonly kind: 'untrustedServer' };

export type TokenUpdateOutcome = (UpdateOutcome & AuditRecorded) | Refusal;

/** The manual override: a refresh token, or a Self Client's grant code, that an admin brings. Proven before it is saved. */
export function updateToken(
  deps: AdminDependencies,
  update: TokenUpdate,
  request: AdminRequest,
): Promise<TokenUpdateOutcome> {
  const { connection: connectionId, reason, isDryRun } = update;
  const operation = isDryRun ? 'manual-token-update-dry-run' : 'manual-token-update';
  return runAdminOperation(
    deps,
    { connectionId, operation, limit: 'override', reason, request },
    (connection, trail) => replaceByUpdate(deps, connection, { update, trail }),
  );
}

async function replaceByUpdate(
  deps: AdminDependencies,
  connection: Connection,
  { update, trail }: { update: TokenUpdate; trail: AuditTrail },
): Promise<Concluded<UpdateOutcome>> {
  const { isDryRun, expectedOrganizationId } = update;
  const dataCenter = await dataCenterOf(deps, connection, update.accountsServer);
  if (!dataCenter) {
    const audit = { outcome: 'refused', code: 'ACCOUNTS_SERVER_UNTRUSTED' } as const;
    return { outcome: { kind: 'untrustedServer' }, audit };
  }
  if (isDryRun && update.grant.kind === 'grantCode') {
    return { outcome: { kind: 'notProven' }, audit: { outcome: 'unchanged', code: 'CODE_NOT_SPENT' } };
  }
  return replaceUnderLease(
    deps,
    {
      connection,
      grant: toGrant(update.grant),
      source: 'override',
      dataCenter,
      expectedOrganizationId,
      isDryRun,
    },
    trail,
  );
}

function toGrant(grant: TokenUpdate['grant']): Grant {
  switch (grant.kind) {
    case 'refreshToken':
      return grant;
    case 'grantCode':
      return { kind: 'code', code: grant.grantCode, redirectUri: null };
  }
}

async function dataCenterOf(
  { secretsManager }: AdminDependencies,
  connection: Connection,
  accountsServer: string | null,
): Promise<DataCenter | null> {
  const home = resolveDataCenter(connection.dataCenter);
  if (accountsServer !== null) return trustedAccountsServer(accountsServer, home);
  const current = await readCredentialVersion(secretsManager, connection.id, 'AWSCURRENT').catch(() => null);
  const known = current?.kind === 'usable' ? current.credential.accountsServer : null;
  return (known && trustedAccountsServer(known, home)) || home;
}
