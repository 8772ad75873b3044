import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countdownWords,
  localWords,
  relativeWords,
  spanWords,
  utcWords,
} from '../../../console/model/time.ts';
import { NOW_MS } from '../support.ts';

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;

describe('times in words', () => {
  it.each([
    [0, '0 s'],
    [59 * S, '59 s'],
    [31 * MIN + 59 * S, '31 min'],
    [H, '1 h'],
    [72 * MIN, '1 h 12 min'],
    [48 * H, '2 days'],
    [-5 * S, '0 s'],
  ])('a span of %i ms is %s', (spanMs, words) => {
    expect(spanWords(spanMs)).toBe(words);
  });

  it.each([
    [0, '0 s'],
    [1, '1 s'],
    [59_001, '1 min 00 s'],
    [31 * MIN + 4 * S, '31 min 04 s'],
    [72 * MIN, '1 h 12 min'],
  ])('counts %i ms down as %s', (leftMs, words) => {
    expect(countdownWords(leftMs)).toBe(words);
  });

  it('says how far a time is, on either side of now', () => {
    expect(relativeWords(NOW_MS + 31 * MIN, NOW_MS)).toBe('in 31 min');
    expect(relativeWords(NOW_MS - 12 * MIN, NOW_MS)).toBe('12 min ago');
    expect(relativeWords(NOW_MS + 2 * S, NOW_MS)).toBe('now');
  });

  it('gives the wall’s time with its zone, and the day unless it is today there', () => {
    expect(localWords(NOW_MS, NOW_MS, 'Europe/Berlin')).toBe('04:00 CET');
    expect(localWords(NOW_MS - 5 * H, NOW_MS, 'Europe/Berlin')).toBe('22 Nov, 23:00 CET');
    expect(localWords(Date.parse('2025-11-23T03:00:00Z'), NOW_MS, 'UTC')).toBe('23 Nov 2025, 03:00 UTC');
    expect(utcWords(NOW_MS)).toBe('2026-11-23 03:00:00 UTC');
  });

  it('never says that more time is left than is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 * 24 * H }), (spanMs) => {
        const units: Record<string, number> = { s: S, min: MIN, h: H, days: 24 * H };
        const told = [...spanWords(spanMs).matchAll(/(\d+) (s|min|h|days)/g)];
        const toldMs = told.reduce(
          (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0),
          0,
        );
        expect(toldMs).toBeLessThanOrEqual(spanMs);
      }),
    );
  });
});
