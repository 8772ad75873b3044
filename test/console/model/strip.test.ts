import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRIP_MS, servedOf, stripOf, stripWords } from '../../../console/model/strip.ts';
import { LONGEST_LIFETIME_MS } from '../../../lib/domain/token-lifetime.ts';
import { aFailure, anEntry, aStatus, MINUTE_MS, minutesFromNow, NOW_MS } from '../support.ts';

type Event = { minutesAgo: number; isSuccess: boolean; isDead?: boolean };

/** The entries of some refreshes, in a chain that goes on from earlier ones. */
function entriesOf(events: readonly Event[], firstSequence = 500) {
  return [...events]
    .sort((a, b) => b.minutesAgo - a.minutesAgo)
    .map(({ minutesAgo, isSuccess, isDead = false }, index) =>
      anEntry({
        sequence: firstSequence + index,
        at: minutesFromNow(-minutesAgo),
        outcome: isSuccess ? 'succeeded' : 'failed',
        code: isDead && !isSuccess ? 'CREDENTIAL_DEAD' : null,
      }),
    );
}

const everyFifty = Array.from({ length: 30 }, (_, index) => ({ minutesAgo: index * 50, isSuccess: true }));
/** One a minute at most, so that it is plain which came last. */
const events = fc.uniqueArray(
  fc.record({
    minutesAgo: fc.integer({ min: 0, max: 25 * 60 }),
    isSuccess: fc.boolean(),
    isDead: fc.boolean(),
  }),
  { maxLength: 80, selector: ({ minutesAgo }) => minutesAgo },
);

