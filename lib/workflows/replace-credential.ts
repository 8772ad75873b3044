import { fingerprint } from '../audit/fingerprint.ts';
import { type BackupState, backupStateOf } from '../domain/backup.ts';
import { type Credential, supersedes } from '../domain/credential.ts';
import { missingScopes } from '../domain/scopes.ts';
import { putVacancy, stageCredential, unstageCredential } from '../vault/credential-secret.ts';
import { storesOf } from '../vault/keep-backup.ts';
import type { SecretRepair } from '../vault/secret-repair.ts';
import { readStandingCredentials } from '../vault/standing-credentials.ts';
import type { RenewalDependencies } from './dependencies.ts';
import { establishCredential } from './establish-credential.ts';
import { type ProofOutcome, proveAccessToken } from './prove-access-token.ts';
import { type PublishedToken, publishProvenToken } from './publish-access-token.ts';
import { type FailedReplacement, redeemGrant } from './redeem-grant.ts';
import { type Candidate, candidateOf, type ReplacementTask } from './replacement-candidate.ts';
import {
  brokenStoreFailure,
  changedFailure,
  organizationUnknownFailure,
  otherOrganizationFailure,
  type ReplacementFailure,
  scopeFailure,
  unprovenFailure,
} from './replacement-failure.ts';

export type Replacement =
  | (ProvenCredential &
      PublishedToken & {
        readonly kind: 'replaced' | 'unchanged';
        /** The credential that it took the place of, to be revoked after a while; null when there was none. */
        readonly supersededVersionId: string | null;
        readonly replacedFingerprint: string | null;
        /** What is known of the backups now; null leaves what was known before. */
        readonly backup: BackupState | null;
      })
  | (ProvenCredential & { readonly kind: 'proven' })
  /** Stored safely, but not through with everything; the next sweep finishes it. */
  | {
      readonly kind: 'unfinished';
      readonly generation: number;
      readonly fingerprint: string;
      readonly supersededVersionId: string | null;
    }
  | FailedReplacement;

interface ProvenCredential {
  readonly credential: Credential;
  readonly fingerprint: string;
  /** What the probe named; null where it cannot. */
  readonly organizationId: string | null;
}

/**
 * Replaces a connection's credential: obtain, keep, prove, promote, publish. Whatever fails, the running credential stays
 * as it is. Never throws.
 *
 * A refresh token that nobody else holds is staged before anything else is done with it (P3). One that the admin brought
 * is proven first: the admin still has it, and what is mistyped never gets near the store. Nothing becomes current before
 * Zoho accepted it (P1).
 */
export async function replaceCredential(
  deps: RenewalDependencies,
  task: ReplacementTask,
): Promise<Replacement> {
  try {
    const standing = await readStandingCredentials(deps.secretsManager, deps.backups, task.connection.id);
    const client = await deps.readClient(task.connection);
    const obtained = await redeemGrant(deps, { ...task, client, takeMint: task.lease?.takeMint ?? null });
    if (obtained.kind === 'failed') return obtained;
    return await replaceBy(deps, candidateOf(deps, { task, standing, client, issued: obtained.issued }));
  } catch (fault) {
    return { kind: 'failed', failure: brokenStoreFailure(fault) };
  }
}

async function replaceBy(deps: RenewalDependencies, candidate: Candidate): Promise<Replacement> {
  const { task, issued } = candidate;
  const { isOnlyCopy, isRotated } = issued;
  const kept = isOnlyCopy ? await stage(deps, candidate) : null;

  const proof = await prove(deps, candidate);
  if (proof.kind === 'failed') {
    if (!kept) return proof;
    // Time helps, and the sweep asks again. Of anything else nothing is to be left.
    if (proof.failure.kind === 'unavailable') return unfinished(candidate);
    await unstage(deps, candidate);
    return proof;
  }
  if (isRotated) return unfinished(candidate);
  const proven = { ...candidate, credential: proof.credential };
  if (task.isDryRun) return { kind: 'proven', ...provenParts(proven, proof) };
  if (isCurrent(proven, proof)) {
    if (kept) await unstage(deps, candidate);
    return publish(deps, proven, { proof, kind: 'unchanged', repairs: kept?.repairs ?? [], backup: null });
  }
  if (!task.lease) {
    if (!kept) await stage(deps, proven);
    return unfinished(candidate);
  }
  return establish(deps, proven, { proof, kept });
}

/** What was staged before its organisation was known is staged once more: the organisation is pinned in the document. */
async function establish(
  deps: RenewalDependencies,
  candidate: Candidate,
  { proof, kept }: { proof: Proven; kept: Kept | null },
): Promise<Replacement> {
  const { standing, client, credential, versionId } = candidate;
  const isAsStaged = kept !== null && kept.organizationId === credential.organizationId;
  const established = await establishCredential(deps, {
    credential,
    client,
    stagedVersionId: isAsStaged ? versionId : null,
    isStored: candidate.task.grant.kind === 'stored',
    currentVersionId: kept?.currentVersionId ?? standing.currentVersionId,
    newestGeneration: Math.max(standing.newestGeneration, credential.generation),
  });
  if (established.kind === 'conflict') return { kind: 'failed', failure: changedFailure() };
  const mark = fingerprint(credential.refreshToken, client.clientSecret);
  return publish(
    deps,
    { ...candidate, credential: established.credential },
    {
      proof,
      kind: 'replaced',
      repairs: [...(kept?.repairs ?? []), ...established.repairs],
      backup: backupStateOf(mark, storesOf(established.backup), deps.nowMs()),
    },
  );
}

