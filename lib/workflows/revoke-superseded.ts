import pMap from 'p-map';
import { fingerprint } from '../audit/fingerprint.ts';
import type { Connection } from '../config/configuration.ts';
import type { Credential } from '../domain/credential.ts';
import { resolveDataCenter } from '../domain/data-center.ts';
import type { Failure } from '../domain/failure.ts';
import { isRevocationDue } from '../domain/schedule.ts';
import { readCredentialVersion } from '../vault/credential-version.ts';
import { type RevokeOutcome, revokeToken } from '../zoho/token-endpoint.ts';
import { trustedAccountsServer } from '../zoho/trust.ts';
import { type AuditConclusion, auditTrail } from './audit-trail.ts';
import type { RefreshDependencies } from './dependencies.ts';
import { storeFailure } from './failures.ts';
import { type Lease, takeLease } from './lease.ts';
import { refreshUnderLease } from './refresh-under-lease.ts';
import { requesterOf, type ScheduledRun } from './scheduled-run.ts';

/** How soon a revocation that did not work is tried again. */
const RETRY_MS = 30 * 60_000;
/** How many credentials are read at a time to see whether a token is used elsewhere. */
const CONCURRENCY = 10;

/** What became of a connection's replaced refresh tokens. */
export type RevocationOutcome = { readonly connection: string } & (
  | Done
  | Postponed
  | { readonly kind: 'held' | 'deferred' }
);

interface Done {
  readonly kind: 'done';
  readonly revoked: number;
  /** Kept for good, because some connection uses them, or because they are gone by themselves. */
  readonly left: number;
}

const NOTHING_DONE: Done = { kind: 'done', revoked: 0, left: 0 };

/** Zoho, or the audit, could not do its part: nothing is revoked that is not on record. It is tried again later. */
interface Postponed {
  readonly kind: 'postponed';
  readonly failure: Failure;
}

/**
 * Revokes at Zoho the refresh tokens that were replaced and whose grace is over (P5), so that they neither lie about nor
 * count among the 20 that Zoho keeps per user. One that any connection still uses stays, and so do all while what took
 * their place does not prove itself once more: Zoho may have dropped it since the last refresh, and then one of them is
 * the last that lives (P2).
 *
 * @param which.connections every connection of the deployment
 */
export function revokeSuperseded(
  deps: RefreshDependencies,
  which: { revocable: readonly Connection[]; connections: readonly Connection[] },
  { hasTime, ...run }: ScheduledRun & { hasTime: () => boolean },
): Promise<RevocationOutcome[]> {
  const { revocable, connections } = which;
  return pMap(
    revocable,
    async (connection): Promise<RevocationOutcome> => {
      const { id } = connection;
      if (!hasTime()) return { kind: 'deferred', connection: id };
      const obstacle = await refreshFirst(deps, connection, run);
      if (obstacle) return { connection: id, ...obstacle };
      const lease = await takeLease(deps, id, 'scheduled').catch(() => null);
      if (!lease) return { kind: 'held', connection: id };
      return { connection: id, ...(await revokeUnderLease(deps, connection, { lease, connections, run })) };
    },
    { concurrency: CONCURRENCY },
  );
}

/** @returns why nothing can be revoked now; null when the connection has just been refreshed */
async function refreshFirst(
  deps: RefreshDependencies,
  connection: Connection,
  run: ScheduledRun,
): Promise<Done | Postponed | { readonly kind: 'held' } | null> {
  const lease = await takeLease(deps, connection.id, 'scheduled').catch(() => null);
  if (!lease) return { kind: 'held' };
  const { previous, atMs } = lease;
  if (!previous || !isRevocationDue({ ...previous, lease: null }, atMs)) {
    await lease.settle({ kind: 'untouched' });
    return NOTHING_DONE;
  }
  const operation = { connection: connection.id, operation: 'refresh', reason: null } as const;
  const trail = auditTrail(deps, { ...operation, ...requesterOf(run) }, previous.auditHead);
  await trail.recordAttempt();
  const { kind } = await refreshUnderLease(deps, connection, {
    lease,
    trail,
    includeStaged: previous.hasStagedCredential,
    skipFingerprints: previous.deadFingerprints,
  });
  return kind === 'refreshed' ? null : { kind: 'postponed', failure: notProvenFailure() };
}

async function revokeUnderLease(
  deps: RefreshDependencies,
  connection: Connection,
  { lease, ...context }: { lease: Lease; connections: readonly Connection[]; run: ScheduledRun },
): Promise<Done | Postponed> {
  const { previous, atMs } = lease;
  if (!previous?.superseded || !isRevocationDue({ ...previous, lease: null }, atMs)) {
    await lease.settle({ kind: 'untouched' });
    return NOTHING_DONE;
  }
  const { versionIds } = previous.superseded;
  const finished = new Map<string, 'revoked' | 'left'>();
  const postponed = await revokeEach(deps, connection, {
    ...context,
    versionIds,
    generation: previous.generation,
    onFinished: (versionId, what) => finished.set(versionId, what),
  });
  await lease.settle({
    kind: 'revoked',
    leftVersionIds: versionIds.filter((versionId) => !finished.has(versionId)),
    retryAtMs: atMs + RETRY_MS,
  });
  const revoked = [...finished.values()].filter((what) => what === 'revoked').length;
  return postponed ?? { kind: 'done', revoked, left: finished.size - revoked };
}

