import { verifyChain } from '../../../lib/audit/chain-verification.ts';
import { MINT_WINDOW_MS } from '../../../lib/domain/mint-budget.ts';
import { PROMISED_MS } from './schedule.ts';
import type { World } from './world.ts';

const MINTS_PER_WINDOW = 10;

/** What is wrong whatever happened before, in words; nothing at any time. */
export async function brokenPromises(world: World): Promise<string[]> {
  const { witness } = world;
  return [
    ...witness.violations,
    ...mintsTooMany(world),
    ...mintsAtOnce(world),
    ...(await chainFaults(world)),
  ];
}

/** What is wrong with a connection that should be well, in words. */
export async function brokenHealth(world: World): Promise<string[]> {
  return [
    ...credentialFaults(world),
    ...publicationFaults(world),
    ...(await stateFaults(world)),
    ...(await brokenPromises(world)),
  ];
}

/** What Zoho killed may stay current: the one before it does its work. */
function credentialFaults({ witness }: World): string[] {
  const current = witness.credentialAt('AWSCURRENT');
  if (!current) return ['no credential is current'];
  const { refreshToken, generation } = current;
  if (!witness.isLiving(refreshToken)) return [];
  return witness.isProven(refreshToken)
    ? []
    : [`the current credential (generation ${generation}) is unproven`];
}

function publicationFaults({ witness, nowMs }: World): string[] {
  const published = witness.published();
  if (!published) return ['no access token is published'];
  const { accessToken, expiresAt, generation } = published;
  const origin = witness.originOf(accessToken);
  const minter = witness.known().find((known) => known.generation === generation);
  const faults: string[] = [];
  if (Date.parse(expiresAt) < nowMs() + PROMISED_MS)
    faults.push('the published access token is about to expire');
  if (!witness.isAccepted(accessToken)) faults.push('the published access token is not accepted');
  if (minter?.refreshToken !== origin)
    faults.push(`the published generation ${generation} did not mint the token`);
  return faults;
}

async function stateFaults({ state, connection, witness }: World): Promise<string[]> {
  const known = await state.read(connection.id);
  if (!known) return ['no state is known'];
  const faults: string[] = [];
  if (known.lease) faults.push('a lease is left');
  if (known.consecutiveFailures > 0) faults.push(`it fails: ${known.lastFailure?.code}`);
  if (known.stagedAtMs !== null) faults.push('a note of a staged credential is left');
  if (known.incidentId !== null) faults.push('an incident is left open');
  if (known.generation !== witness.published()?.generation) faults.push('the state names another generation');
  return faults;
}

function mintsTooMany({ witness: { mints }, uncountedMints, lateMints }: World): string[] {
  const tokens = new Set(mints.map(({ refreshToken }) => refreshToken));
  const isExceeded = [...tokens].some((token) => {
    const times = mints.filter(({ refreshToken }) => refreshToken === token).map(({ atMs }) => atMs);
    return times.some((fromMs) => {
      const within = times.filter((atMs) => atMs >= fromMs && atMs < fromMs + MINT_WINDOW_MS);
      return within.length > MINTS_PER_WINDOW + uncountedMints + lateMints;
    });
  });
  return isExceeded ? ['asked for more than 10 mints in 10 minutes'] : [];
}

function mintsAtOnce({ zoho: { context } }: World): string[] {
  return context.journal.entries.some(({ concurrency }) => concurrency > 1)
    ? ['asked for two mints at once']
    : [];
}

async function chainFaults({ audit, connection, nowMs }: World): Promise<string[]> {
  const verification = await verifyChain(connection.id, audit.readChain(connection.id), {
    nowMs: nowMs(),
    // No anchor runs here.
    unsealedAcceptedBeforeMs: Number.MAX_SAFE_INTEGER,
    verifySeal: async () => 'invalid',
  });
  return verification.kind === 'intact' ? [] : [`the audit chain: ${verification.fault.found}`];
}
