import type { ConnectionState } from '../../lib/domain/connection-state.ts';
import { decideDue, isBackupCheckDue, isRevocationDue } from '../../lib/domain/schedule.ts';
import { newestBackups } from '../../lib/vault/find-backups.ts';
import { accessTokenSecretName, credentialSecretName } from '../../lib/vault/secret-names.ts';
import type { AdminDependencies } from '../../lib/workflows/admin-operation.ts';
import {
  type ActOutcome,
  askForLink,
  consentElsewhere,
  consentTo,
  grantCode,
  override,
  putByOperator,
  reauthorize,
  refreshByAdmin,
  restore,
  sweep,
  takeRedirect,
  tick,
} from '../support/faults/acts.ts';
import { through } from '../support/faults/journey.ts';
import { emptyBucket, emptyTable, loseSecret, secretOf } from '../support/faults/losses.ts';
import { brokenHealth } from '../support/faults/promises.ts';
import { type Reader, reader } from '../support/faults/reader.ts';
import { MINUTE_MS, nextTickAtMs } from '../support/faults/ticks.ts';
import { type Troubles, troubles } from '../support/faults/trouble.ts';
import { inTurns } from '../support/faults/turns.ts';
import { STRANGER, type Universe, type World } from '../support/faults/world.ts';
import { fate } from './fate.ts';
import type { Act, History, LOSSES, Step } from './history.ts';

/** Long enough for somebody else's attempt to end, as in functions/container.ts. */
const LEASE_PATIENCE_MS = 5_000;
/** Without the state table: from the current credential, the previous one, the staged one. */
const MINTS_OF_A_TICK = 3;
/** Lambda repeats an event twice. */
const REPEATS = 2;
/** The time in which everything is done by itself: a tick, a retry, and what was replaced is revoked. */
const AFTERWARDS_MINUTES = 140;

/** A history on its way. */
interface Life {
  readonly world: World;
  readonly troubles: Troubles;
  readonly reader: Reader;
  /** Refresh tokens that Zoho has taken back. */
  readonly killed: string[];
  /** As it was after the last invocation; undefined when somebody may have changed it since. */
  state: ConnectionState | null | undefined;
  /** How often Lambda still repeats a tick that failed. */
  repeats: number;
}

/**
 * Lives through a history, lets all trouble end, and looks.
 *
 * @returns what is wrong, in words
 */
export async function live(universe: Universe, { start, steps }: History): Promise<string[]> {
  const world = await universe.newWorld();
  const watching = reader(world);
  const trouble = troubles(world, ({ how, service }) => {
    if (service === 'DynamoDB') world.uncountedMints = MINTS_OF_A_TICK;
    if (how === 'dead') watching.onLoss();
    else watching.onTrouble();
  });
  world.passage = through((journey) => world.turn().then(() => journey.serve()), trouble.passage);
  const life: Life = { world, troubles: trouble, reader: watching, killed: [], state: undefined, repeats: 0 };
  if (start === 'running') await begin(life);
  for (const step of steps) await take(life, start, step);

  trouble.clear();
  const canRecover = await isLivingKnown(world);
  const problems: string[] = [];
  if (!canRecover) {
    await pass(life, 5);
    const { kind, detail } = await reauthorize(world, world.deps());
    if (kind === 'failed') problems.push(`one re-authorisation is not enough: ${detail}`);
    life.state = undefined;
  }
  await pass(life, AFTERWARDS_MINUTES);
  return [...problems, ...(await brokenHealth(world)), ...watching.complaints];
}

/** In whichever store: what is labelled in the secret, or a backup. */
async function isLivingKnown({ witness, backups, connection }: World): Promise<boolean> {
  if (witness.knownLiving().length > 0) return true;
  for await (const backup of newestBackups(backups, connection.id)) {
    if (backup.kind === 'usable' && witness.isLiving(backup.content.credential.refreshToken)) return true;
  }
  return false;
}

async function begin(life: Life): Promise<void> {
  const { world } = life;
  await putByOperator(world, await consentElsewhere(world));
  world.advance(MINUTE_MS);
  await invoke(life, { kind: 'tick', mishap: null });
  world.advance(MINUTE_MS);
}

async function take(life: Life, start: History['start'], step: Step): Promise<void> {
  const { world } = life;
  switch (step.kind) {
    case 'wait':
      return pass(life, step.minutes);
    case 'acts': {
      const acts = withoutDoubles(step.acts).map((act) => (start === 'running' ? act : byOwner(act)));
      await inTurns(
        world,
        step.turns,
        acts.map((act) => () => invoke(life, act)),
      );
      life.reader.poll();
      return;
    }
    case 'trouble':
      life.troubles.add(step);
      return;
    case 'kill':
      kill(life, step.which);
      life.reader.onLoss();
      return;
    case 'hammer':
      for (let time = 0; time < step.times; time += 1) await invoke(life, { kind: 'refresh', mishap: null });
      return;
    case 'lose':
      return lose(life, step.what);
    case 'clock':
      world.skewMs = step.seconds * 1_000;
      return;
  }
}

/** The two functions of the schedule have a reserved concurrency of 1. */
function withoutDoubles(acts: readonly Act[]): Act[] {
  return acts.filter(
    ({ kind }, index) =>
      (kind !== 'tick' && kind !== 'sweep') || acts.findIndex((other) => other.kind === kind) === index,
  );
}

