import { expect, it } from 'vitest';
import { isOlderThan } from '../../../lib/domain/access-token.ts';
import { anAccessToken } from '../../support/builders.ts';

it('P4: a token is older by its credential first, and then by its expiry', () => {
  const current = anAccessToken({ generation: 2, expiresAt: '2026-11-23T01:00:00.000Z' });
  expect(isOlderThan(anAccessToken({ generation: 1, expiresAt: '2026-11-23T02:00:00.000Z' }), current)).toBe(
    true,
  );
  expect(isOlderThan(anAccessToken({ generation: 2, expiresAt: '2026-11-23T00:59:59.999Z' }), current)).toBe(
    true,
  );
  expect(isOlderThan(anAccessToken({ generation: 2, expiresAt: '2026-11-23T01:00:00.000Z' }), current)).toBe(
    false,
  );
  expect(isOlderThan(anAccessToken({ generation: 3, expiresAt: '2026-11-23T00:00:00.000Z' }), current)).toBe(
    false,
  );
});
