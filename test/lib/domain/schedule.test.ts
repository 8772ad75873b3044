import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionState } from '../../../lib/domain/connection-state.ts';
import { FAILURE_CLASSES } from '../../../lib/domain/failure.ts';
import {
  decideDue,
  decideDueByExpiry,
  isBackupCheckDue,
  nextRefreshAtMs,
  nextRetryAtMs,
  type Trigger,
} from '../../../lib/domain/schedule.ts';
import { aState } from '../../support/builders.ts';

const MINUTE_MS = 60_000;
const NOW_MS = Date.parse('2026-11-23T03:00:00Z');
const inMinutes = (minutes: number) => NOW_MS + minutes * MINUTE_MS;

/** A connection refreshed `minutes` ago with a token of an hour. */
const refreshedAgo = (minutes: number) =>
  aState({ accessTokenExpiresAtMs: inMinutes(60 - minutes), nextAttemptAtMs: inMinutes(50 - minutes) });

describe('what is due', () => {
  it.each<[string, ConnectionState | null, Trigger, string]>([
    ['a connection that nothing is known of', null, 'sweep', 'due'],
    ['a state that was never settled', aState({ nextAttemptAtMs: null }), 'sweep', 'due'],
    ['a token of 50 minutes, at the tick', refreshedAgo(50), 'tick', 'due'],
    ['a tick that comes 9 minutes early', refreshedAgo(41), 'tick', 'due'],
    ['a tick that comes twice', refreshedAgo(0), 'tick', 'notDue'],
    ['a token of 50 minutes, at the sweep: the tick is at it', refreshedAgo(50), 'sweep', 'notDue'],
    ['a token of 51 minutes, at the sweep: the tick was missed', refreshedAgo(51), 'sweep', 'due'],
    [
      'a failure before its next attempt',
      aState({ consecutiveFailures: 1, nextAttemptAtMs: inMinutes(1) }),
      'tick',
      'notDue',
    ],
    [
      'a failure at its next attempt',
      aState({ consecutiveFailures: 1, nextAttemptAtMs: NOW_MS }),
      'sweep',
      'due',
    ],
    [
      'a dead credential, at the tick',
      aState({
        consecutiveFailures: 3,
        deadFingerprints: ['0123456789abcdef'],
        // Whatever came of it: another one may be corrupt, say.
        lastFailure: {
          atMs: NOW_MS,
          failureClass: 'misconfigured',
          code: 'SECRET_INVALID',
          detail: '',
          remedy: '',
        },
        nextAttemptAtMs: inMinutes(4),
      }),
      'tick',
      'due',
    ],
    ['a plan that no clock makes', aState({ nextAttemptAtMs: inMinutes(61) }), 'sweep', 'due'],
    [
      'somebody at work',
      aState({ lease: { owner: 'a', expiresAtMs: inMinutes(1) }, nextAttemptAtMs: NOW_MS }),
      'sweep',
      'notDue',
    ],
    [
      'an attempt that a crash cut off',
      aState({ lease: { owner: 'a', expiresAtMs: NOW_MS }, nextAttemptAtMs: inMinutes(40) }),
      'sweep',
      'due',
    ],
  ])('%s', (_name, state, trigger, expected) => {
    expect(decideDue(state, trigger, NOW_MS).kind).toBe(expected);
  });

  it('goes by what consumers find when no state can be read', () => {
    expect(decideDueByExpiry(null, NOW_MS).kind).toBe('due');
    expect(decideDueByExpiry(inMinutes(61), NOW_MS).kind, 'no token lives longer than an hour').toBe('due');
    expect(decideDueByExpiry(inMinutes(20), NOW_MS).kind).toBe('due');
    expect(decideDueByExpiry(inMinutes(21), NOW_MS)).toEqual({
      kind: 'notDue',
      nextAttemptAtMs: inMinutes(11),
    });
  });
});

describe('the next refresh', () => {
  it('comes after 50 minutes of a token that lives 60', () => {
    expect(nextRefreshAtMs(NOW_MS, inMinutes(60))).toBe(inMinutes(50));
  });

  it('comes at half of the life of a token that hardly lives', () => {
    expect(nextRefreshAtMs(NOW_MS, inMinutes(36))).toBe(inMinutes(26));
    expect(nextRefreshAtMs(NOW_MS, inMinutes(19))).toBe(inMinutes(15));
  });

  it('comes after 15 minutes at the earliest: Secrets Manager has room for 100 versions a day', () => {
    expect(nextRefreshAtMs(NOW_MS, inMinutes(1))).toBe(inMinutes(15));
  });
});

