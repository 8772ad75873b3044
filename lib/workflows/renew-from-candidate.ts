import { fingerprint } from '../audit/fingerprint.ts';
import { type BackupState, backupStateOf } from '../domain/backup.ts';
import type { ClientSecret } from '../domain/client-secret.ts';
import type { Credential } from '../domain/credential.ts';
import { type DataCenter, resolveDataCenter } from '../domain/data-center.ts';
import type { BackupUnusableError } from '../vault/backup-faults.ts';
import type { UsableCandidate } from '../vault/credential-candidates.ts';
import type { SecretUnusableError } from '../vault/secret-document.ts';
import type { SecretRepair } from '../vault/secret-repair.ts';
import { type MintedToken, mintAccessToken } from '../zoho/token-endpoint.ts';
import { trustedAccountsServer } from '../zoho/trust.ts';
import { backUpRunning } from './back-up-running.ts';
import type { RenewalDependencies } from './dependencies.ts';
import {
  budgetFailure,
  credentialChangedFailure,
  mintFailure,
  organizationFailure,
  probeFailure,
  untrustedServerFailure,
} from './failures.ts';
import { makeCurrent, type Standing } from './make-current.ts';
import { proveAccessToken } from './prove-access-token.ts';
import { publishProvenToken } from './publish-access-token.ts';
import type { CandidateRenewal, FailedRenewal, RenewalTask } from './renewal.ts';
import { stageRotatedCredential } from './stage-rotated.ts';

/** What an attempt finds out on its way, whatever comes of it. */
export interface Findings {
  readonly deadFingerprints: string[];
  readonly repairs: SecretRepair[];
  /** How long each token request took. */
  readonly mintLatenciesMs: number[];
  /** What was passed over because it could not be used. */
  readonly faults: (SecretUnusableError | BackupUnusableError)[];
  /** Whether the current credential was called dead once more. */
  isDeathConfirmed: boolean;
  /** What was asked about and refused for another reason than that it is dead. */
  readonly refused: Map<string, FailedRenewal>;
}

/**
 * Mints an access token from one stored credential, proves it, makes the credential current, and publishes the token.
 *
 * What was called dead or refused under the same client before is not asked about again.
 *
 * @returns `dead` when Zoho says so of this credential; whatever else ended it is the renewal's own outcome
 * @throws the stores' faults
 */
export async function renewFromCandidate(
  deps: RenewalDependencies,
  task: RenewalTask,
  { candidate, findings }: { candidate: UsableCandidate; findings: Findings },
): Promise<CandidateRenewal | { kind: 'dead'; fingerprint: string }> {
  const { connection } = task;
  const { refreshToken } = candidate.credential;
  // The client secret goes wherever the stored credential says, so that address is checked first.
  const home = resolveDataCenter(connection.dataCenter);
  const dataCenter = trustedAccountsServer(candidate.credential.accountsServer, home);
  if (!dataCenter) return { kind: 'failed', failure: untrustedServerFailure(connection) };
  const client = await deps.readClient(connection);
  const mark = fingerprint(refreshToken, client.clientSecret);
  // The same token may lie in several stores.
  if (findings.deadFingerprints.includes(mark)) return { kind: 'dead', fingerprint: mark };
  if (task.skipFingerprints.includes(mark)) {
    findings.deadFingerprints.push(mark);
    return { kind: 'dead', fingerprint: mark };
  }
  const refused = findings.refused.get(mark);
  if (refused) return refused;
  const allowance = await task.takeMint();
  if (allowance.kind === 'spent') {
    return { kind: 'failed', failure: budgetFailure(allowance.freeAtMs), retryAtMs: allowance.freeAtMs };
  }

  // Counted from before the request: a consumer must never hold a token for longer than Zoho does.
  const mintedAtMs = deps.nowMs();
  const { accountsServer } = dataCenter;
  const outcome = await mintAccessToken(deps.zoho, { dataCenter, accountsServer, client, refreshToken });
  findings.mintLatenciesMs.push(deps.nowMs() - mintedAtMs);
  switch (outcome.kind) {
    case 'minted': {
      const mint = { candidate, dataCenter, client, minted: outcome.token, mintedAtMs, fingerprint: mark };
      return proveAndPublish(deps, task, { mint, findings });
    }
    case 'dead':
      findings.deadFingerprints.push(mark);
      return { kind: 'dead', fingerprint: mark };
    default: {
      const failed: FailedRenewal = { kind: 'failed', failure: mintFailure(outcome, connection) };
      findings.refused.set(mark, failed);
      return failed;
    }
  }
}

