import { REVOCATION_GRACE_MS } from '../../lib/domain/schedule.ts';
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
import { emptyBucket, emptyTable, loseKey, loseSecret, secretOf } from '../support/faults/losses.ts';
import { type Mode, strike } from '../support/faults/modes.ts';
import { pass } from '../support/faults/schedule.ts';
import { MINUTE_MS, nextTickAtMs } from '../support/faults/ticks.ts';
import type { World } from '../support/faults/world.ts';

/** One invocation that things befall. */
export interface Stage {
  act(deps: AdminDependencies): Promise<ActOutcome>;
  /** The admin asks again; null for what a schedule does, which comes again by itself. */
  readonly repeat: (() => Promise<ActOutcome>) | null;
  /** The refresh token that is current once the act is through. */
  expected(): string;
  /** The one that is current instead when Zoho, or AWS, says a wrong word about the other one. */
  readonly fallback?: { readonly refreshToken: string; readonly after: readonly Mode[] };
}

/** A workflow, and what was before it. */
export interface Scenario {
  readonly name: string;
  arrange(world: World): Promise<Stage>;
}

export const SCHEDULED: readonly Scenario[] = [
  {
    name: 'tick',
    async arrange(world) {
      const token = await running(world);
      world.advance(nextTickAtMs(world.nowMs()) - world.nowMs());
      return { act: (deps) => tick(world, deps), repeat: null, expected: () => token };
    },
  },
  {
    name: 'first-tick',
    async arrange(world) {
      const token = await consented(world);
      return { act: (deps) => tick(world, deps), repeat: null, expected: () => token };
    },
  },
  {
    name: 'sweep-for-a-lost-tick',
    async arrange(world) {
      const token = await running(world);
      world.advance(52 * MINUTE_MS);
      return { act: (deps) => sweep(world, deps), repeat: null, expected: () => token };
    },
  },
  {
    name: 'sweep-after-a-crash',
    async arrange(world) {
      const token = await running(world);
      world.advance(nextTickAtMs(world.nowMs()) - world.nowMs());
      await dying(world, { call: 'Zoho.probe', index: 0 }, (deps) => tick(world, deps));
      world.advance(3 * MINUTE_MS);
      return { act: (deps) => sweep(world, deps), repeat: null, expected: () => token };
    },
  },
  {
    name: 'sweep-finishing-a-consent',
    async arrange(world) {
      const refreshToken = await running(world);
      const redirect = await consentedRedirect(world);
      const staging = { call: 'SecretsManager.PutSecretValue', index: 0 };
      await dying(world, staging, (deps) => takeRedirect(deps, redirect));
      const token = newestToken(world);
      world.advance(3 * MINUTE_MS);
      const fallback = { refreshToken, after: ['called-dead', 'denied'] } as const;
      return { act: (deps) => sweep(world, deps), repeat: null, expected: () => token, fallback };
    },
  },
  {
    name: 'revocation',
    async arrange(world) {
      const { earlier, token } = await replacedLongAgo(world);
      const fallback = { refreshToken: earlier, after: ['called-dead'] } as const;
      return { act: (deps) => sweep(world, deps), repeat: null, expected: () => token, fallback };
    },
  },
  {
    name: 'revocation-when-zoho-has-dropped-the-new-one',
    async arrange(world) {
      const { earlier, token } = await replacedLongAgo(world);
      world.zoho.revokeRefreshToken({ refreshToken: token });
      return { act: (deps) => sweep(world, deps), repeat: null, expected: () => earlier };
    },
  },
];

export const CONSENTS: readonly Scenario[] = [
  {
    name: 'consent-link',
    async arrange(world) {
      await running(world);
      const act = async (deps: AdminDependencies) => {
        const { url, outcome } = await askForLink(world, deps);
        return url === null ? outcome : takeRedirect(world.deps(), consentTo(world, url));
      };
      return { act, repeat: () => reauthorize(world, world.deps()), expected: () => newestToken(world) };
    },
  },
  consent('consent', running),
  consent('consent-for-a-dead-credential', dead),
  consent('first-consent', nothing),
  consent('consent-while-somebody-holds-the-lease', held),
];

export const OVERRIDES: readonly Scenario[] = [
  overrideBy('override', running, ownToken),
  overrideBy('override-of-a-dead-credential', dead, ownToken),
  overrideBy('first-override', nothing, ownToken),
  overrideBy('override-by-the-same-token', running, sameToken),
  overrideBy('override-by-grant-code', running, ownCode),
  {
    name: 'refresh-now',
    async arrange(world) {
      const token = await running(world);
      world.advance(10 * MINUTE_MS);
      return {
        act: (deps) => refreshByAdmin(world, deps),
        repeat: () => refreshByAdmin(world, world.deps()),
        expected: () => token,
      };
    },
  },
];

export const RESTORES: readonly Scenario[] = [
  {
    name: 'restore',
    async arrange(world) {
      const token = await running(world);
      await override(world, world.deps(), await ownToken(world));
      world.advance(MINUTE_MS);
      return {
        act: (deps) => restore(world, deps, 1),
        repeat: () => restore(world, world.deps(), 1),
        expected: () => token,
      };
    },
  },
];

