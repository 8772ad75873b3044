import { BACKUP_STORES } from '../domain/backup.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import { nextRefreshAtMs } from '../domain/schedule.ts';
import { LONGEST_LIFETIME_MS } from '../domain/token-lifetime.ts';
import { accessTokenPublished, credentialReplaced, type KeeperEvent } from '../events/keeper-events.ts';
import type { Settlement, SettlementNotes } from '../guards/settlement.ts';
import type { AdminDependencies } from './admin-operation.ts';
import type { AuditConclusion, AuditTrail } from './audit-trail.ts';
import type { Lease } from './lease.ts';
import { recordHealth } from './record-health.ts';
import { credentialNotes, recoveryOf, supersession } from './refresh-outcome.ts';
import type { Replacement } from './replace-credential.ts';
import { tellListeners } from './tell-listeners.ts';

/**
 * Writes down what became of a replacement: audit, incident, state, events. Never throws: the credential is where it is,
 * and what is not written down is found out by the next sweep.
 *
 * @param ended.lease null when the replacement had none
 */
export async function settleReplacement(
  deps: AdminDependencies,
  connection: string,
  ended: { replacement: Replacement; lease: Lease | null; trail: AuditTrail },
): Promise<void> {
  const { replacement, lease, trail } = ended;
  const nowMs = deps.nowMs();
  await trail.recordOutcome(auditConclusionOf(replacement));
  if (!lease) {
    if (replacement.kind === 'unfinished') await deps.state.noteStaged(connection, nowMs).catch(() => {});
    return;
  }
  const incidentId = isPublished(replacement)
    ? await recordHealth(deps, connection, lease.previous, {
        atMs: nowMs,
        health: 'healthy',
        code: 'CREDENTIAL_REPLACED',
        detail: `An admin gave a new credential (generation ${replacement.credential.generation}).`,
        failureClass: null,
      })
    : undefined;
  await lease.settle(settlementOf(replacement, lease.previous, nowMs), {
    auditHead: trail.head(),
    ...(incidentId === undefined ? {} : { incidentId }),
    ...vaultNotesOf(replacement, nowMs),
  });
  if (isPublished(replacement)) await tellListeners(deps, eventsOf(replacement));
}

/** What the replacement found out about the stores. */
function vaultNotesOf(replacement: Replacement, nowMs: number): Pick<SettlementNotes, 'backup' | 'recovery'> {
  if (!isPublished(replacement)) return {};
  const { backup, repairs } = replacement;
  const recovery = recoveryOf('current', repairs, nowMs);
  return { ...(backup && { backup }), ...(recovery && { recovery }) };
}

type Published = Extract<Replacement, { kind: 'replaced' | 'unchanged' }>;

function isPublished(replacement: Replacement): replacement is Published {
  return replacement.kind === 'replaced' || replacement.kind === 'unchanged';
}

function auditConclusionOf(replacement: Replacement): AuditConclusion {
  switch (replacement.kind) {
    case 'replaced':
      return {
        outcome: 'succeeded',
        code: isBackedUp(replacement) ? null : 'BACKUP_INCOMPLETE',
        ...provenNotes(replacement),
        replacedFingerprint: replacement.replacedFingerprint,
      };
    case 'unchanged':
      return { outcome: 'unchanged', code: 'SAME_TOKEN', ...provenNotes(replacement) };
    case 'proven':
      return { outcome: 'succeeded', code: 'PROVEN_ONLY', ...provenNotes(replacement) };
    case 'unfinished': {
      const { generation, fingerprint } = replacement;
      return { outcome: 'succeeded', code: 'STAGED', generation, fingerprint };
    }
    case 'failed':
      return { outcome: 'failed', code: replacement.failure.code };
  }
}

function isBackedUp({ backup }: Published): boolean {
  return backup !== null && BACKUP_STORES.every((store) => backup.stores.includes(store));
}

function provenNotes({
  credential,
  fingerprint,
  organizationId,
}: Exclude<Replacement, { kind: 'failed' | 'unfinished' }>) {
  return { generation: credential.generation, fingerprint, organizationId };
}

/** What was replaced earlier may have run once more meanwhile, so the grace of all begins anew with each replacement. */
function settlementOf(replacement: Replacement, previous: ConnectionState | null, nowMs: number): Settlement {
  const superseded = (versionId: string | null) =>
    supersession(versionId ?? previous?.superseded?.versionIds[0] ?? null, nowMs);
  switch (replacement.kind) {
    case 'replaced':
    case 'unchanged': {
      const { token, publishedVersionId, supersededVersionId } = replacement;
      const expiresAtMs = Math.min(Date.parse(token.expiresAt), nowMs + LONGEST_LIFETIME_MS);
      return {
        kind: 'refreshed',
        generation: token.generation,
        ...credentialNotes(replacement),
        publishedVersionId,
        accessTokenExpiresAtMs: expiresAtMs,
        atMs: nowMs,
        nextAttemptAtMs: nextRefreshAtMs(nowMs, expiresAtMs),
        deadFingerprints: [],
        hasStagedCredential: false,
        superseded: superseded(supersededVersionId),
      };
    }
    case 'unfinished':
      return {
        kind: 'unfinished',
        atMs: nowMs,
        superseded: superseded(replacement.supersededVersionId),
      };
    case 'proven':
    case 'failed':
      return { kind: 'untouched' };
  }
}

function eventsOf({ kind, credential, token }: Published): KeeperEvent[] {
  const published = accessTokenPublished(token);
  return kind === 'replaced' ? [credentialReplaced(credential), published] : [published];
}
