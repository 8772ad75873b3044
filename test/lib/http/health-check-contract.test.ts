import { describe, expect, it } from 'vitest';
import { HEALTH_HISTORY, historyRange } from '../../../lib/http/contracts/health-check.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-11-23T03:00:00Z');

describe('the time of a history', () => {
  it.each([
    [{}, NOW_MS - 31 * DAY_MS, NOW_MS],
    [{ from: NOW_MS - 5 * DAY_MS }, NOW_MS - 5 * DAY_MS, NOW_MS],
    [{ from: NOW_MS - 40 * DAY_MS }, NOW_MS - 40 * DAY_MS, NOW_MS - 9 * DAY_MS],
    [{ to: NOW_MS - DAY_MS }, NOW_MS - 32 * DAY_MS, NOW_MS - DAY_MS],
    [{ to: DAY_MS }, 0, DAY_MS],
    [{ from: 5, to: 7 }, 5, 7],
  ])('of %j', (asked, fromMs, toMs) => {
    expect(historyRange(asked, NOW_MS)).toEqual({ fromMs, toMs });
  });

  it.each([
    [{ from: '2026-11-01T00:00:00Z', to: '2026-12-02T00:00:00Z' }, true],
    [{ from: '2026-11-01T00:00:00Z', to: '2026-12-02T00:00:01Z' }, false],
    [{ from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }, false],
    [{ from: '2026-11-01T00:00:00Z' }, true],
    [{ from: 'yesterday', to: '2026-11-01T00:00:00Z' }, false],
    [{ page: '2' }, false],
  ])('%j is taken: %s', (query, isTaken) => {
    expect(HEALTH_HISTORY.query.safeParse(query).success).toBe(isTaken);
  });
});
