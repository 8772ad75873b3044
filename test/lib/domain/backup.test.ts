import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backupStateOf, expiringBackups, KEPT_DAYS, KEPT_GENERATIONS } from '../../../lib/domain/backup.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 24);

describe('retention', () => {
  const backups = fc.uniqueArray(
    fc.record({
      generation: fc.integer({ min: 1, max: 500 }),
      storedAtMs: fc.integer({ min: 0, max: NOW_MS }),
    }),
    { selector: ({ generation }) => generation, maxLength: 60 },
  );

  it('P2: never lets go of the newest generations, and of none before its days are over (property)', () => {
    fc.assert(
      fc.property(backups, (kept) => {
        const expiring = expiringBackups(kept);
        const generations = expiring.map(({ backup }) => backup.generation);
        const newest = [...kept].sort((a, b) => b.generation - a.generation).slice(0, KEPT_GENERATIONS);
        expect(newest.some(({ generation }) => generations.includes(generation))).toBe(false);
        expect(expiring).toHaveLength(Math.max(0, kept.length - KEPT_GENERATIONS));
        for (const { backup, expiresAtMs } of expiring) {
          expect(expiresAtMs - backup.storedAtMs).toBe(KEPT_DAYS * DAY_MS);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is known of the backups', () => {
  it.each([
    [['table', 'bucket'], 6 * 60],
    [['table'], 5],
    [['bucket'], 5],
    [[], 5],
  ] as const)('is looked at again, when %j hold one, after %i minutes', (stores, minutes) => {
    expect(backupStateOf('fingerprint', stores, NOW_MS)).toEqual({
      fingerprint: 'fingerprint',
      stores,
      checkedAtMs: NOW_MS,
      nextCheckAtMs: NOW_MS + minutes * 60_000,
    });
  });
});