describe('the strip of 24 hours', () => {
  it('is one served band while each refresh comes in time', () => {
    const strip = stripOf(entriesOf(everyFifty), true, NOW_MS);
    expect(strip.bands).toEqual([{ kind: 'served', fromMs: NOW_MS - STRIP_MS, toMs: NOW_MS }]);
    expect(stripWords(strip)).toBe('29 refreshes, no failures, no gap in 24 hours');
  });

  it('ends what is served where the refresh token was found dead first, however often it is asked about again', () => {
    const found = [30, 20, 10].map((minutesAgo) => ({ minutesAgo, isSuccess: false, isDead: true }));
    const status = aStatus({
      lastSuccessAt: minutesFromNow(-40),
      accessTokenExpiresAt: minutesFromNow(20),
      lastFailure: aFailure('dead', minutesFromNow(-10)),
      consecutiveFailures: 3,
    });
    const entries = entriesOf([...found, { minutesAgo: 40, isSuccess: true }]);
    expect(stripOf(entries, true, NOW_MS, servedOf(status)).bands.at(-1)).toEqual({
      kind: 'gap',
      fromMs: NOW_MS - 30 * MINUTE_MS,
      toMs: NOW_MS,
    });
  });

  it('shows from when a token had run out until the next one came', () => {
    const late = everyFifty.filter(({ minutesAgo }) => minutesAgo !== 100);
    const failure = { minutesAgo: 95, isSuccess: false };
    const strip = stripOf(entriesOf([...late, failure]), true, NOW_MS);
    expect(strip.bands.filter(({ kind }) => kind === 'gap')).toEqual([
      { kind: 'gap', fromMs: NOW_MS - 90 * MINUTE_MS, toMs: NOW_MS - 50 * MINUTE_MS },
    ]);
    expect(stripWords(strip)).toBe('28 refreshes, 1 failure, 40 min without a valid token in 24 hours');
  });

  it('shows a gap from when the refresh token was found dead, whatever the access token says of itself', () => {
    const dead = { minutesAgo: 20, isSuccess: false, isDead: true };
    const strip = stripOf(entriesOf([{ minutesAgo: 45, isSuccess: true }, dead]), true, NOW_MS);
    expect(strip.bands.at(-1)).toEqual({ kind: 'gap', fromMs: NOW_MS - 20 * MINUTE_MS, toMs: NOW_MS });
  });

  it('calls nothing a gap that was before the first attempt ever', () => {
    const strip = stripOf(entriesOf([{ minutesAgo: 60, isSuccess: true }], 1), true, NOW_MS);
    expect(strip.bands.map(({ kind }) => kind)).toEqual(['before', 'served']);
    expect(stripWords(strip)).toBe('1 refresh, no failures, no gap in the last 1 h');
  });

  it('claims nothing of the time that it could not read', () => {
    const strip = stripOf(entriesOf([{ minutesAgo: 30, isSuccess: false }]), false, NOW_MS);
    expect(strip.bands.map(({ kind }) => kind)).toEqual(['before', 'gap']);
    expect(stripWords(stripOf([], false, NOW_MS))).toBe('Nothing is on record in 24 hours');
  });

  it('counts what gives consumers a token, and no other operation', () => {
    const consent = anEntry({ operation: 'consent', at: minutesFromNow(-10) });
    const check = anEntry({ operation: 'health-check', at: minutesFromNow(-200) });
    const refused = anEntry({ operation: 'restore', outcome: 'failed', code: 'CREDENTIAL_DEAD' });
    expect(stripOf([consent, check, refused], true, NOW_MS).marks).toEqual([
      { atMs: NOW_MS - 10 * MINUTE_MS, isSuccess: true, isDead: false },
    ]);
  });

  it('takes no consent for a token that is kept or was only proven, and one that runs already for one', () => {
    const before = entriesOf([
      { minutesAgo: 180, isSuccess: true },
      { minutesAgo: 100, isSuccess: false, isDead: true },
    ]);
    const atEnd = (over: Parameters<typeof anEntry>[0]) =>
      stripOf([...before, anEntry({ sequence: 600, operation: 'consent', ...over })], true, NOW_MS).bands.at(
        -1,
      );
    const gap = { kind: 'gap', fromMs: NOW_MS - 120 * MINUTE_MS, toMs: NOW_MS };
    expect(atEnd({ code: 'STAGED' })).toEqual(gap);
    expect(atEnd({ code: 'PROVEN_ONLY' })).toEqual(gap);
    const served = { kind: 'served', fromMs: NOW_MS - 5 * MINUTE_MS, toMs: NOW_MS };
    expect(atEnd({ outcome: 'unchanged', code: 'SAME_TOKEN' })).toEqual(served);
    expect(atEnd({ operation: 'refresh', outcome: 'unchanged', code: 'JOINED' })).toEqual(gap);
  });

  it('draws no gap where the state says that a token was valid, whatever the audit lacks', () => {
    const old = entriesOf([{ minutesAgo: 80, isSuccess: true }]);
    const gapsOf = (over: Parameters<typeof aStatus>[0]) =>
      stripOf(old, true, NOW_MS, servedOf(aStatus(over)))
        .bands.filter(({ kind, toMs }) => kind === 'gap' && toMs > NOW_MS - 80 * MINUTE_MS)
        .map(({ fromMs, toMs }) => [fromMs, toMs].map((atMs) => (atMs - NOW_MS) / MINUTE_MS));
    expect(gapsOf({ lastSuccessAt: minutesFromNow(-29) })).toEqual([]);
    expect(gapsOf({ lastSuccessAt: minutesFromNow(-10) })).toEqual([[-20, -10]]);
    const accessTokenExpiresAt = minutesFromNow(-3);
    expect(gapsOf({ lastSuccessAt: minutesFromNow(-29), accessTokenExpiresAt })).toEqual([[-3, 0]]);
    const lastFailure = aFailure('dead', minutesFromNow(-7));
    expect(gapsOf({ lastSuccessAt: minutesFromNow(-29), lastFailure })).toEqual([[-7, 0]]);
    expect(gapsOf({ lastSuccessAt: null })).toEqual([[-20, 0]]);
  });

  it('covers exactly 24 hours without a hole or an overlap, whatever happened', () => {
    fc.assert(
      fc.property(events, fc.boolean(), fc.constantFrom(1, 500), (given, isComplete, firstSequence) => {
        const { bands } = stripOf(entriesOf(given, firstSequence), isComplete, NOW_MS);
        let reachedMs = NOW_MS - STRIP_MS;
        for (const [index, { kind, fromMs, toMs }] of bands.entries()) {
          expect(fromMs).toBe(reachedMs);
          expect(toMs).toBeGreaterThan(fromMs);
          expect(kind).not.toBe(bands[index - 1]?.kind);
          reachedMs = toMs;
        }
        expect(reachedMs).toBe(NOW_MS);
      }),
    );
  });

  it('shows a gap at a time if and only if no token was valid then', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 0, max: 24 * 60 - 1 }), (given, minutesAgo) => {
        const atMs = NOW_MS - (minutesAgo + 0.5) * MINUTE_MS;
        const { bands } = stripOf(entriesOf(given), true, NOW_MS);
        const isGap = bands.some(({ kind, fromMs, toMs }) => kind === 'gap' && fromMs <= atMs && atMs < toMs);
        const latest = given
          .filter((event) => (event.isSuccess || event.isDead) && event.minutesAgo > minutesAgo)
          .sort((a, b) => a.minutesAgo - b.minutesAgo)[0];
        const mintedMs = latest?.isSuccess ? NOW_MS - latest.minutesAgo * MINUTE_MS : -Infinity;
        const isServed = atMs < mintedMs + LONGEST_LIFETIME_MS;
        expect(isGap).toBe(!isServed);
      }),
    );
  });
});
