import { describe, expect, it } from 'vitest';
import { healthAfterFailure, healthAt } from '../../../lib/domain/health.ts';
import { aState } from '../../support/builders.ts';

const NOW_MS = 1_000_000;

describe('health', () => {
  it('is degraded after a failure while consumers hold a valid token, and down when they do not', () => {
    expect(healthAfterFailure('transient', NOW_MS + 1, NOW_MS)).toBe('degraded');
    expect(healthAfterFailure('transient', NOW_MS, NOW_MS)).toBe('down');
    expect(healthAfterFailure('throttled', null, NOW_MS)).toBe('down');
  });

  it('is down when the credential is dead, though a token may still be valid', () => {
    expect(healthAfterFailure('dead', NOW_MS + 3_600_000, NOW_MS)).toBe('down');
  });

  it('becomes down by itself when the token runs out', () => {
    const state = aState({ health: 'degraded', accessTokenExpiresAtMs: NOW_MS });
    expect(healthAt(state, NOW_MS - 1)).toBe('degraded');
    expect(healthAt(state, NOW_MS)).toBe('down');
    expect(healthAt(null, NOW_MS)).toBe('down');
  });
});
