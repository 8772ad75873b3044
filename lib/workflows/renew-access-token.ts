import { fingerprint } from '../audit/fingerprint.ts';
import type { Connection } from '../config/configuration.ts';
import { type BackupState, backupStateOf } from '../domain/backup.ts';
import type { ClientSecret } from '../domain/client-secret.ts';
import { type Credential, rotatedCredential } from '../domain/credential.ts';
import { type DataCenter, resolveDataCenter } from '../domain/data-center.ts';
import type { Failure } from '../domain/failure.ts';
import type { BackupUnusableError } from '../vault/backup-faults.ts';
import { credentialCandidates, type UsableCandidate } from '../vault/credential-candidates.ts';
import { dropStagedCredential, putVacancy, stageCredential } from '../vault/credential-secret.ts';
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
  noCredentialFailure,
  organizationFailure,
  outOfTimeFailure,
  probeFailure,
  storeFailure,
  untrustedServerFailure,
} from './failures.ts';
import { makeCurrent, type Standing } from './make-current.ts';
import { proveAccessToken } from './prove-access-token.ts';
import { publishProvenToken } from './publish-access-token.ts';
import type { CandidateRenewal, FailedRenewal, Renewal, RenewalTask } from './renewal.ts';

/** What an attempt finds out on its way, whatever comes of it. */
interface Findings {
  readonly deadFingerprints: string[];
  readonly repairs: SecretRepair[];
  /** What was passed over because it could not be used. */
  readonly faults: (SecretUnusableError | BackupUnusableError)[];
  /** Whether the current credential was called dead once more. */
  isDeathConfirmed: boolean;
  /** What was asked about and refused for another reason than that it is dead. */
  readonly refused: Map<string, FailedRenewal>;
}

/**
 * Mints an access token from the best credential there is, proves it, and publishes it.
 *
 * A dead credential sends it to the next stored one, and so does one that is wrong in itself unless it is the current
 * one; any other failure ends it with everything kept as it was. Never throws: a store's fault is a failure too.
 */
export async function renewAccessToken(deps: RenewalDependencies, task: RenewalTask): Promise<Renewal> {
  const findings: Findings = {
    deadFingerprints: [],
    repairs: [],
    faults: [],
    isDeathConfirmed: false,
    refused: new Map(),
  };
  const { deadFingerprints, repairs } = findings;
  try {
    return { ...(await renewFromBest(deps, task, findings)), deadFingerprints, repairs };
  } catch (fault) {
    return { kind: 'failed', failure: storeFailure(fault), deadFingerprints, repairs };
  }
}

/** What is begun later would not end within what an attempt may take; the next attempt skips what this one found dead. */
const LAST_CANDIDATE_AFTER_MS = 30_000;

async function renewFromBest(
  deps: RenewalDependencies,
  task: RenewalTask,
  findings: Findings,
): Promise<CandidateRenewal> {
  const { connection, includeStaged, organizationId: pinnedOrganizationId } = task;
  const { faults } = findings;
  const beganMs = deps.nowMs();
  let isCurrentDead = false;
  let setAside: FailedRenewal | null = null;
  let deadStagedVersionId: string | null = null;

  const search = { connection: connection.id, includeStaged, pinnedOrganizationId };
  for await (const candidate of credentialCandidates(deps, search, findings.repairs)) {
    if (deps.nowMs() - beganMs > LAST_CANDIDATE_AFTER_MS) {
      return setAside ?? { kind: 'failed', failure: outOfTimeFailure() };
    }
    if (candidate.kind === 'unusable') {
      faults.push(candidate.fault);
      continue;
    }
    const renewal = await renewFrom(deps, task, { candidate, findings });
    if (renewal.kind === 'dead') {
      if (candidate.source === 'staged') deadStagedVersionId = candidate.versionId;
      if (candidate.source === 'current') {
        isCurrentDead = true;
        findings.isDeathConfirmed = isAskedAgain(task, renewal.fingerprint);
      }
    } else if (renewal.kind === 'failed' && isOnlyItsOwn(renewal.failure, candidate)) {
      setAside ??= renewal;
    } else if (renewal.kind === 'renewed' && deadStagedVersionId !== null) {
      return { ...renewal, isStagedDropped: await dropDeadStaged(deps, connection, deadStagedVersionId) };
    } else if (renewal.kind === 'failed' && setAside && renewal.failure.code === 'MINT_BUDGET_SPENT') {
      // What an operator has to do counts for more than that there is a wait.
      return { ...renewal, failure: setAside.failure };
    } else {
      return renewal;
    }
  }
  const dead = findings.deadFingerprints.length;
  return (
    setAside ?? { kind: 'failed', failure: noCredentialFailure(connection, { dead, isCurrentDead, faults }) }
  );
}

/** One word of Zoho's may be wrong; the same word again is believed. */
function isAskedAgain({ deadFingerprints, skipFingerprints }: RenewalTask, fingerprint: string): boolean {
  return deadFingerprints.includes(fingerprint) && !skipFingerprints.includes(fingerprint);
}

/** One that is wrong in itself must not keep another one that works from being used; the current one is what counts. */
function isOnlyItsOwn({ failureClass }: Failure, { source }: UsableCandidate): boolean {
  switch (source) {
    case 'current':
      return false;
    case 'staged':
      return failureClass !== 'transient' && failureClass !== 'throttled';
    case 'previous':
    case 'backupTable':
    case 'backupBucket':
      return failureClass === 'misconfigured';
  }
}

/**
 * Only now that another credential is proven: "dead" is Zoho's word, and it may be wrong.
 *
 * @returns whether it is gone
 */
function dropDeadStaged(
  { secretsManager }: RenewalDependencies,
  { id }: Connection,
  versionId: string,
): Promise<boolean> {
  // What stays labelled costs the next attempt one more mint, and nothing else.
  return dropStagedCredential(secretsManager, { connection: id, versionId }).then(
    () => true,
    () => false,
  );
}

async function renewFrom(
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
  const hasStagedCredential = await stageRotatedCredential(deps, mint, findings);
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

/**
 * Zoho answers a refresh with no new refresh token today. If one ever comes, the old one may be dead already, so it is
 * made durable before anything else is done. It becomes current once a token was minted from it: by the next refresh.
 *
 * @returns whether there was one
 */
async function stageRotatedCredential(
  deps: RenewalDependencies,
  { candidate, minted }: Minted,
  { repairs }: Findings,
): Promise<boolean> {
  const { refreshToken } = minted;
  if (refreshToken === null || refreshToken === candidate.credential.refreshToken) return false;
  const { newestGeneration } = candidate;
  const rotated = { refreshToken, newestGeneration, nowMs: deps.nowMs() };
  const credential = rotatedCredential(candidate.credential, rotated);
  if (candidate.currentVersionId === null) {
    // The first version of a secret would be current at once.
    const { connection } = credential;
    repairs.push(...(await putVacancy(deps, { connection, versionId: deps.newId() })));
  }
  repairs.push(...(await stageCredential(deps, { credential, versionId: deps.newId() })));
  return true;
}
