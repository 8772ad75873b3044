import { fingerprint } from '../audit/fingerprint.ts';
import type { Connection } from '../config/configuration.ts';
import type { AccessToken } from '../domain/access-token.ts';
import { type Credential, isBroughtByAdmin, rotatedCredential } from '../domain/credential.ts';
import { type DataCenter, resolveDataCenter } from '../domain/data-center.ts';
import type { Failure } from '../domain/failure.ts';
import {
  type CredentialSource,
  credentialCandidates,
  type UsableCandidate,
} from '../vault/credential-candidates.ts';
import { dropStagedCredential, promoteCredential, stageCredential } from '../vault/credential-secret.ts';
import type { SecretUnusableError } from '../vault/secret-document.ts';
import { type MintedToken, mintAccessToken } from '../zoho/token-endpoint.ts';
import { trustedAccountsServer } from '../zoho/trust.ts';
import type { RenewalDependencies } from './dependencies.ts';
import {
  budgetFailure,
  credentialChangedFailure,
  mintFailure,
  noCredentialFailure,
  organizationFailure,
  probeFailure,
  storeFailure,
  untrustedServerFailure,
} from './failures.ts';
import type { TakeMint } from './mint-allowance.ts';
import { proveAccessToken } from './prove-access-token.ts';
import { publishProvenToken } from './publish-access-token.ts';

export interface RenewalTask {
  readonly connection: Connection;
  /** Whether the last attempt may have left a staged credential behind. */
  readonly includeStaged: boolean;
  /** Versions of the credential known to be dead, which need not be asked about again. */
  readonly skipVersionIds: readonly string[];
  /** The version of the access token that was published last, where it is remembered. */
  readonly replaces: string | null;
  /** The organisation that is pinned, for a credential that names none; null accepts any. */
  readonly organizationId: string | null;
  readonly takeMint: TakeMint;
}

export type Renewal = CandidateRenewal & {
  /** Versions of the credential that Zoho calls dead, as far as they were looked at. */
  readonly deadVersionIds: readonly string[];
};

type CandidateRenewal =
  | {
      readonly kind: 'renewed';
      readonly source: CredentialSource;
      readonly credential: Credential;
      /** Stands in for the credential's refresh token. */
      readonly fingerprint: string;
      /** What the probe named; null where it cannot. */
      readonly organizationId: string | null;
      readonly token: AccessToken;
      readonly publishedVersionId: string;
      /** Whether Zoho sent a new refresh token, which now stands staged and has to prove itself next time. */
      readonly hasStagedCredential: boolean;
      /** The credential that a person's consent or update replaced, if this is what finished it. */
      readonly supersededVersionId: string | null;
    }
  | FailedRenewal;

interface FailedRenewal {
  readonly kind: 'failed';
  readonly failure: Failure;
  readonly retryAtMs?: number;
}

/**
 * Mints an access token from the best credential there is, proves it, and publishes it.
 *
 * A dead credential sends it to the next stored one, and so does a staged one that is wrong in itself; any other failure
 * ends it with everything kept as it was. Never throws: a store's fault is a failure too.
 */
export async function renewAccessToken(deps: RenewalDependencies, task: RenewalTask): Promise<Renewal> {
  const deadVersionIds: string[] = [];
  try {
    return { ...(await renewFromBest(deps, task, deadVersionIds)), deadVersionIds };
  } catch (fault) {
    return { kind: 'failed', failure: storeFailure(fault), deadVersionIds };
  }
}

/** @param deadVersionIds filled with the versions that Zoho calls dead */
async function renewFromBest(
  deps: RenewalDependencies,
  task: RenewalTask,
  deadVersionIds: string[],
): Promise<CandidateRenewal> {
  const { connection, includeStaged } = task;
  const faults: SecretUnusableError[] = [];
  let setAside: FailedRenewal | null = null;
  let deadStagedVersionId: string | null = null;

  for await (const candidate of credentialCandidates(deps.secretsManager, {
    connection: connection.id,
    includeStaged,
  })) {
    if (candidate.kind === 'unusable') {
      faults.push(candidate.fault);
      continue;
    }
    const renewal = task.skipVersionIds.includes(candidate.versionId)
      ? ({ kind: 'dead' } as const)
      : await renewFrom(deps, task, candidate);
    if (renewal.kind === 'dead') {
      deadVersionIds.push(candidate.versionId);
      if (candidate.source === 'staged') deadStagedVersionId = candidate.versionId;
    } else if (renewal.kind === 'failed' && isOnlyItsOwn(renewal.failure, candidate)) {
      setAside = renewal;
    } else {
      if (renewal.kind === 'renewed' && deadStagedVersionId) {
        await dropDeadStaged(deps, connection, deadStagedVersionId);
      }
      return renewal;
    }
  }
  const dead = deadVersionIds.length;
  return setAside ?? { kind: 'failed', failure: noCredentialFailure(connection, { dead, faults }) };
}

/** A staged credential that is wrong in itself must not keep the one that works from being used. */
function isOnlyItsOwn({ failureClass }: Failure, { source }: UsableCandidate): boolean {
  return source === 'staged' && failureClass !== 'transient' && failureClass !== 'throttled';
}

