import type { Connection } from '../config/configuration.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import type { Credential } from '../domain/credential.ts';
import type { IncidentEvent } from '../domain/incident.ts';
import { accessTokenPublished, credentialReplaced, type KeeperEvent } from '../events/keeper-events.ts';
import type { SettlementNotes } from '../guards/settlement.ts';
import type { AuditConclusion, AuditTrail } from './audit-trail.ts';
import type { RefreshDependencies } from './dependencies.ts';
import type { Lease } from './lease.ts';
import { recordHealth } from './record-health.ts';
import {
  type Conclusion,
  conclude,
  type KnownBefore,
  type RecordedConclusion,
  recoveryOf,
} from './refresh-outcome.ts';
import { renewAccessToken } from './renew-access-token.ts';
import type { Renewal } from './renewal.ts';
import { tellListeners } from './tell-listeners.ts';

/**
 * Renews a connection's access token under a lease, and records it: audit, incident, state. Never throws.
 *
 * @param task.trail the attempt's audit, begun by the caller
 */
export async function refreshUnderLease(
  deps: RefreshDependencies,
  connection: Connection,
  task: {
    lease: Lease;
    trail: AuditTrail;
    includeStaged: boolean;
    skipFingerprints: readonly string[];
    /** The connection's secrets that were taken for lost. */
    lost?: readonly string[];
  },
): Promise<RecordedConclusion> {
  const { lease, trail } = task;
  const { previous } = lease;
  const renewal = await renewAccessToken(deps, {
    connection,
    includeStaged: task.includeStaged,
    deadFingerprints: previous?.deadFingerprints ?? [],
    skipFingerprints: task.skipFingerprints,
    replaces: previous?.publishedVersionId ?? null,
    knownGeneration: previous?.generation ?? 0,
    supersededVersionIds: previous?.superseded?.versionIds ?? [],
    organizationId: previous?.organizationId ?? null,
    isBackedUp: (fingerprint) => previous?.backup?.fingerprint === fingerprint,
    takeMint: lease.takeMint,
  });
  const nowMs = deps.nowMs();
  const { outcome, settlement } = conclude(renewal, knownBefore(previous), nowMs, deps.random());
  await trail.recordOutcome(auditConclusionOf(renewal));
  const incidentId = await recordHealth(deps, connection.id, previous, eventOf(outcome, nowMs));
  const { stateRecorded } = await lease.settle(settlement, {
    auditHead: trail.head(),
    ...(incidentId === undefined ? {} : { incidentId }),
    ...vaultNotesOf(renewal, nowMs, task.lost),
  });
  await tellListeners(deps, eventsAfter(renewal, previous));
  return { ...outcome, stateRecorded, auditRecorded: trail.isComplete() };
}

/** What listeners are told of a renewal: the token, and the credential where another one is current than was known. */
function eventsAfter(renewal: Renewal, previous: ConnectionState | null): KeeperEvent[] {
  if (renewal.kind === 'failed') return [];
  const { credential, isCurrent, token } = renewal;
  const isReplaced = isCurrent && !isKnown(credential, previous);
  return [...(isReplaced ? [credentialReplaced(credential)] : []), accessTokenPublished(token)];
}

/** Whoever put it there, and however: an attempt that could not publish, or a person who wrote into the secret. */
function isKnown({ generation, source, obtainedAt }: Credential, previous: ConnectionState | null): boolean {
  const known = previous?.credential;
  if (!known || previous.generation !== generation) return false;
  return known.source === source && known.obtainedAtMs === Date.parse(obtainedAt);
}

/** How a renewal reads in the audit. */
export function auditConclusionOf(renewal: Renewal): AuditConclusion {
  switch (renewal.kind) {
    case 'renewed':
      return {
        outcome: 'succeeded',
        code: auditCodeOf(renewal),
        generation: renewal.credential.generation,
        organizationId: renewal.organizationId,
        fingerprint: renewal.fingerprint,
      };
    case 'failed':
      return { outcome: 'failed', code: renewal.failure.code };
  }
}

const PLACE_CODES = {
  staged: 'FROM_STAGED',
  previous: 'FROM_PREVIOUS',
  backupTable: 'FROM_BACKUP_TABLE',
  backupBucket: 'FROM_BACKUP_BUCKET',
} as const;

/** What was out of the ordinary, the weightiest first; null for nothing. */
function auditCodeOf(renewal: Extract<Renewal, { kind: 'renewed' }>): string | null {
  const { source, repairs, isStagedDropped } = renewal;
  if (source !== 'current') return PLACE_CODES[source];
  const [repair] = repairs;
  if (repair) return `SECRET_${repair.kind.toUpperCase()}`;
  return isStagedDropped ? 'STAGED_DROPPED' : null;
}

/** What the attempt found out about the stores. */
function vaultNotesOf(
  renewal: Renewal,
  nowMs: number,
  lost: readonly string[] = [],
): Pick<SettlementNotes, 'backup' | 'recovery'> {
  if (renewal.kind === 'failed') return {};
  const { backup, source, repairs } = renewal;
  const recovery = recoveryOf(source, repairs, nowMs, lost);
  return { ...(backup && { backup }), ...(recovery && { recovery }) };
}

function knownBefore(previous: ConnectionState | null): KnownBefore {
  return {
    consecutiveFailures: previous?.consecutiveFailures ?? 0,
    accessTokenExpiresAtMs: previous?.accessTokenExpiresAtMs ?? null,
    supersededVersionId: previous?.superseded?.versionIds[0] ?? null,
  };
}

function eventOf(outcome: Conclusion, atMs: number): IncidentEvent {
  switch (outcome.kind) {
    case 'refreshed':
      return {
        atMs,
        health: 'healthy',
        code: 'REFRESHED',
        detail: 'The access token was refreshed.',
        failureClass: null,
      };
    case 'failed': {
      const { health, failure } = outcome;
      const { code, detail, failureClass } = failure;
      return { atMs, health, code, detail, failureClass };
    }
  }
}
