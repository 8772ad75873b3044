/** Holds when a value is read again: within five minutes, oftener in its last minutes, never after its expiry. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LONGEST_LIFETIME_MS, pauseAfterMs, planReading } from '../../../lib/client/freshness.ts';
import * as domain from '../../../lib/domain/token-lifetime.ts';
import { MINUTE_MS, NOW_MS, SECOND_MS } from './support.ts';

describe('the plan of a value', () => {
  it.each([
    ['with 50 minutes left is kept for five minutes', 50, { renew: 4 * 60, readFirst: 5 * 60 }],
    ['with 8 minutes left until the last five', 8, { renew: 2.4 * 60, readFirst: 3 * 60 }],
    ['in its last five minutes for half a minute', 4, { renew: 24, readFirst: 30 }],
    ['with ten seconds left to its end', 1 / 6, { renew: 10, readFirst: 10 }],
  ])('%s', (_, leftMinutes, { renew, readFirst }) => {
    expect(planReading(NOW_MS, NOW_MS + leftMinutes * MINUTE_MS)).toEqual({
      renewFromMs: NOW_MS + renew * SECOND_MS,
      readFirstFromMs: NOW_MS + readFirst * SECOND_MS,
    });
  });

  it('never reaches beyond five minutes or the expiry, and asks in the background before anybody waits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LONGEST_LIFETIME_MS }), (leftMs) => {
        const { renewFromMs, readFirstFromMs } = planReading(NOW_MS, NOW_MS + leftMs);
        expect(renewFromMs).toBeLessThanOrEqual(readFirstFromMs);
        expect(readFirstFromMs).toBeLessThanOrEqual(NOW_MS + Math.min(5 * MINUTE_MS, leftMs));
        expect(renewFromMs).toBeGreaterThan(NOW_MS);
      }),
    );
  });
});

it('a failing Secrets Manager is asked after 1, 2, 4, 8, 16 and then every 30 seconds', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 2_000].map(pauseAfterMs);
  expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30, 30].map((seconds) => seconds * SECOND_MS));
});

it('a token is believed to live as long as the keeper believes it', () => {
  expect(LONGEST_LIFETIME_MS).toBe(domain.LONGEST_LIFETIME_MS);
});
