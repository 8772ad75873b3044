import { ANCHORS_FOR_WHAT_IS_NEW } from '../audit/recent-chain.ts';
import type { CheckName } from '../domain/health-report.ts';
import { readCredentialVersion } from '../vault/credential-version.ts';
import type { Assessment } from './checks/assessment.ts';
import { AUDIT_CHAIN_LIMIT, assessAuditChain, MOST_CHAIN_ENTRIES } from './checks/audit-chain.ts';
import { assessBackup, BACKUP_LIMIT } from './checks/backup.ts';
import { assessCredential, CREDENTIAL_LIMIT } from './checks/credential.ts';
import { assessEmail, EMAIL_LIMIT } from './checks/email.ts';
import { assessKey, KEY_LIMIT } from './checks/keys.ts';
import { assessSlots, countSlots, SLOTS_LIMIT } from './checks/refresh-token-slots.ts';
import { assessLastDay, assessLastSuccess, LAST_DAY_LIMIT, LAST_SUCCESS_LIMIT } from './checks/refreshes.ts';
import { assessRenewal, RENEWAL_LIMIT } from './checks/renewal.ts';
import { assessDrill, DRILL_LIMIT } from './checks/restore-drill.ts';
import { assessSecrets, SECRETS_LIMIT } from './checks/secrets.ts';
import { assessLeftovers, LEFTOVERS_LIMIT } from './checks/staged-leftovers.ts';
import { assessMinutesLeft, assessProbe, MINUTES_LEFT_LIMIT, PROBE_LIMIT } from './checks/token.ts';
import { measureBackup } from './measurements/backup.ts';
import type { CheckContext } from './measurements/context.ts';
import { measureEmail } from './measurements/email.ts';
import { countRefreshes } from './measurements/refresh-counts.ts';
import { measureSecrets } from './measurements/secrets.ts';
import { probeToken } from './probe-published.ts';
import { verifyStoredChain } from './verify-audit.ts';

/** One thing to look at: measured, then assessed. */
export interface HealthCheck {
  /** What it is to be. */
  readonly limit: string;
  /** What it counts as when it cannot be measured. */
  readonly unmeasured: 'warn' | 'fail';
  /** Throws what measuring throws. */
  readonly run: (context: CheckContext) => Promise<Assessment>;
}

export const HEALTH_CHECKS: Readonly<Record<CheckName, HealthCheck>> = {
  credential: {
    limit: CREDENTIAL_LIMIT,
    unmeasured: 'fail',
    run: async ({ connection, current, state }) => {
      // Without the state it is only less well known what is missing.
      const known = await state().catch(() => null);
      return assessCredential(await current(), {
        connection: connection.id,
        generation: known?.generation ?? null,
      });
    },
  },
  backupTable: {
    limit: BACKUP_LIMIT,
    unmeasured: 'fail',
    run: async (context) => assessBackup('table', await measureBackup(context, 'table')),
  },
  backupBucket: {
    limit: BACKUP_LIMIT,
    unmeasured: 'fail',
    run: async (context) => assessBackup('bucket', await measureBackup(context, 'bucket')),
  },
  probe: {
    limit: PROBE_LIMIT,
    unmeasured: 'fail',
    run: async (context) => {
      const { deps, connection, published } = context;
      const token = await published();
      const pinned = await pinnedOrganization(context);
      return assessProbe(token && (await probeToken(deps.zoho, connection, token)), pinned);
    },
  },
  minutesLeft: {
    limit: MINUTES_LEFT_LIMIT,
    unmeasured: 'fail',
    run: async ({ published, nowMs }) => {
      const token = await published();
      return assessMinutesLeft(token && Date.parse(token.expiresAt), nowMs);
    },
  },
  lastSuccess: {
    limit: LAST_SUCCESS_LIMIT,
    unmeasured: 'fail',
    run: async ({ state, nowMs }) => assessLastSuccess((await state())?.lastSuccessAtMs ?? null, nowMs),
  },
  lastDay: {
    limit: LAST_DAY_LIMIT,
    unmeasured: 'warn',
    run: async (context) => assessLastDay(context.connection.id, await countRefreshes(context)),
  },
  renewal: {
    limit: RENEWAL_LIMIT,
    unmeasured: 'warn',
    run: async ({ connection, state, nowMs }) =>
      assessRenewal(connection, (await state())?.credential?.obtainedAtMs ?? null, nowMs),
  },
  refreshTokenSlots: {
    limit: SLOTS_LIMIT,
    unmeasured: 'warn',
    run: async ({ deps, connection: { client }, shared }) =>
      assessSlots(client, countSlots(client, deps.connections, await shared.states())),
  },
  stagedLeftovers: {
    limit: LEFTOVERS_LIMIT,
    unmeasured: 'warn',
    run: async ({ deps, connection, current, nowMs }) => {
      const staged = await readCredentialVersion(deps.secretsManager, connection.id, 'AWSPENDING');
      return assessLeftovers(connection.id, { staged, current: await current() }, nowMs);
    },
  },
  primaryKey: {
    limit: KEY_LIMIT,
    unmeasured: 'fail',
    run: async ({ deps: { primaryKeyId }, shared }) =>
      assessKey('primary', primaryKeyId, await shared.key(primaryKeyId)),
  },
  backupKey: {
    limit: KEY_LIMIT,
    unmeasured: 'fail',
    run: async ({ deps: { backups }, shared }) =>
      assessKey('backup', backups.keyId, await shared.key(backups.keyId)),
  },
  secrets: {
    limit: SECRETS_LIMIT,
    unmeasured: 'fail',
    run: async (context) => assessSecrets(await measureSecrets(context), context.deps.primaryKeyId),
  },
  auditChain: {
    limit: AUDIT_CHAIN_LIMIT,
    unmeasured: 'fail',
    run: async ({ deps, connection: { id }, state, nowMs }) => {
      // First of all: the chain may grow meanwhile, and must not seem to have shrunk.
      const known = await state().catch(() => null);
      const reach = { anchors: ANCHORS_FOR_WHAT_IS_NEW, entries: MOST_CHAIN_ENTRIES };
      const chain = await verifyStoredChain(deps, id, reach, nowMs);
      const rememberedSequence = known?.auditHead?.sequence ?? null;
      return assessAuditChain({ connection: id, rememberedSequence }, chain, nowMs);
    },
  },
  email: {
    limit: EMAIL_LIMIT,
    unmeasured: 'warn',
    run: async (context) => assessEmail(await measureEmail(context)),
  },
  restoreDrill: {
    limit: DRILL_LIMIT,
    unmeasured: 'fail',
    run: async ({ drilled, deps }) => assessDrill(await drilled(), deps.nowMs()),
  },
};

/** As the state has it, or else the credential. What cannot be read now is a finding of another check. */
async function pinnedOrganization({ state, current }: CheckContext): Promise<string | null> {
  const [known, version] = await Promise.all([state().catch(() => null), current().catch(() => null)]);
  const ofCredential = version?.kind === 'usable' ? version.credential.organizationId : null;
  return known?.organizationId ?? ofCredential;
}
