import type { Connection } from '../config/configuration.ts';
import type { Credential } from '../domain/credential.ts';
import { resolveDataCenter } from '../domain/data-center.ts';
import type { Failure } from '../domain/failure.ts';
import { findBackup } from '../vault/find-backups.ts';
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
import { storeFailure, untrustedServerFailure } from './failures.ts';
import { type LeasedReplacement, replaceUnderLease } from './replace-under-lease.ts';

export interface Restoration {
  readonly connection: string;
  readonly generation: number;
  readonly reason: string;
  readonly expectedOrganizationId: string | null;
}

type RestoreOutcome =
  | LeasedReplacement
  /** Neither store has this generation. */
  | { readonly kind: 'noSuchBackup' }
  /** It is there, and cannot be used. */
  | { readonly kind: 'unusable'; readonly failure: Failure };

export type RestorationOutcome = (RestoreOutcome & AuditRecorded) | Refusal;

/**
 * Takes an earlier generation out of the backups and makes it current again, under a generation of its own, once Zoho has
 * accepted it. What it takes the place of is not revoked: an admin who restores may want to go back.
 */
export function restoreCredential(
  deps: AdminDependencies,
  restoration: Restoration,
  request: AdminRequest,
): Promise<RestorationOutcome> {
  const { connection: connectionId, reason } = restoration;
  return runAdminOperation(
    deps,
    { connectionId, operation: 'restore', limit: 'restore', reason, request },
    (connection, trail) => replaceByBackup(deps, connection, { restoration, trail }),
  );
}

async function replaceByBackup(
  deps: AdminDependencies,
  connection: Connection,
  { restoration, trail }: { restoration: Restoration; trail: AuditTrail },
): Promise<Concluded<RestoreOutcome>> {
  const backup = await findBackup(deps.backups, connection.id, restoration.generation);
  if (!backup) {
    return { outcome: { kind: 'noSuchBackup' }, audit: { outcome: 'refused', code: 'NO_SUCH_BACKUP' } };
  }
  if (backup.kind === 'unusable') return unusable(storeFailure(backup.fault));
  const { credential } = backup.content;
  const home = resolveDataCenter(connection.dataCenter);
  const dataCenter = trustedAccountsServer(credential.accountsServer, home);
  if (!dataCenter) return unusable(untrustedServerFailure(connection));
  return replaceUnderLease(
    deps,
    {
      connection,
      grant: { kind: 'stored', credential: restorable(credential, connection) },
      source: 'restore',
      dataCenter,
      expectedOrganizationId: restoration.expectedOrganizationId,
      isDryRun: false,
    },
    trail,
  );
}

/** What was put by hand may say nothing of its scopes; the connection's are what it has to be good for. */
function restorable(credential: Credential, { scopes }: Connection): Credential {
  return credential.scopes.length > 0 ? credential : { ...credential, scopes };
}

function unusable(failure: Failure): Concluded<RestoreOutcome> {
  return { outcome: { kind: 'unusable', failure }, audit: { outcome: 'failed', code: failure.code } };
}
