import type { BackupState } from '../domain/backup.ts';
import type { Recovery } from '../domain/connection-state.ts';
import type { CredentialPlace } from '../domain/credential.ts';
import { KeeperError } from '../domain/errors.ts';
import type { Failure } from '../domain/failure.ts';
import { type Health, healthAfterFailure } from '../domain/health.ts';
import { nextRefreshAtMs, nextRetryAtMs, REVOCATION_GRACE_MS } from '../domain/schedule.ts';
import { LONGEST_LIFETIME_MS } from '../domain/token-lifetime.ts';
import type { Settlement } from '../guards/settlement.ts';
import type { SecretRepair } from '../vault/secret-repair.ts';
import type { Renewal } from './renewal.ts';

/** What became of one attempt to refresh one connection. */
export type RefreshOutcome = { readonly connection: string } & (
  | RecordedConclusion
  | { readonly kind: 'notDue'; readonly nextAttemptAtMs: number }
  /** Somebody else is at work on this connection. */
  | { readonly kind: 'held' }
  /** The invocation's time ran out before this connection's turn: the sweep takes it up. */
  | { readonly kind: 'deferred' }
);

export type RecordedConclusion = Conclusion & {
  /** Whether the state table took note; without it a refresh goes on, and says so. */
  readonly stateRecorded: boolean;
  /** Whether the audit did, likewise. */
  readonly auditRecorded: boolean;
};

export type Conclusion = Pick<Renewal, 'mintLatenciesMs'> & (Refreshed | Failed);

interface Refreshed {
  readonly kind: 'refreshed';
  readonly generation: number;
  readonly source: CredentialPlace;
  /** What was lost and came back, such as `recreated zoho/crm/credential`. */
  readonly repairs: readonly string[];
  /** What is known of the backups now, if anybody looked. */
  readonly backup: BackupState | null;
  readonly expiresAtMs: number;
  readonly nextAttemptAtMs: number;
}

interface Failed {
  readonly kind: 'failed';
  readonly failure: Failure;
  readonly health: Health;
  /** Until when the published token is valid; null when there is none, or it is not known. */
  readonly consumersFineUntilMs: number | null;
  readonly nextAttemptAtMs: number;
  readonly consecutiveFailures: number;
}

/** What was known of a connection before the attempt. */
export interface KnownBefore {
  readonly consecutiveFailures: number;
  readonly accessTokenExpiresAtMs: number | null;
  /** One of the credentials that were replaced and are not revoked yet; null when there is none. */
  readonly supersededVersionId: string | null;
}

/**
 * What a renewal means: for whoever asked, and for the state.
 *
 * @param random from 0 (inclusive) to 1 (exclusive)
 */
export function conclude(
  renewal: Renewal,
  before: KnownBefore,
  nowMs: number,
  random: number,
): { outcome: Conclusion; settlement: Settlement } {
  const { deadFingerprints, mintLatenciesMs } = renewal;
  switch (renewal.kind) {
    case 'renewed': {
      const { source, repairs, backup } = renewal;
      const { generation } = renewal.credential;
      const expiresAtMs = Math.min(Date.parse(renewal.token.expiresAt), nowMs + LONGEST_LIFETIME_MS);
      const nextAttemptAtMs = nextRefreshAtMs(nowMs, expiresAtMs);
      return {
        outcome: {
          kind: 'refreshed',
          generation,
          source,
          repairs: repairs.map(describeRepair),
          backup,
          expiresAtMs,
          nextAttemptAtMs,
          mintLatenciesMs,
        },
        settlement: {
          kind: 'refreshed',
          generation,
          ...credentialNotes(renewal),
          publishedVersionId: renewal.publishedVersionId,
          accessTokenExpiresAtMs: expiresAtMs,
          atMs: nowMs,
          nextAttemptAtMs,
          deadFingerprints,
          hasStagedCredential: renewal.hasStagedCredential,
          superseded: supersession(supersededBy(renewal, before), nowMs),
        },
      };
    }
    case 'failed': {
      const { failure } = renewal;
      const { failureClass } = failure;
      const { accessTokenExpiresAtMs } = before;
      const consecutiveFailures = before.consecutiveFailures + 1;
      const health = healthAfterFailure(failureClass, accessTokenExpiresAtMs, nowMs);
      const nextAttemptAtMs =
        renewal.retryAtMs ??
        nextRetryAtMs({ failureClass, consecutiveFailures, accessTokenExpiresAtMs }, nowMs, random);
      const shared = { health, nextAttemptAtMs, consecutiveFailures };
      return {
        outcome: {
          kind: 'failed',
          failure,
          consumersFineUntilMs: accessTokenExpiresAtMs,
          mintLatenciesMs,
          ...shared,
        },
        settlement: { kind: 'failed', failure, atMs: nowMs, deadFingerprints, ...shared },
      };
    }
  }
}