describe('the next attempt after a failure', () => {
  const afterFailures = (consecutiveFailures: number, accessTokenExpiresAtMs: number | null = null) =>
    nextRetryAtMs({ failureClass: 'transient', consecutiveFailures, accessTokenExpiresAtMs }, NOW_MS, 0);

  it('waits 1, 2, 4, 8 and then always 8 minutes', () => {
    expect([1, 2, 3, 4, 5, 50].map((failures) => afterFailures(failures))).toEqual(
      [1, 2, 4, 8, 8, 8].map(inMinutes),
    );
  });

  it('waits out the whole window of a throttle, however often it was refused', () => {
    for (const random of [0, 0.999]) {
      const atMs = nextRetryAtMs(
        { failureClass: 'throttled', consecutiveFailures: 1, accessTokenExpiresAtMs: inMinutes(9) },
        NOW_MS,
        random,
      );
      expect(atMs).toBeGreaterThanOrEqual(inMinutes(10));
      expect(atMs).toBeLessThanOrEqual(inMinutes(10.25));
    }
  });

  it('P5: while a token is valid, tries again before it expires', () => {
    expect(afterFailures(4, inMinutes(3))).toBe(inMinutes(1.5));
    expect(afterFailures(4, inMinutes(1.5))).toBe(inMinutes(1));
  });

  it('P5: once consumers have no token any more, never waits for more than two minutes', () => {
    expect([1, 2, 3, 4, 50].map((failures) => afterFailures(failures, NOW_MS))).toEqual(
      [1, 2, 2, 2, 2].map(inMinutes),
    );
  });

  it('is never now, never later than the longest wait, and jitter never makes it later', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FAILURE_CLASSES),
        fc.integer({ min: 1, max: 1_000 }),
        fc.option(fc.integer({ min: -3_600_000, max: 3_600_000 })),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failureClass, consecutiveFailures, leftMs, random) => {
          const failure = {
            failureClass,
            consecutiveFailures,
            accessTokenExpiresAtMs: leftMs === null ? null : NOW_MS + leftMs,
          };
          const waitMs = nextRetryAtMs(failure, NOW_MS, random) - NOW_MS;
          expect(waitMs).toBeGreaterThanOrEqual(0.75 * MINUTE_MS);
          expect(waitMs).toBeLessThanOrEqual(10.25 * MINUTE_MS);
          if (failureClass === 'transient') {
            expect(waitMs).toBeLessThanOrEqual(nextRetryAtMs(failure, NOW_MS, 0) - NOW_MS);
          }
        },
      ),
    );
  });

  it('P4: a day of failing stays within the scheduled mint budget at any jitter', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 40 }),
        (randoms) => {
          const expiresAtMs = inMinutes(10);
          const attemptsMs: number[] = [];
          let nowMs = NOW_MS;
          randoms.forEach((random, index) => {
            attemptsMs.push(nowMs);
            const failure = {
              failureClass: 'transient',
              consecutiveFailures: index + 1,
              accessTokenExpiresAtMs: expiresAtMs,
            } as const;
            const dueAtMs = nextRetryAtMs(failure, nowMs, random);
            // The sweep comes once a minute.
            nowMs = NOW_MS + Math.ceil((dueAtMs - NOW_MS) / MINUTE_MS) * MINUTE_MS;
          });
          for (const atMs of attemptsMs) {
            expect(
              attemptsMs.filter((other) => other > atMs - 10 * MINUTE_MS && other <= atMs).length,
            ).toBeLessThanOrEqual(8);
          }
        },
      ),
    );
  });

  it('P5: an outage of 8 minutes that begins at the tick leaves no gap, at any jitter', () => {
    fc.assert(
      fc.property(
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        (randoms) => {
          const expiresAtMs = inMinutes(10);
          const outageEndsAtMs = inMinutes(8);
          let nowMs = NOW_MS;
          let consecutiveFailures = 0;
          while (nowMs < outageEndsAtMs) {
            consecutiveFailures += 1;
            const [random = 0] = [...randoms.take(1)];
            const failure = {
              failureClass: 'transient',
              consecutiveFailures,
              accessTokenExpiresAtMs: expiresAtMs,
            } as const;
            const dueAtMs = nextRetryAtMs(failure, nowMs, random);
            nowMs = NOW_MS + Math.ceil((dueAtMs - NOW_MS) / MINUTE_MS) * MINUTE_MS;
          }
          expect(nowMs).toBeLessThan(expiresAtMs);
        },
      ),
    );
  });
});

