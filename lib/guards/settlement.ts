import type { BackupState } from '../domain/backup.ts';
import type { Recovery } from '../domain/connection-state.ts';
import type { CredentialOrigin } from '../domain/credential.ts';
import type { Failure } from '../domain/failure.ts';
import type { Health } from '../domain/health.ts';

/** What an attempt leaves behind when it gives its lease back. */
export type Settlement =
  | {
      kind: 'refreshed';
      generation: number;
      credential: { source: CredentialOrigin; obtainedAtMs: number };
      /** What the probe named; null leaves the one that is known. */
      organizationId: string | null;
      publishedVersionId: string;
      accessTokenExpiresAtMs: number;
      atMs: number;
      nextAttemptAtMs: number;
      deadFingerprints: readonly string[];
      hasStagedCredential: boolean;
      /** A credential that this one took the place of, and from when on it is to be revoked. */
      superseded: { versionId: string; revokeAtMs: number } | null;
    }
  | {
      kind: 'failed';
      failure: Failure;
      atMs: number;
      consecutiveFailures: number;
      nextAttemptAtMs: number;
      health: Health;
      deadFingerprints: readonly string[];
    }
  /** A new credential is not through with everything: the next sweep finishes it. */
  | { kind: 'unfinished'; atMs: number; superseded: { versionId: string; revokeAtMs: number } | null }
  | { kind: 'revoked'; leftVersionIds: readonly string[]; retryAtMs: number }
  | { kind: 'untouched' };

/** What belongs to the end of any attempt. */
export interface SettlementNotes {
  /** The end of the audit chain, as far as this attempt knows it. */
  readonly auditHead: { readonly sequence: number; readonly hash: string } | null;
  /** The incident that is open now; undefined leaves what stands. */
  readonly incidentId?: string | null;
  /** What is known of the backups now; undefined leaves what stands. */
  readonly backup?: BackupState;
  /** What came back in this attempt, if anything did. */
  readonly recovery?: Recovery;
  /** Whether a note of a staged credential was found at the start, and has been seen to. */
  readonly seenStagedNote: boolean;
}

