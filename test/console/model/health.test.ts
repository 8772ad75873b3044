import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownUntilMs } from '../../../console/model/age.ts';
import {
  healthNow,
  needsConsent,
  standingFailure,
  summaryWords,
  troubledSinceMs,
  worstFirst,
} from '../../../console/model/health.ts';
import { FAILURE_CLASSES } from '../../../lib/domain/failure.ts';
import { HEALTHS } from '../../../lib/domain/health.ts';
import { aFailure, aStatus, minutesFromNow, NOW_MS } from '../support.ts';

const statuses = fc.uniqueArray(
  fc
    .record({
      connection: fc.stringMatching(/^[a-z]{1,3}$/),
      health: fc.constantFrom(...HEALTHS),
      minutes: fc.option(fc.integer({ min: -90, max: 60 })),
      failureClass: fc.option(fc.constantFrom(...FAILURE_CLASSES)),
    })
    .map(({ connection, health, minutes, failureClass }) => {
      const at = minutes === null ? null : minutesFromNow(minutes);
      const lastFailure = failureClass && aFailure(failureClass);
      return aStatus({ connection, health, accessTokenExpiresAt: at, consumersFineUntil: at, lastFailure });
    }),
  { selector: ({ connection }) => connection, maxLength: 20 },
);

describe('the health as of now', () => {
  it('is down once the token has run out since it was read', () => {
    const status = aStatus({ accessTokenExpiresAt: minutesFromNow(1) });
    expect(healthNow(status, NOW_MS)).toBe('healthy');
    expect(healthNow(status, NOW_MS + 60_000)).toBe('down');
  });

  it('is not known once the token has run out since what was read grew old', () => {
    const status = aStatus({ accessTokenExpiresAt: minutesFromNow(1) });
    expect(healthNow(status, NOW_MS + 60_000, NOW_MS)).toBe('unknown');
    expect(healthNow(status, NOW_MS + 59_000, NOW_MS)).toBe('healthy');
    expect(healthNow(aStatus({ accessTokenExpiresAt: minutesFromNow(-1) }), NOW_MS, NOW_MS)).toBe('down');
  });

  it('holds until now while it is read again and again, and else until it was read', () => {
    const reading = { atMs: NOW_MS, oldAfterMs: 30_000 };
    expect(knownUntilMs(reading, NOW_MS + 30_000)).toBe(NOW_MS + 30_000);
    expect(knownUntilMs(reading, NOW_MS + 30_001)).toBe(NOW_MS);
    expect(knownUntilMs({ atMs: null, oldAfterMs: 30_000 }, NOW_MS)).toBe(NOW_MS);
  });

  it('keeps a failure only as long as nothing has succeeded since', () => {
    const lastFailure = aFailure('dead', minutesFromNow(-10));
    expect(standingFailure(aStatus({ lastFailure, lastSuccessAt: minutesFromNow(-9) }))).toBeNull();
    expect(standingFailure(aStatus({ lastFailure, lastSuccessAt: minutesFromNow(-11) }))).toBe(lastFailure);
    expect(needsConsent(aStatus({ lastFailure, lastSuccessAt: null }))).toBe(true);
  });

  it('knows since when from the incident’s id, or else from when the token ran out', () => {
    const openIncident = `my-crm-2-${NOW_MS - 5_000}`;
    expect(troubledSinceMs(aStatus({ openIncident }), NOW_MS)).toBe(NOW_MS - 5_000);
    const accessTokenExpiresAt = minutesFromNow(-3);
    expect(troubledSinceMs(aStatus({ accessTokenExpiresAt }), NOW_MS)).toBe(NOW_MS - 180_000);
    expect(troubledSinceMs(aStatus(), NOW_MS)).toBeNull();
  });
});

describe('the order of connections', () => {
  it('has the worst first, then what needs a person, then what runs out first', () => {
    const given = [
      aStatus({ connection: 'fine' }),
      aStatus({
        connection: 'checked',
        lastHealthCheck: { at: minutesFromNow(-9), status: 'fail', checks: [] },
      }),
      aStatus({ connection: 'later', health: 'degraded', consumersFineUntil: minutesFromNow(20) }),
      aStatus({ connection: 'sooner', health: 'degraded', consumersFineUntil: minutesFromNow(5) }),
      aStatus({
        connection: 'out',
        health: 'down',
        consumersFineUntil: null,
        lastFailure: aFailure('transient'),
      }),
      aStatus({ connection: 'dead', health: 'down', lastFailure: aFailure('dead') }),
    ];
    const order = worstFirst(given, NOW_MS).map(({ connection }) => connection);
    expect(order).toEqual(['dead', 'out', 'sooner', 'later', 'checked', 'fine']);
  });

  it('is the same for the same connections, in whichever order they come, and loses none', () => {
    fc.assert(
      fc.property(
        statuses.chain((given) =>
          fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
        ),
        ([given, shuffled]) => {
          const names = (list: typeof given) => worstFirst(list, NOW_MS).map(({ connection }) => connection);
          expect(names(shuffled)).toEqual(names(given));
          expect(names(given).toSorted()).toEqual(given.map(({ connection }) => connection).toSorted());
        },
      ),
    );
  });

  it('never has a connection before one that is worse', () => {
    fc.assert(
      fc.property(statuses, (given) => {
        const ranks = worstFirst(given, NOW_MS).map((status) =>
          (HEALTHS as readonly string[]).indexOf(healthNow(status, NOW_MS)),
        );
        expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
      }),
    );
  });
});

describe('all connections in one sentence', () => {
  const down = aStatus({ health: 'down' });
  it.each([
    [[], 'No connection yet'],
    [[aStatus()], 'Everything is fine'],
    [[down], 'The connection needs you'],
    [[aStatus(), aStatus()], 'Both connections are fine'],
    [[aStatus(), aStatus(), aStatus()], 'All 3 connections are fine'],
    [[aStatus(), down], '1 of 2 connections needs you'],
    [[down, aStatus(), down], '2 of 3 connections need you'],
  ])('case %#', (given, words) => {
    expect(summaryWords(given, NOW_MS)).toBe(words);
  });

  it('says that it is not known where a token ran out since', () => {
    const later = NOW_MS + 90 * 60_000;
    expect(summaryWords([aStatus(), aStatus()], later, NOW_MS)).toBe(
      'How the connections are, is not known now',
    );
    expect(summaryWords([aStatus()], later, NOW_MS)).toBe('How the connection is, is not known now');
  });
});