/** One after the other, as far as it goes. */
async function revokeEach(
  deps: RefreshDependencies,
  connection: Connection,
  task: {
    connections: readonly Connection[];
    run: ScheduledRun;
    versionIds: readonly string[];
    generation: number | null;
    onFinished: (versionId: string, what: 'revoked' | 'left') => void;
  },
): Promise<Postponed | null> {
  try {
    const inUse = await tokensInUse(deps, connection, task);
    if (!inUse) return { kind: 'postponed', failure: notProvenFailure() };
    for (const versionId of task.versionIds) {
      const version = await readCredentialVersion(deps.secretsManager, connection.id, { versionId });
      if (version.kind === 'unusable' || inUse.has(version.credential.refreshToken)) {
        task.onFinished(versionId, 'left');
        continue;
      }
      const outcome = await revokeCredential(deps, connection, {
        credential: version.credential,
        run: task.run,
      });
      if (outcome.kind === 'transient') return { kind: 'postponed', failure: outcome.failure };
      task.onFinished(versionId, outcome.kind === 'revoked' ? 'revoked' : 'left');
    }
    return null;
  } catch (fault) {
    return { kind: 'postponed', failure: storeFailure(fault) };
  }
}

/**
 * Every refresh token that some connection runs on: two may share one.
 *
 * @returns null while one of them does not run on its current credential: then an older one may be what keeps it up
 */
async function tokensInUse(
  { secretsManager, state }: RefreshDependencies,
  connection: Connection,
  { connections, generation }: { connections: readonly Connection[]; generation: number | null },
): Promise<ReadonlySet<string> | null> {
  const current = await readCredentialVersion(secretsManager, connection.id, 'AWSCURRENT');
  if (current.kind === 'unusable' || current.credential.generation !== generation) return null;
  // A refresh token belongs to one client.
  const sharing = connections.filter(
    ({ id, client }) => id !== connection.id && client === connection.client,
  );
  const otherIds = sharing.map(({ id }) => id);
  const states = await state.readAll(otherIds);
  const others = await pMap(otherIds, (id) => readCredentialVersion(secretsManager, id, 'AWSCURRENT'), {
    concurrency: CONCURRENCY,
  });
  const isOnAnEarlierOne = others.some((version, index) => {
    const running = states.get(otherIds[index] ?? '')?.generation ?? null;
    return running !== null && (version.kind === 'unusable' || version.credential.generation !== running);
  });
  if (isOnAnEarlierOne) return null;
  const staged = await readCredentialVersion(secretsManager, connection.id, 'AWSPENDING');
  const tokens = [current, staged, ...others].flatMap((version) => {
    if (version.kind === 'usable') return [version.credential.refreshToken];
    // What is not given out may be the very same token.
    if (version.fault.code === 'SECRET_REFUSED') throw version.fault;
    return [];
  });
  return new Set(tokens);
}

async function revokeCredential(
  deps: RefreshDependencies,
  connection: Connection,
  { credential, run }: { credential: Credential; run: ScheduledRun },
): Promise<{ kind: 'revoked' | 'unknownToken' } | { kind: 'transient'; failure: Failure }> {
  const { accountsServer: issuer, refreshToken, generation } = credential;
  const dataCenter = trustedAccountsServer(issuer, resolveDataCenter(connection.dataCenter));
  if (!dataCenter) return { kind: 'unknownToken' };
  const { clientSecret } = await deps.readClient(connection);
  const notes = { generation, fingerprint: fingerprint(refreshToken, clientSecret) };
  const trail = auditTrail(deps, {
    connection: connection.id,
    operation: 'revoke',
    reason: null,
    ...requesterOf(run),
  });
  // Nothing is taken away that is not on record.
  if (!(await trail.recordAttempt())) return { kind: 'transient', failure: notAuditedFailure() };
  const { accountsServer } = dataCenter;
  const outcome = await revokeToken(deps.zoho, { accountsServer, token: refreshToken });
  await trail.recordOutcome({ ...auditConclusionOf(outcome), ...notes });
  return outcome.kind === 'transient'
    ? { kind: 'transient', failure: notRevokedFailure(outcome.reason) }
    : outcome;
}

function auditConclusionOf(outcome: RevokeOutcome): AuditConclusion {
  switch (outcome.kind) {
    case 'revoked':
      return { outcome: 'succeeded' };
    case 'unknownToken':
      return { outcome: 'unchanged', code: 'TOKEN_UNKNOWN' };
    case 'transient':
      return { outcome: 'failed', code: 'ZOHO_UNAVAILABLE' };
  }
}

const WAIT = 'Nothing to do: it is tried again by itself.';

function notProvenFailure(): Failure {
  return {
    failureClass: 'store',
    code: 'CREDENTIAL_NOT_PROVEN',
    detail: 'The connection does not run on its current credential, so the replaced one is kept.',
    remedy: WAIT,
  };
}

function notAuditedFailure(): Failure {
  return {
    failureClass: 'store',
    code: 'AUDIT_UNAVAILABLE',
    detail: 'The audit took no note, and nothing is revoked that is not on record.',
    remedy: WAIT,
  };
}

function notRevokedFailure(reason: string): Failure {
  return {
    failureClass: 'transient',
    code: 'ZOHO_UNAVAILABLE',
    detail: `Zoho's accounts server did not revoke the replaced refresh token: ${reason}.`,
    remedy: WAIT,
  };
}
