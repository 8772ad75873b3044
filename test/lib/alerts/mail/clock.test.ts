import { describe, expect, it } from 'vitest';
import { clockAt, days, inWords } from '../../../../lib/alerts/mail/clock.ts';

const NOW_MS = Date.UTC(2026, 10, 24, 14, 0);

describe('the times of a message', () => {
  it.each([
    ['14:20 UTC (15:20 Europe/Berlin)', 'Europe/Berlin', '2026-11-24T14:20Z'],
    ['25 Nov 2026, 02:10 UTC (03:10 Europe/Berlin)', 'Europe/Berlin', '2026-11-25T02:10Z'],
    ['23:30 UTC (25 Nov 2026, 00:30 Europe/Berlin)', 'Europe/Berlin', '2026-11-24T23:30Z'],
    ['1 Dec 2026, 23:30 UTC (2 Dec 2026, 00:30 Europe/Berlin)', 'Europe/Berlin', '2026-12-01T23:30Z'],
    ['1 Jul 2026, 14:20 UTC (16:20 Europe/Berlin)', 'Europe/Berlin', '2026-07-01T14:20Z'],
    ['02:00 UTC (23 Nov 2026, 18:00 America/Los_Angeles)', 'America/Los_Angeles', '2026-11-24T02:00Z'],
    ['14:20 UTC', 'UTC', '2026-11-24T14:20Z'],
    ['14:20 UTC', 'Etc/UTC', '2026-11-24T14:20Z'],
    ['00:00 UTC', 'UTC', '2026-11-24T00:00Z'],
  ])('are told as %s in %s', (told, timeZone, at) => {
    expect(clockAt(NOW_MS, timeZone).at(Date.parse(at))).toBe(told);
  });

  it('leave the date out where it is that of the message in each zone', () => {
    // Already tomorrow in Berlin.
    const clock = clockAt(Date.UTC(2026, 10, 24, 23, 10), 'Europe/Berlin');
    expect(clock.at(Date.UTC(2026, 10, 24, 23, 48))).toBe('23:48 UTC (00:48 Europe/Berlin)');
  });

  it('are shorter in a subject, and have their date where a day is meant', () => {
    const clock = clockAt(NOW_MS, 'Europe/Berlin');
    expect(clock.shortly(Date.UTC(2026, 10, 24, 14, 20))).toBe('14:20 UTC');
    expect(clock.shortly(Date.UTC(2026, 10, 25, 0, 5))).toBe('25 Nov 2026, 00:05 UTC');
    expect(clock.on(Date.UTC(2026, 10, 24, 14, 20))).toBe('24 Nov 2026, 14:20 UTC (15:20 Europe/Berlin)');
  });
});

describe('a length of time', () => {
  it.each([
    ['less than a minute', 59_999],
    ['1 min', 60_000],
    ['38 min', 38.5 * 60_000],
    ['1 h', 3_600_000],
    ['2 h 5 min', 125 * 60_000],
    ['47 h 59 min', 48 * 3_600_000 - 1],
    ['2 days', 48 * 3_600_000],
    ['168 days', 168.9 * 86_400_000],
  ])('is told as %s', (told, ms) => {
    expect(inWords(ms)).toBe(told);
  });

  it('counts days', () => {
    expect([0, 1, 7].map(days)).toEqual(['0 days', '1 day', '7 days']);
  });
});