/** Only now that another credential is proven: "dead" is Zoho's word, and it may be wrong. */
async function dropDeadStaged(
  { secretsManager }: RenewalDependencies,
  { id }: Connection,
  versionId: string,
): Promise<void> {
  // What stays labelled costs the next attempt one more mint, and nothing else.
  await dropStagedCredential(secretsManager, { connection: id, versionId }).catch(() => {});
}

async function renewFrom(
  deps: RenewalDependencies,
  task: RenewalTask,
  candidate: UsableCandidate,
): Promise<CandidateRenewal | { kind: 'dead' }> {
  const { connection } = task;
  const { refreshToken } = candidate.credential;
  // The client secret goes wherever the stored credential says, so that address is checked first.
  const home = resolveDataCenter(connection.dataCenter);
  const dataCenter = trustedAccountsServer(candidate.credential.accountsServer, home);
  if (!dataCenter) return { kind: 'failed', failure: untrustedServerFailure(connection) };
  const client = await deps.readClient(connection.client);
  const allowance = await task.takeMint();
  if (allowance.kind === 'spent') {
    return { kind: 'failed', failure: budgetFailure(allowance.freeAtMs), retryAtMs: allowance.freeAtMs };
  }

  // Counted from before the request: a consumer must never hold a token for longer than Zoho does.
  const mintedAtMs = deps.nowMs();
  const { accountsServer } = dataCenter;
  const outcome = await mintAccessToken(deps.zoho, { dataCenter, accountsServer, client, refreshToken });
  switch (outcome.kind) {
    case 'minted':
      return proveAndPublish(deps, task, {
        candidate,
        dataCenter,
        minted: outcome.token,
        mintedAtMs,
        fingerprint: fingerprint(refreshToken, client.clientSecret),
      });
    case 'dead':
      return { kind: 'dead' };
    default:
      return { kind: 'failed', failure: mintFailure(outcome, connection) };
  }
}

interface Minted {
  readonly candidate: UsableCandidate;
  readonly dataCenter: DataCenter;
  readonly minted: MintedToken;
  readonly mintedAtMs: number;
  readonly fingerprint: string;
}

async function proveAndPublish(
  deps: RenewalDependencies,
  task: RenewalTask,
  mint: Minted,
): Promise<CandidateRenewal> {
  const { connection } = task;
  const { candidate, dataCenter, minted, mintedAtMs } = mint;
  const { credential, source } = candidate;
  const hasStagedCredential = await stageRotatedCredential(deps, mint);
  const proof = await proveAccessToken(deps, {
    connection,
    dataCenter,
    minted,
    knownApiDomain: credential.apiDomain,
    organizationId: candidate.organizationId ?? task.organizationId,
  });
  switch (proof.kind) {
    case 'notAccepted':
      return { kind: 'failed', failure: probeFailure(proof.probe, connection) };
    case 'otherOrganization':
      return { kind: 'failed', failure: organizationFailure(connection) };
    case 'proven':
      break;
  }
  const promotion = await promoteIfStaged(deps, candidate);
  if (promotion.kind === 'conflict') return { kind: 'failed', failure: credentialChangedFailure() };
  const { apiDomain, organizationId } = proof;
  const { generation } = credential;
  const published = await publishProvenToken(deps, {
    connection,
    minted,
    mintedAtMs,
    apiDomain,
    generation,
    replaces: task.replaces,
  });
  return {
    kind: 'renewed',
    source,
    credential,
    fingerprint: mint.fingerprint,
    organizationId,
    ...published,
    hasStagedCredential,
    supersededVersionId: promotion.supersededVersionId,
  };
}

/** What a person replaced is to be revoked; what Zoho itself replaced is Zoho's. */
async function promoteIfStaged(
  { secretsManager }: RenewalDependencies,
  { source, credential, versionId, currentVersionId }: UsableCandidate,
): Promise<{ kind: 'promoted'; supersededVersionId: string | null } | { kind: 'conflict' }> {
  if (source !== 'staged') return { kind: 'promoted', supersededVersionId: null };
  const { connection } = credential;
  const replaces = currentVersionId;
  const promotion = await promoteCredential(secretsManager, { connection, versionId, replaces });
  if (promotion.kind === 'conflict') return promotion;
  return {
    kind: 'promoted',
    supersededVersionId: isBroughtByAdmin(credential) ? currentVersionId : null,
  };
}

/**
 * Zoho answers a refresh with no new refresh token today. If one ever comes, the old one may be dead already, so it is
 * made durable before anything else is done. It becomes current once a token was minted from it: by the next refresh.
 *
 * @returns whether there was one
 */
async function stageRotatedCredential(
  deps: RenewalDependencies,
  { candidate, minted }: Minted,
): Promise<boolean> {
  const { refreshToken } = minted;
  if (refreshToken === null || refreshToken === candidate.credential.refreshToken) return false;
  const { newestGeneration } = candidate;
  const rotated = { refreshToken, newestGeneration, nowMs: deps.nowMs() };
  const credential = rotatedCredential(candidate.credential, rotated);
  await stageCredential(deps.secretsManager, { credential, versionId: deps.newId() });
  return true;
}