describe('a connection of which a secret is lost', () => {
  const lost = (state: ConnectionState) => decideDue(state, 'sweep', NOW_MS, ['zoho/crm/credential']).kind;
  const recoveredAgo = (minutes: number, unrepaired: readonly string[]) =>
    aState({
      ...refreshedAgo(minutes),
      recovery: { atMs: inMinutes(-minutes), from: 'backupTable', repairs: [], unrepaired },
    });

  it.each<[string, ConnectionState, string]>([
    ['is due at once', refreshedAgo(0), 'due'],
    [
      'not while it fails and waits',
      aState({ consecutiveFailures: 1, nextAttemptAtMs: inMinutes(1) }),
      'notDue',
    ],
    ['not when it could not be put back a minute ago', recoveredAgo(1, ['zoho/crm/credential']), 'notDue'],
    ['again a quarter of an hour after', recoveredAgo(15, ['zoho/crm/credential']), 'due'],
    ['when it was put back a minute ago, and is lost anew', recoveredAgo(1, []), 'due'],
    ['when another one could not be put back', recoveredAgo(1, ['zoho/crm/access-token']), 'due'],
  ])('%s', (_, state, expected) => {
    expect(lost(state)).toBe(expected);
  });
});

describe('a look at the backups', () => {
  const known = (nextCheckAtMs: number) => ({
    ...refreshedAgo(1),
    backup: { fingerprint: 'f', stores: [], checkedAtMs: NOW_MS, nextCheckAtMs },
  });

  it.each<[string, ConnectionState | null, boolean]>([
    ['when nobody has looked yet', refreshedAgo(1), true],
    ['when its time has come', known(NOW_MS), true],
    ['not before', known(inMinutes(1)), false],
    ['at a time that no clock plans', known(inMinutes(25 * 60)), true],
    ['not of a connection that nothing is known of', null, false],
    ['not of one without a credential', aState({ generation: null }), false],
    ['not of one that fails', aState({ consecutiveFailures: 1 }), false],
    ['not while somebody is at work', aState({ lease: { owner: 'a', expiresAtMs: inMinutes(1) } }), false],
  ])('is due %s', (_, state, expected) => {
    expect(isBackupCheckDue(state, NOW_MS)).toBe(expected);
  });
});

describe('the rhythm of ticks, whatever the sweep does (docs/adr/0028)', () => {
  /** An invocation's longest: a connection's turn in it may come at any moment. */
  const TURN_MS = 120_000;
  const TICKS = 40;
  const turns = fc.array(fc.integer({ min: 0, max: TURN_MS }), { minLength: TICKS, maxLength: TICKS });

  /** The least that is left of a token when a tick replaces it, in minutes. */
  function leastLeft(everyMinutes: number, turnsMs: readonly number[]): number {
    let left = Number.POSITIVE_INFINITY;
    let state: ConnectionState | null = null;
    for (const [tick, turnMs] of turnsMs.entries()) {
      const nowMs = inMinutes(tick * everyMinutes) + turnMs;
      if (decideDue(state, 'tick', nowMs).kind === 'notDue') continue;
      const expiresAtMs = nowMs + 60 * MINUTE_MS;
      if (state) left = Math.min(left, ((state.accessTokenExpiresAtMs ?? 0) - nowMs) / MINUTE_MS);
      state = aState({
        accessTokenExpiresAtMs: expiresAtMs,
        nextAttemptAtMs: nextRefreshAtMs(nowMs, expiresAtMs),
      });
    }
    return left;
  }

  it.each([15, 50])('P5: every %i minutes, no token is left with less than 5', (everyMinutes) => {
    fc.assert(
      fc.property(turns, (turnsMs) => {
        expect(leastLeft(everyMinutes, turnsMs)).toBeGreaterThanOrEqual(5);
      }),
    );
  });

  it.each([30, 60])('every %i minutes is no rhythm: a tick comes when nothing is left', (everyMinutes) => {
    fc.assert(
      fc.property(turns, (turnsMs) => {
        expect(leastLeft(everyMinutes, turnsMs)).toBeLessThan(5);
      }),
    );
  });
});
