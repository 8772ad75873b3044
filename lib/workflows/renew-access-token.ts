import type { Connection } from '../config/configuration.ts';
import type { Failure } from '../domain/failure.ts';
import { credentialCandidates, type UsableCandidate } from '../vault/credential-candidates.ts';
import { dropStagedCredential } from '../vault/credential-secret.ts';
import type { RenewalDependencies } from './dependencies.ts';
import { noCredentialFailure, outOfTimeFailure, storeFailure } from './failures.ts';
import { type Findings, renewFromCandidate } from './renew-from-candidate.ts';
import type { CandidateRenewal, FailedRenewal, Renewal, RenewalTask } from './renewal.ts';

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
    mintLatenciesMs: [],
    faults: [],
    isDeathConfirmed: false,
    refused: new Map(),
  };
  const { deadFingerprints, repairs, mintLatenciesMs } = findings;
  const found = { deadFingerprints, repairs, mintLatenciesMs };
  try {
    return { ...(await renewFromBest(deps, task, findings)), ...found };
  } catch (fault) {
    return { kind: 'failed', failure: storeFailure(fault), ...found };
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
    const renewal = await renewFromCandidate(deps, task, { candidate, findings });
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