/** Whoever comes first says which organisation it is: that is to be the right one. */
function byOwner(act: Act): Act {
  if (act.kind === 'reauthorize' && act.by === 'stranger') return { ...act, by: 'owner' };
  return act.kind === 'override' && act.token === 'stranger' ? { ...act, token: 'own' } : act;
}

/** The sweep sees what is gone; what is corrupt, only the next refresh. */
async function lose({ world, reader: watching }: Life, what: (typeof LOSSES)[number]): Promise<void> {
  watching.onLoss();
  switch (what) {
    case 'secret':
      return loseSecret(world, 'now');
    case 'secret-in-30-days':
      return loseSecret(world, 'in 30 days').catch(() => {});
    case 'secret-corrupt':
      return world.putSecret(secretOf(world), { what: 'is this' }).catch(() => {});
    case 'published':
      return loseSecret(world, 'now', accessTokenSecretName(world.connection.id));
    case 'table':
      return emptyTable(world);
    case 'bucket':
      return emptyBucket(world);
  }
}

function kill({ world, killed }: Life, which: 'current' | 'all' | 'oldest'): void {
  const { zoho, witness } = world;
  const all = zoho.context.state.document.refreshTokens.map(({ token }) => token);
  const current = witness.credentialAt('AWSCURRENT')?.refreshToken;
  const chosen = { current: all.filter((token) => token === current), all, oldest: all.slice(0, 1) }[which];
  for (const refreshToken of chosen) zoho.revokeRefreshToken({ refreshToken });
  killed.push(...chosen);
}

/** Time as it passes in production: ticks, sweeps where something is due, a reader every minute. */
async function pass(life: Life, minutes: number): Promise<void> {
  const { world } = life;
  const untilMs = world.nowMs() + minutes * MINUTE_MS;
  while (world.nowMs() < untilMs) {
    const tickAtMs = nextTickAtMs(world.nowMs());
    world.advance(MINUTE_MS);
    if (world.nowMs() >= tickAtMs || life.repeats > 0) await scheduledTick(life, world.nowMs() >= tickAtMs);
    else if (await isSweepDue(life)) await invoke(life, { kind: 'sweep', mishap: null });
    life.reader.poll();
  }
}

async function scheduledTick(life: Life, isNew: boolean): Promise<void> {
  const left = isNew ? REPEATS : life.repeats - 1;
  const { kind } = await invoke(life, { kind: 'tick', mishap: null });
  life.repeats = kind === 'failed' ? left : 0;
}

/** A sweep that finds nothing due does nothing: its own first step is taken here without the call. */
async function isSweepDue(life: Life): Promise<boolean> {
  const { world } = life;
  if (life.state === undefined) life.state = await world.state.read(world.connection.id);
  const nowMs = world.nowMs() + world.skewMs;
  if (isSecretLost(world)) return true;
  const isDue = decideDue(life.state, 'sweep', nowMs).kind === 'due';
  return isDue || isBackupCheckDue(life.state, nowMs) || isRevocationDue(life.state, nowMs);
}

function isSecretLost({ vault, connection }: World): boolean {
  return [credentialSecretName, accessTokenSecretName].some((nameOf) => vault.isLost(nameOf(connection.id)));
}

async function invoke(life: Life, act: Act): Promise<ActOutcome> {
  const { world } = life;
  const { passage, death } = fate(life, act);
  const deps = { ...world.deps(passage), leasePatienceMs: LEASE_PATIENCE_MS };
  const ended = death.then((): ActOutcome => ({ kind: 'failed', detail: 'died' }));
  const outcome = await Promise.race([perform(life, act, deps), ended]);
  life.state = undefined;
  return outcome;
}

async function perform(life: Life, act: Act, deps: AdminDependencies): Promise<ActOutcome> {
  const { world } = life;
  switch (act.kind) {
    case 'tick':
      return tick(world, deps);
    case 'sweep':
      return sweep(world, deps);
    case 'refresh':
      return refreshByAdmin(world, deps);
    case 'reauthorize':
      return reauthorizeBy(life, act.by, deps);
    case 'restore':
      return restore(world, deps, act.generation);
    case 'override': {
      const grant = await grantOf(life, act.token);
      return override(world, deps, grant);
    }
  }
}

async function reauthorizeBy(
  { world }: Life,
  by: Extract<Act, { kind: 'reauthorize' }>['by'],
  deps: AdminDependencies,
): Promise<ActOutcome> {
  const { url, outcome } = await askForLink(world, deps);
  if (url === null || by === 'nobody') return outcome;
  const redirect = consentTo(world, url, {
    ...(by === 'stranger' ? { user: STRANGER } : {}),
    ...(by === 'reluctant' ? { decision: 'deny' } : {}),
  });
  // Reloads the page while the first request is still at work.
  const [first] = await Promise.all([
    takeRedirect(deps, redirect),
    ...(by === 'impatient' ? [takeRedirect(deps, redirect)] : []),
  ]);
  return first;
}

async function grantOf(
  { world, killed }: Life,
  token: Extract<Act, { kind: 'override' }>['token'],
): Promise<Parameters<typeof override>[2]> {
  if (token === 'code') return { kind: 'grantCode', grantCode: grantCode(world) };
  const given = {
    own: () => consentElsewhere(world),
    stranger: () => consentElsewhere(world, STRANGER),
    same: async () => world.witness.credentialAt('AWSCURRENT')?.refreshToken,
    killed: async () => killed.at(-1),
    mistyped: async () => undefined,
  }[token];
  return { kind: 'refreshToken', refreshToken: (await given()) ?? '1000.mistyped' };
}
