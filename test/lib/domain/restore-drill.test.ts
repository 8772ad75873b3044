import { describe, expect, it } from 'vitest';
import { afterDrill, type DrillRecord, decideDrill, laterDrill } from '../../../lib/domain/restore-drill.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-11-23T03:00:00Z');
const FAILURE = { code: 'BACKUP_TAMPERED', detail: 'Changed.', remedy: 'Look.' };

const record = (daysAgo: number, latest: Partial<DrillRecord['latest']> = {}): DrillRecord => ({
  latest: { atMs: NOW_MS - daysAgo * DAY_MS, store: 'table', failure: null, ...latest },
  lastSuccessAtMs: NOW_MS - daysAgo * DAY_MS,
});

describe('a restore drill is due', () => {
  it.each([
    ['none was run', null, 'admin', { kind: 'due', store: 'table' }],
    ['the last one is a week old', record(7.01), 'schedule', { kind: 'due', store: 'bucket' }],
    ['it was the bucket’s turn', record(8, { store: 'bucket' }), 'schedule', { kind: 'due', store: 'table' }],
    ['it is not a week old', record(7), 'schedule', { kind: 'notDue' }],
    ['an admin asks', record(30), 'admin', { kind: 'notDue' }],
    ['the health changed', record(30), 'change', { kind: 'notDue' }],
    ['it failed', record(1, { failure: FAILURE }), 'admin', { kind: 'due', store: 'table' }],
    ['a clock was far ahead', record(-30), 'schedule', { kind: 'due', store: 'bucket' }],
    ['a clock was a little ahead', record(-0.01), 'schedule', { kind: 'notDue' }],
  ] as const)('or not, when %s', (_, remembered, trigger, expected) => {
    expect(decideDrill(remembered, trigger, NOW_MS)).toEqual(expected);
  });
});

it('what is remembered keeps the last success through a failure', () => {
  const failed = { atMs: NOW_MS, store: 'bucket', failure: FAILURE } as const;
  expect(afterDrill(record(8), failed)).toEqual({ latest: failed, lastSuccessAtMs: NOW_MS - 8 * DAY_MS });
  expect(afterDrill(null, failed).lastSuccessAtMs).toBeNull();
  expect(afterDrill(null, { ...failed, failure: null }).lastSuccessAtMs).toBe(NOW_MS);
});

it('of two memories the one that knows more stays', () => {
  expect(laterDrill(record(1), record(2))).toEqual(record(1));
  expect(laterDrill(record(2), record(1))).toEqual(record(1));
  expect(laterDrill(null, record(1))).toEqual(record(1));
  expect(laterDrill(record(1), null)).toEqual(record(1));
  expect(laterDrill(null, null)).toBeNull();
});
