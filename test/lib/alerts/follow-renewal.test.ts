import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertMemory } from '../../../lib/alerts/alert-memory.ts';
import { followRenewal, isRenewalOpen } from '../../../lib/alerts/follow-renewal.ts';

const DAY_MS = 86_400_000;
const OBTAINED_AT_MS = Date.parse('2027-03-01T00:00:00.000Z');
const POLICY = { renewEveryDays: 90, warnDaysBefore: [7, 3, 1], autoInitiate: false };
const onDay = (days: number): number => OBTAINED_AT_MS + days * DAY_MS;

/** What is told, looking once a day: `day: days before`. */
function warnings(policy: typeof POLICY, days: readonly number[]): string[] {
  let told: AlertMemory['renewal'] = null;
  return days.flatMap((day) => {
    const warning = followRenewal(policy, told, OBTAINED_AT_MS, onDay(day));
    if (!warning) return [];
    told = { obtainedAtMs: OBTAINED_AT_MS, daysBefore: warning.daysBefore };
    return [`${day}: ${warning.daysBefore}`];
  });
}
const everyDay = (until: number): number[] => Array.from({ length: until + 1 }, (_, day) => day);

describe('a renewal', () => {
  it('is told on each of the policy’s days and when it is due, once each', () => {
    expect(warnings(POLICY, everyDay(120))).toEqual(['83: 7', '87: 3', '89: 1', '90: 0']);
  });

  it('is never told where the policy has none, or no credential is there', () => {
    expect(followRenewal({ ...POLICY, renewEveryDays: null }, null, OBTAINED_AT_MS, onDay(500))).toBeNull();
    expect(followRenewal(POLICY, null, null, onDay(500))).toBeNull();
  });

  it('of several at once only the latest is told', () => {
    expect(warnings(POLICY, [0, 88])).toEqual(['88: 3']);
    expect(warnings(POLICY, [200])).toEqual(['200: 0']);
  });

  it('leaves out a warning that would come from the first day on', () => {
    expect(warnings({ ...POLICY, renewEveryDays: 5 }, everyDay(6))).toEqual(['2: 3', '4: 1', '5: 0']);
  });

  it('says how many days are left, and which warning is the credential’s first', () => {
    expect(followRenewal(POLICY, null, OBTAINED_AT_MS, onDay(83.5))).toEqual({
      dueAtMs: onDay(90),
      daysLeft: 7,
      daysBefore: 7,
      isFirst: true,
    });
    const told = { obtainedAtMs: OBTAINED_AT_MS, daysBefore: 7 };
    expect(followRenewal(POLICY, told, OBTAINED_AT_MS, onDay(92))).toMatchObject({
      daysLeft: -2,
      isFirst: false,
    });
    expect(followRenewal(POLICY, { ...told, obtainedAtMs: 0 }, OBTAINED_AT_MS, onDay(84))).toMatchObject({
      isFirst: true,
    });
  });

  it('a clock that jumps tells each warning once at most', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 50 }), (days) => {
        const told = warnings(POLICY, days).map((warning) => warning.split(': ')[1]);
        expect(told).toEqual([...new Set(told)]);
      }),
    );
  });

  it('is open from the first warning on, where the policy opens it', () => {
    const policy = { ...POLICY, autoInitiate: true };
    expect(isRenewalOpen(policy, OBTAINED_AT_MS, onDay(82.9))).toBe(false);
    expect(isRenewalOpen(policy, OBTAINED_AT_MS, onDay(83))).toBe(true);
    expect(isRenewalOpen(policy, OBTAINED_AT_MS, onDay(200))).toBe(true);
    expect(isRenewalOpen(POLICY, OBTAINED_AT_MS, onDay(200))).toBe(false);
    expect(isRenewalOpen({ ...policy, renewEveryDays: null }, OBTAINED_AT_MS, onDay(200))).toBe(false);
  });
});