export const RECOVERIES: readonly Scenario[] = [
  recovery('recovery-of-a-deleted-secret', (world) => loseSecret(world, 'now')),
  recovery('recovery-of-a-secret-about-to-be-deleted', (world) => loseSecret(world, 'in 30 days')),
  recovery('recovery-from-under-a-lost-key', (world) => loseKey(world, world.primaryKeyId)),
  {
    name: 'recovery-of-a-corrupt-secret',
    async arrange(world) {
      const token = await running(world);
      await world.putSecret(secretOf(world), { what: 'is this' });
      world.advance(nextTickAtMs(world.nowMs()) - world.nowMs());
      return { act: (deps) => tick(world, deps), repeat: null, expected: () => token };
    },
  },
  {
    name: 'recovery-by-an-earlier-credential',
    async arrange(world) {
      const token = await running(world);
      // Two of them, so that the living one has no label left.
      for (let replacement = 0; replacement < 2; replacement += 1) {
        await override(world, world.deps(), await ownToken(world));
        world.advance(MINUTE_MS);
        world.zoho.revokeRefreshToken({ refreshToken: newestToken(world) });
      }
      world.advance(nextTickAtMs(world.nowMs()) - world.nowMs());
      return { act: (deps) => tick(world, deps), repeat: null, expected: () => token };
    },
  },
  backupRepair('repair-of-the-backup-table', emptyTable),
  backupRepair('repair-of-the-backup-bucket', emptyBucket),
];

/** A sweep sees what is lost. */
function recovery(name: string, lose: (world: World) => Promise<unknown>): Scenario {
  return {
    name,
    async arrange(world) {
      const token = await running(world);
      await lose(world);
      world.advance(MINUTE_MS);
      return { act: (deps) => sweep(world, deps), repeat: null, expected: () => token };
    },
  };
}

/** A sweep looks at the backups some times a day. */
function backupRepair(name: string, lose: (world: World) => Promise<unknown>): Scenario {
  return {
    name,
    async arrange(world) {
      const token = await running(world);
      await lose(world);
      const state = await world.state.read(world.connection.id);
      world.advance((state?.backup?.nextCheckAtMs ?? 0) - world.nowMs());
      // The refresh that is due as well goes first.
      await tick(world, world.deps());
      return { act: (deps) => sweep(world, deps), repeat: null, expected: () => token };
    },
  };
}

function consent(name: string, before: (world: World) => Promise<unknown>): Scenario {
  return {
    name,
    async arrange(world) {
      await before(world);
      const redirect = await consentedRedirect(world);
      return {
        act: (deps) => takeRedirect(deps, redirect),
        repeat: () => reauthorize(world, world.deps()),
        expected: () => newestToken(world),
      };
    },
  };
}

type Grant = Parameters<typeof override>[2];

function overrideBy(
  name: string,
  before: (world: World) => Promise<unknown>,
  newGrant: (world: World) => Promise<Grant>,
): Scenario {
  return {
    name,
    async arrange(world) {
      await before(world);
      const grant = await newGrant(world);
      return {
        act: (deps) => override(world, deps, grant),
        // A token is given again; a code may be spent.
        repeat: async () =>
          override(world, world.deps(), grant.kind === 'grantCode' ? await newGrant(world) : grant),
        expected: () => (grant.kind === 'refreshToken' ? grant.refreshToken : newestToken(world)),
      };
    },
  };
}

/** An operator's credential, never used. */
async function consented(world: World): Promise<string> {
  const refreshToken = await consentElsewhere(world);
  await putByOperator(world, refreshToken);
  world.advance(MINUTE_MS);
  return refreshToken;
}

async function running(world: World): Promise<string> {
  const refreshToken = await consented(world);
  world.advance(nextTickAtMs(world.nowMs()) - world.nowMs());
  await tick(world, world.deps());
  world.advance(5 * MINUTE_MS);
  return refreshToken;
}

/** The grace of the earlier credential is over. */
async function replacedLongAgo(world: World): Promise<{ earlier: string; token: string }> {
  const earlier = await running(world);
  await override(world, world.deps(), await ownToken(world));
  const token = newestToken(world);
  const untilTickMs = nextTickAtMs(world.nowMs()) - world.nowMs();
  world.advance(untilTickMs);
  await tick(world, world.deps());
  world.advance(REVOCATION_GRACE_MS - untilTickMs);
  return { earlier, token };
}

async function dead(world: World): Promise<void> {
  const refreshToken = await running(world);
  world.zoho.revokeRefreshToken({ refreshToken });
  await pass(world, 60, 10);
}

async function nothing(world: World): Promise<void> {
  await tick(world, world.deps());
  world.advance(MINUTE_MS);
}

async function held(world: World): Promise<void> {
  await running(world);
  await world.state.acquire({ connection: world.connection.id, owner: 'somebody', atMs: world.nowMs() });
}

async function consentedRedirect(world: World) {
  const { url } = await askForLink(world, world.deps());
  if (url === null) throw new Error('no link was given');
  return consentTo(world, url);
}

async function ownToken(world: World): Promise<Grant> {
  return { kind: 'refreshToken', refreshToken: await consentElsewhere(world) };
}

async function sameToken({ witness }: World): Promise<Grant> {
  return { kind: 'refreshToken', refreshToken: witness.credentialAt('AWSCURRENT')?.refreshToken ?? '' };
}

async function ownCode(world: World): Promise<Grant> {
  return { kind: 'grantCode', grantCode: grantCode(world) };
}

function newestToken({ zoho }: World): string {
  return zoho.context.state.document.refreshTokens.at(-1)?.token ?? '';
}

/** An invocation that dies as soon as a call is done. */
async function dying(
  world: World,
  which: { call: string; index: number },
  act: (deps: AdminDependencies) => Promise<unknown>,
): Promise<void> {
  const { passage, death } = strike(which, 'dies-after', world, NOBODY);
  await Promise.race([act(world.deps(passage)), death]);
}

const NOBODY = { sweeps: async () => {}, repeats: async () => {} };
