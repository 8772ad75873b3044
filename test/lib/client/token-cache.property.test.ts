/**
 * Holds, over any order of time jumps, failures, rotations and calls:
 *
 * - a token that is handed out has not expired at that moment, by its document and by an hour's lifetime;
 * - while Secrets Manager answers, it was asked for within the last five minutes;
 * - while Secrets Manager answers, the published token is valid and the clock never went backwards, no call fails.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ZohoToken } from '../../../lib/client/access-token-document.ts';
import { ZohoTokenUnavailableError } from '../../../lib/client/errors.ts';
import { TokenCache } from '../../../lib/client/token-cache.ts';
import { aToken, MINUTE_MS, NOW_MS } from './support.ts';

type Step =
  | { readonly kind: 'pass' | 'setBack'; readonly ms: number }
  | { readonly kind: 'publish'; readonly lifetimeMs: number }
  | { readonly kind: 'secretsManager'; readonly answers: boolean }
  /**
   * `frozenMs` passes between the question and the answer of the first read that the calls cause; at its end there is
   * another token, if `renewed`.
   */
  | { readonly kind: 'call'; readonly times: number; readonly frozenMs: number; readonly renewed: boolean };

/** What is under way for longer than this is a freeze. */
const LATE_MS = 5_000;

const span = (minutes: number) => fc.integer({ min: 0, max: minutes * MINUTE_MS });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: span(6) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: span(100) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('setBack' as const), ms: span(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('publish' as const), lifetimeMs: span(60) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('publish' as const), lifetimeMs: span(600) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('secretsManager' as const), answers: fc.boolean() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('call' as const),
      times: fc.integer({ min: 1, max: 5 }),
      frozenMs: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        fc.integer({ min: LATE_MS + 1, max: 90 * MINUTE_MS }),
      ),
      renewed: fc.boolean(),
    }),
  },
);

/** The world around a cache, and what it has told the cache so far. */
class World {
  nowMs = NOW_MS;
  answers = true;
  everSetBack = false;
  lastReadFailed = false;
  /** Whether the last read brought nothing to hand out: only then may an old value be. */
  lastReadWasVain = false;
  freeze = { frozenMs: 0, renewed: false };
  published = aToken({ accessToken: '1000.0', expiresAtMs: NOW_MS + 60 * MINUTE_MS });
  readonly askedAtMs = new Map<string, number>();
  /** Each token that was ever published, and when it ends at the latest. */
  readonly endsAtMs = new Map([['1000.0', NOW_MS + 60 * MINUTE_MS]]);
  readonly cache = new TokenCache(
    {
      read: () => this.#read(),
      expired: async () => new ZohoTokenUnavailableError('TOKEN_EXPIRED', 'over'),
    },
    () => this.nowMs,
  );

  /** A claim of more than an hour is believed for an hour. */
  surelyValidUntilMs = NOW_MS + 60 * MINUTE_MS;

  publish(lifetimeMs: number): void {
    const accessToken = `1000.${this.endsAtMs.size}`;
    this.published = aToken({ accessToken, expiresAtMs: this.nowMs + lifetimeMs });
    this.surelyValidUntilMs = this.nowMs + Math.min(lifetimeMs, 60 * MINUTE_MS);
    this.endsAtMs.set(accessToken, this.published.expiresAtMs);
  }

  async #read(): Promise<ZohoToken> {
    const [askedAtMs, token, answers] = [this.nowMs, this.published, this.answers];
    // As over the wire: whoever need not wait for the answer has theirs before it comes.
    await tick();
    const { frozenMs, renewed } = this.freeze;
    this.freeze = { frozenMs: 0, renewed: false };
    this.nowMs += frozenMs;
    if (frozenMs > 0 && renewed) this.publish(50 * MINUTE_MS);
    this.lastReadFailed = !answers;
    this.lastReadWasVain = !answers || token.expiresAtMs <= this.nowMs;
    if (!answers) throw new ZohoTokenUnavailableError('SECRETS_MANAGER_UNAVAILABLE', 'down');
    this.askedAtMs.set(token.accessToken, askedAtMs);
    return token;
  }
}

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function live(world: World, event: Step): Promise<void> {
  switch (event.kind) {
    case 'pass':
      world.nowMs += event.ms;
      return;
    case 'setBack':
      world.nowMs -= event.ms;
      world.everSetBack = true;
      return;
    case 'publish':
      return world.publish(event.lifetimeMs);
    case 'secretsManager':
      world.answers = event.answers;
      return;
    case 'call':
      return callAtOnce(world, event);
  }
}

async function callAtOnce(world: World, event: Extract<Step, { kind: 'call' }>): Promise<void> {
  const { times, frozenMs, renewed } = event;
  world.freeze = { frozenMs, renewed };
  await Promise.all(Array.from({ length: times }, () => call(world)));
  world.freeze = { frozenMs: 0, renewed: false };
  // What goes on in the background ends before the next event, as far as nothing freezes it.
  await tick();
  await tick();
}

async function call(world: World): Promise<void> {
  const outcome = await world.cache.token().then(
    (token) => ({ kind: 'token', token }) as const,
    () => ({ kind: 'failed' }) as const,
  );
  if (outcome.kind === 'failed') {
    const isThere = world.answers && world.surelyValidUntilMs > world.nowMs;
    expect(isThere && !world.everSetBack && !world.lastReadFailed, 'a call failed for nothing').toBe(false);
    return;
  }
  const { accessToken, expiresAtMs } = outcome.token;
  expect(expiresAtMs).toBeGreaterThan(world.nowMs);
  expect(world.endsAtMs.get(accessToken)).toBeGreaterThan(world.nowMs);
  if (world.lastReadWasVain) return;
  expect(world.nowMs - (world.askedAtMs.get(accessToken) ?? 0)).toBeLessThanOrEqual(5 * MINUTE_MS);
}

describe('a token cache', () => {
  it('hands out what is valid and fresh, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const world = new World();
        for (const event of steps) await live(world, event);
      }),
      { numRuns: 2_000 },
    );
  });
});