/**
 * What came back, if anything that was lost or of no use did, or was taken to be.
 *
 * @param lost the secrets that were taken for lost before
 */
export function recoveryOf(
  from: CredentialPlace,
  repairs: readonly SecretRepair[],
  atMs: number,
  lost: readonly string[] = [],
): Recovery | null {
  const unrepaired = lost.filter((secret) => repairs.every(({ secretId }) => secretId !== secret));
  const isFoundElsewhere = from !== 'current' && from !== 'staged';
  if (!isFoundElsewhere && repairs.length === 0 && unrepaired.length === 0) return null;
  return { atMs, from, repairs: repairs.map(describeRepair), unrepaired };
}

/** Such as `recreated zoho/crm/credential`. */
function describeRepair({ kind, secretId }: SecretRepair): string {
  return `${kind} ${secretId}`;
}

/** Where a replaced credential had to mint once more, its grace begins anew: consumers hold an access token of it. */
function supersededBy(renewal: Extract<Renewal, { kind: 'renewed' }>, before: KnownBefore): string | null {
  const isEarlier = renewal.source !== 'current' && renewal.source !== 'staged';
  return isEarlier ? before.supersededVersionId : renewal.supersededVersionId;
}

/** What the state remembers of the credential that an access token was minted from. */
export function credentialNotes({
  credential,
  organizationId,
}: Pick<Extract<Renewal, { kind: 'renewed' }>, 'credential' | 'organizationId'>): Pick<
  Extract<Settlement, { kind: 'refreshed' }>,
  'credential' | 'organizationId'
> {
  const { source, obtainedAt } = credential;
  return { credential: { source, obtainedAtMs: Date.parse(obtainedAt) }, organizationId };
}

/** A replaced refresh token is revoked once nobody can hold an access token of it any more (P5). */
export function supersession(
  versionId: string | null,
  nowMs: number,
): Extract<Settlement, { kind: 'refreshed' }>['superseded'] {
  return versionId === null ? null : { versionId, revokeAtMs: nowMs + REVOCATION_GRACE_MS };
}

/** Refreshes failed and no state says when to try again: the invocation has to be repeated. */
export class RefreshIncompleteError extends KeeperError {
  readonly code = 'REFRESH_INCOMPLETE';
}

/**
 * Sees to it that somebody retries what failed, or was not begun. The sweep does, from the state; what the state table
 * took no note of is left to whoever repeats the invocation. Not a throttle: asking again within minutes prolongs it.
 *
 * @throws {RefreshIncompleteError} naming the connections
 */
export function assertRetriesRecorded(outcomes: readonly RefreshOutcome[]): void {
  const isStateLost = outcomes.some((outcome) => 'stateRecorded' in outcome && !outcome.stateRecorded);
  const forgotten = outcomes.filter((outcome) => isStateLost && needsRetry(outcome));
  if (forgotten.length === 0) return;
  const names = forgotten.map(({ connection }) => connection).join(', ');
  throw new RefreshIncompleteError(
    `The refresh of ${names} is to be repeated, and the state table took no note: so is this invocation.`,
  );
}

function needsRetry(outcome: RefreshOutcome): boolean {
  switch (outcome.kind) {
    case 'failed':
      return !outcome.stateRecorded && outcome.failure.failureClass !== 'throttled';
    case 'deferred':
      return true;
    case 'refreshed':
    case 'notDue':
    case 'held':
      return false;
  }
}
