import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideMint, MINT_WINDOW_MS } from '../../../lib/domain/mint-budget.ts';

const NOW_MS = Date.parse('2026-11-23T03:00:00Z');
const minutesAgo = (...minutes: number[]) => minutes.map((ago) => NOW_MS - ago * 60_000);

describe('P4: the mint budget', () => {
  it('gives the schedule eight mints in ten minutes', () => {
    expect(decideMint(minutesAgo(9, 8, 7, 6, 5, 4, 3), 'scheduled', NOW_MS)).toEqual({ kind: 'allowed' });
    const spent = decideMint(minutesAgo(9, 8, 7, 6, 5, 4, 3, 2), 'scheduled', NOW_MS);
    expect(spent).toEqual({ kind: 'spent', freeAtMs: NOW_MS + 60_000 });
  });

  it('keeps two of ten for an admin', () => {
    expect(decideMint(minutesAgo(9, 8, 7, 6, 5, 4, 3, 2, 1), 'admin', NOW_MS)).toEqual({ kind: 'allowed' });
    expect(decideMint(minutesAgo(9, 8, 7, 6, 5, 4, 3, 2, 1, 0), 'admin', NOW_MS).kind).toBe('spent');
  });

  it('counts a mint of the future: a clock that jumped back gives no new budget', () => {
    expect(decideMint(minutesAgo(-1, -2, -3, -4, -5, -6, -7, -8), 'scheduled', NOW_MS).kind).toBe('spent');
  });

  it('counts no mint of a far future, which no clock was ahead by: waiting for it would never end', () => {
    expect(decideMint(minutesAgo(-11, -12, -13, -14, -15, -16, -17, -18), 'scheduled', NOW_MS).kind).toBe(
      'allowed',
    );
  });

  it('whoever asks at any times never gets more than the limit in any window', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ waitMs: fc.nat(400_000), admin: fc.boolean() }), { maxLength: 200 }),
        (asks) => {
          const minted: { atMs: number; admin: boolean }[] = [];
          let nowMs = NOW_MS;
          for (const { waitMs, admin } of asks) {
            nowMs += waitMs;
            const times = minted.map(({ atMs }) => atMs);
            if (decideMint(times, admin ? 'admin' : 'scheduled', nowMs).kind === 'allowed')
              minted.push({ atMs: nowMs, admin });
          }
          for (const { atMs } of minted) {
            const window = minted.filter((mint) => mint.atMs > atMs - MINT_WINDOW_MS && mint.atMs <= atMs);
            expect(window.length).toBeLessThanOrEqual(10);
            if (window.every(({ admin }) => !admin)) expect(window.length).toBeLessThanOrEqual(8);
          }
        },
      ),
    );
  });

  it('a refusal names the first moment at which a mint is allowed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -60_000, max: MINT_WINDOW_MS + 1 }), { maxLength: 30 }),
        (agesMs) => {
          const times = agesMs.map((ageMs) => NOW_MS - ageMs);
          const decision = decideMint(times, 'scheduled', NOW_MS);
          if (decision.kind === 'allowed') return;
          expect(decideMint(times, 'scheduled', decision.freeAtMs).kind).toBe('allowed');
          expect(decideMint(times, 'scheduled', decision.freeAtMs - 1).kind).toBe('spent');
        },
      ),
    );
  });
});
