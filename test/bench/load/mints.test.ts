import { expect, it } from 'vitest';
import { countMints, MINT_WINDOW_MS, MintRecord } from '../../../bench/load/mints.ts';
import { type MintEntry, MintJournal, MOST_ENTRIES } from '../../../infra/local/zoho/journal.ts';

function aMint(overrides: Partial<MintEntry> = {}): MintEntry {
  return {
    atMs: 0,
    dataCenter: 'eu',
    grantType: 'refresh_token',
    clientId: 'main',
    refreshToken: 'first',
    outcome: 'minted',
    error: null,
    fault: null,
    concurrency: 1,
    ...overrides,
  };
}
const at = (...times: number[]) => times.map((atMs) => aMint({ atMs }));

it('finds the ten minutes with the most mints, wherever they begin', () => {
  const last = MINT_WINDOW_MS - 1;
  // A window from the first mint on has three of them, one from the second has four.
  expect(countMints(at(0, last, last, MINT_WINDOW_MS + 1, MINT_WINDOW_MS + 2)).mostInWindow).toBe(4);
  expect(countMints(at(0, MINT_WINDOW_MS)).mostInWindow).toBe(1);
});

it('counts each refresh token by itself, and only what was minted from one', () => {
  const entries = [
    ...at(0, 1),
    aMint({ refreshToken: 'second' }),
    aMint({ outcome: 'refused', error: 'Access Denied' }),
    aMint({ grantType: 'authorization_code', refreshToken: 'third' }),
  ];
  expect(countMints(entries)).toEqual({ mints: 3, refreshTokens: 2, mostInWindow: 2, refused: 1 });
  expect(countMints([])).toEqual({ mints: 0, refreshTokens: 0, mostInWindow: 0, refused: 0 });
});

it('keeps what the journal forgets, each entry once', () => {
  const journal = new MintJournal();
  const record = new MintRecord(journal.entries);
  for (let round = 0; round < 5; round += 1) {
    for (let count = 0; count < 400; count += 1) journal.record(aMint({ atMs: round * MINT_WINDOW_MS }));
    record.collect();
    record.collect();
  }
  expect(record.count()).toMatchObject({ mints: 2_000, mostInWindow: 400 });
});

it.each([0, 1])('says that it has not measured what was forgotten, after it had seen %i', (seen) => {
  const journal = new MintJournal();
  const record = new MintRecord(journal.entries);
  for (let count = 0; count < seen; count += 1) journal.record(aMint());
  record.collect();
  for (let count = 0; count < MOST_ENTRIES; count += 1) journal.record(aMint());
  record.collect();
  expect(record.count()).toBeNull();
});