interface Minted {
  readonly candidate: UsableCandidate;
  readonly dataCenter: DataCenter;
  readonly client: ClientSecret;
  readonly minted: MintedToken;
  readonly mintedAtMs: number;
  readonly fingerprint: string;
}

async function proveAndPublish(
  deps: RenewalDependencies,
  task: RenewalTask,
  { mint, findings }: { mint: Minted; findings: Findings },
): Promise<CandidateRenewal> {
  const { connection, knownGeneration, supersededVersionIds } = task;
  const { candidate, dataCenter, client, minted, mintedAtMs } = mint;
  const hasStagedCredential = await stageRotatedCredential(deps, { ...candidate, minted }, findings.repairs);
  const proof = await proveAccessToken(deps, {
    connection,
    dataCenter,
    minted,
    knownApiDomain: candidate.credential.apiDomain,
    organizationId: candidate.organizationId,
  });
  switch (proof.kind) {
    case 'notAccepted':
      return { kind: 'failed', failure: probeFailure(proof.probe, connection) };
    case 'otherOrganization':
      return { kind: 'failed', failure: organizationFailure(connection) };
    case 'proven':
      break;
  }
  const mayBeNewer = findings.faults.some(({ code }) => code === 'BACKUP_UNREADABLE');
  const proven = {
    candidate,
    client,
    knownGeneration,
    supersededVersionIds,
    hasStagedCredential,
    mayBeNewer,
    isDeathConfirmed: findings.isDeathConfirmed,
  };
  const standing = await makeCurrent(deps, proven);
  findings.repairs.push(...standing.repairs);
  if (standing.kind === 'conflict') return { kind: 'failed', failure: credentialChangedFailure() };
  const { apiDomain, organizationId } = proof;
  const { repairs, ...published } = await publishProvenToken(deps, {
    connection,
    minted,
    mintedAtMs,
    apiDomain,
    generation: standing.credential.generation,
    replaces: task.replaces,
  });
  findings.repairs.push(...repairs);
  const backedUp = await backUp(deps, task, { mint, standing, findings });
  return {
    kind: 'renewed',
    source: candidate.source,
    credential: backedUp?.credential ?? standing.credential,
    isCurrent: standing.isCurrent,
    fingerprint: mint.fingerprint,
    organizationId,
    ...published,
    hasStagedCredential,
    isStagedDropped: false,
    supersededVersionId: standing.supersededVersionId,
    backup: backedUp?.backup ?? null,
  };
}

/** Only where it is new costs a backup any call, and only after consumers have their token. */
async function backUp(
  deps: RenewalDependencies,
  task: RenewalTask,
  done: { mint: Minted; standing: Extract<Standing, { kind: 'standing' }>; findings: Findings },
): Promise<{ credential: Credential; backup: BackupState } | null> {
  const { mint, standing, findings } = done;
  const { candidate, client, fingerprint: mark } = mint;
  const { credential, backupStores } = standing;
  if (backupStores) return { credential, backup: backupStateOf(mark, backupStores, deps.nowMs()) };
  const { source, versionId } = candidate;
  if (source !== 'current' || versionId === null || task.isBackedUp(mark)) return null;
  // Something staged that is dead is no generation that this one has to be beyond.
  const newestGeneration = Math.max(credential.generation, task.knownGeneration);
  const running = { credential, client, fingerprint: mark, versionId, newestGeneration };
  const { repairs, ...backedUp } = await backUpRunning(deps, running);
  findings.repairs.push(...repairs);
  return backedUp;
}