/** The clauses of an update expression, and their values. */
export interface UpdateClauses {
  readonly set: readonly string[];
  readonly remove: readonly string[];
  readonly add: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

const NONE: UpdateClauses = { set: [], remove: [], add: [], values: {} };

/** What the end of an attempt changes of the connection's item. */
export function settlementClauses(settlement: Settlement, notes: SettlementNotes): UpdateClauses {
  return merge(outcomeClauses(settlement), notesClauses(notes, settlement.kind === 'unfinished'));
}

function outcomeClauses(settlement: Settlement): UpdateClauses {
  switch (settlement.kind) {
    case 'refreshed': {
      const { credential, superseded, organizationId } = settlement;
      const refreshed = clauses({
        set: [
          'generation = :generation',
          'credentialSource = :source',
          'credentialObtainedAtMs = :obtained',
          'publishedVersionId = :version',
          'accessTokenExpiresAtMs = :expires',
          'lastSuccessAtMs = :at',
          'nextAttemptAtMs = :next',
          'consecutiveFailures = :none',
          'health = :healthy',
          'hasStagedCredential = :staged',
        ],
        values: {
          ':generation': settlement.generation,
          ':source': credential.source,
          ':obtained': credential.obtainedAtMs,
          ':version': settlement.publishedVersionId,
          ':expires': settlement.accessTokenExpiresAtMs,
          ':at': settlement.atMs,
          ':next': settlement.nextAttemptAtMs,
          ':none': 0,
          ':healthy': 'healthy',
          ':staged': settlement.hasStagedCredential,
        },
      });
      const organization =
        organizationId === null
          ? NONE
          : clauses({ set: ['organizationId = :organization'], values: { ':organization': organizationId } });
      const dead = setOrRemove('deadFingerprints', ':dead', settlement.deadFingerprints);
      return merge(refreshed, organization, supersessionClauses(superseded), dead);
    }
    case 'failed': {
      const failed = clauses({
        set: [
          'lastFailureAtMs = :at',
          'lastFailureClass = :class',
          'lastFailureCode = :code',
          'lastFailureDetail = :detail',
          'lastFailureRemedy = :remedy',
          'consecutiveFailures = :failures',
          'nextAttemptAtMs = :next',
          'health = :health',
        ],
        values: {
          ':at': settlement.atMs,
          ':class': settlement.failure.failureClass,
          ':code': settlement.failure.code,
          ':detail': settlement.failure.detail,
          ':remedy': settlement.failure.remedy,
          ':failures': settlement.consecutiveFailures,
          ':next': settlement.nextAttemptAtMs,
          ':health': settlement.health,
        },
      });
      return merge(failed, setOrRemove('deadFingerprints', ':dead', settlement.deadFingerprints));
    }
    case 'unfinished':
      return merge(
        clauses({ set: ['stagedAtMs = :stagedAt'], values: { ':stagedAt': settlement.atMs } }),
        supersessionClauses(settlement.superseded),
      );
    case 'revoked':
      return merge(
        setOrRemove('supersededVersionIds', ':left', settlement.leftVersionIds),
        settlement.leftVersionIds.length > 0
          ? clauses({
              set: ['revokeSupersededAtMs = :retryAt'],
              values: { ':retryAt': settlement.retryAtMs },
            })
          : clauses({ remove: ['revokeSupersededAtMs'] }),
      );
    case 'untouched':
      return NONE;
  }
}

function supersessionClauses(superseded: { versionId: string; revokeAtMs: number } | null): UpdateClauses {
  if (superseded === null) return NONE;
  return clauses({
    set: ['revokeSupersededAtMs = :revokeAt'],
    add: ['supersededVersionIds :superseded'],
    values: { ':revokeAt': superseded.revokeAtMs, ':superseded': new Set([superseded.versionId]) },
  });
}

function notesClauses(
  { auditHead, incidentId, backup, recovery, seenStagedNote }: SettlementNotes,
  isStagedAnew: boolean,
): UpdateClauses {
  return merge(
    auditHead === null
      ? NONE
      : clauses({
          set: ['auditSequence = :sequence', 'auditHash = :hash'],
          values: { ':sequence': auditHead.sequence, ':hash': auditHead.hash },
        }),
    incidentId === undefined
      ? NONE
      : incidentId === null
        ? clauses({ remove: ['incidentId'] })
        : clauses({ set: ['incidentId = :incident'], values: { ':incident': incidentId } }),
    backup ? backupClauses(backup) : NONE,
    recovery ? recoveryClauses(recovery) : NONE,
    seenStagedNote && !isStagedAnew ? clauses({ remove: ['stagedAtMs'] }) : NONE,
  );
}

function backupClauses({ fingerprint, stores, checkedAtMs, nextCheckAtMs }: BackupState): UpdateClauses {
  return clauses({
    set: [
      'backupFingerprint = :backedUp',
      'backupStores = :stores',
      'backupCheckedAtMs = :checkedAt',
      'nextBackupCheckAtMs = :nextCheckAt',
    ],
    values: {
      ':backedUp': fingerprint,
      ':stores': stores,
      ':checkedAt': checkedAtMs,
      ':nextCheckAt': nextCheckAtMs,
    },
  });
}

function recoveryClauses({ atMs, from, repairs, unrepaired }: Recovery): UpdateClauses {
  return clauses({
    set: [
      'recoveredAtMs = :recoveredAt',
      'recoveredFrom = :from',
      'recoveryRepairs = :repairs',
      'unrepairedSecrets = :unrepaired',
    ],
    values: { ':recoveredAt': atMs, ':from': from, ':repairs': repairs, ':unrepaired': unrepaired },
  });
}

/** DynamoDB knows no empty set: none is a missing attribute. */
function setOrRemove(attribute: string, placeholder: string, members: readonly string[]): UpdateClauses {
  return members.length > 0
    ? clauses({ set: [`${attribute} = ${placeholder}`], values: { [placeholder]: new Set(members) } })
    : clauses({ remove: [attribute] });
}

function clauses(parts: Partial<UpdateClauses>): UpdateClauses {
  return { ...NONE, ...parts };
}

function merge(...parts: readonly UpdateClauses[]): UpdateClauses {
  return {
    set: parts.flatMap(({ set }) => set),
    remove: parts.flatMap(({ remove }) => remove),
    add: parts.flatMap(({ add }) => add),
    values: Object.assign({}, ...parts.map(({ values }) => values)),
  };
}