/** A candidate that was staged before it was proven. */
interface Kept {
  /** What a promotion replaces: a secret that was empty has a vacancy now. */
  readonly currentVersionId: string;
  /** As it was staged. */
  readonly organizationId: string | null;
  readonly repairs: readonly SecretRepair[];
}

async function stage(
  deps: RenewalDependencies,
  { standing, credential, versionId }: Candidate,
): Promise<Kept> {
  const repairs: SecretRepair[] = [];
  let { currentVersionId } = standing;
  if (currentVersionId === null) {
    currentVersionId = deps.newId();
    const vacancy = { connection: credential.connection, versionId: currentVersionId };
    repairs.push(...(await putVacancy(deps, vacancy)));
  }
  repairs.push(...(await stageCredential(deps, { credential, versionId })));
  return { currentVersionId, organizationId: credential.organizationId, repairs };
}

/** What stays labelled costs the next attempt one more mint, and nothing else. */
async function unstage(
  { secretsManager }: RenewalDependencies,
  { credential, versionId, standing }: Candidate,
): Promise<void> {
  const displacedVersionId = standing.stagedVersionId;
  await unstageCredential(secretsManager, {
    connection: credential.connection,
    versionId,
    displacedVersionId,
  }).catch(() => {});
}

type Proven = Extract<ProofOutcome, { kind: 'proven' }> & { readonly credential: Credential };

async function prove(
  deps: RenewalDependencies,
  { task, issued, credential }: Candidate,
): Promise<Proven | FailedReplacement> {
  const { connection, dataCenter } = task;
  const failed = (failure: ReplacementFailure): FailedReplacement => ({ kind: 'failed', failure });
  const missing = missingScopes(connection.scopes, credential.scopes);
  if (missing.length > 0) return failed(scopeFailure(missing));

  const { minted } = issued;
  const { organizationId } = credential;
  const proof = await proveAccessToken(deps, {
    connection,
    dataCenter,
    minted,
    knownApiDomain: null,
    organizationId,
  });
  switch (proof.kind) {
    case 'notAccepted':
      return failed(unprovenFailure(proof.probe, connection));
    case 'otherOrganization':
      return failed(otherOrganizationFailure(connection));
    case 'proven':
      if (task.expectedOrganizationId !== null && proof.organizationId === null) {
        return failed(organizationUnknownFailure());
      }
      return {
        ...proof,
        credential: { ...credential, organizationId: proof.organizationId ?? organizationId },
      };
  }
}

/** Whether it is the very credential that runs, so that there is nothing to replace. */
function isCurrent({ standing, credential }: Candidate, { organizationId }: Proven): boolean {
  const { current } = standing;
  if (current?.refreshToken !== credential.refreshToken) return false;
  return (
    current.organizationId === null || organizationId === null || current.organizationId === organizationId
  );
}

async function publish(
  deps: RenewalDependencies,
  candidate: Candidate,
  done: {
    proof: Proven;
    kind: 'replaced' | 'unchanged';
    repairs: readonly SecretRepair[];
    backup: BackupState | null;
  },
): Promise<Replacement> {
  const { task, standing, issued, client } = candidate;
  const { proof, kind, backup } = done;
  const { current } = standing;
  const credential = kind === 'unchanged' && current ? current : candidate.credential;
  const isSuperseding = kind === 'replaced' && current !== null && supersedes(credential);
  const supersededVersionId = isSuperseding ? standing.currentVersionId : null;
  try {
    const published = await publishProvenToken(deps, {
      connection: task.connection,
      minted: issued.minted,
      mintedAtMs: issued.mintedAtMs,
      apiDomain: proof.apiDomain,
      generation: credential.generation,
      replaces: task.lease?.previous?.publishedVersionId ?? null,
    });
    return {
      kind,
      ...provenParts({ ...candidate, credential }, proof),
      ...published,
      repairs: [...done.repairs, ...published.repairs],
      supersededVersionId,
      replacedFingerprint:
        kind === 'replaced' && current ? fingerprint(current.refreshToken, client.clientSecret) : null,
      backup,
    };
  } catch {
    // The credential stands; the next sweep mints from it and publishes.
    return { ...unfinished({ ...candidate, credential }), supersededVersionId };
  }
}

function unfinished({ credential, client }: Candidate): Extract<Replacement, { kind: 'unfinished' }> {
  return {
    kind: 'unfinished',
    generation: credential.generation,
    fingerprint: fingerprint(credential.refreshToken, client.clientSecret),
    supersededVersionId: null,
  };
}

function provenParts({ credential, client }: Candidate, { organizationId }: Proven): ProvenCredential {
  return {
    credential,
    fingerprint: fingerprint(credential.refreshToken, client.clientSecret),
    organizationId,
  };
}
