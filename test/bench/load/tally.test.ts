import { expect, it } from 'vitest';
import type { Answer } from '../../../bench/load/answer.ts';
import { HOLDS_P99_MS, holds, tallyAnswers } from '../../../bench/load/tally.ts';

function anAnswer(overrides: Partial<Answer> = {}): Answer {
  return { kind: 'refresh', dueMs: 0, latencyMs: 10, status: 200, reason: null, ...overrides };
}

it('tells what a limit refused, as it should, from what failed', () => {
  const tally = tallyAnswers([
    anAnswer(),
    anAnswer({ status: 429, reason: 'rate-limited' }),
    anAnswer({ status: 429, reason: 'mint-budget-spent' }),
    anAnswer({ status: 429, reason: 'mint-budget-spent' }),
    anAnswer({ status: 429, reason: 'zoho-throttled' }),
    anAnswer({ status: 409, reason: 'connection-busy' }),
    anAnswer({ status: 409, reason: 'credential-dead' }),
    anAnswer({ status: 503, reason: 'unavailable' }),
    anAnswer({ status: 401, reason: 'unauthenticated' }),
    anAnswer({ status: 504 }),
    anAnswer({ status: null, reason: 'ECONNRESET' }),
  ]);
  expect(tally).toMatchObject({
    sent: 11,
    byStatus: { '200': 1, '401': 1, '409': 2, '429': 4, '503': 1, '504': 1, none: 1 },
    limited: { 'rate-limited': 1, 'mint-budget-spent': 2 },
  });
  expect(tally.errors).toEqual({
    '429 zoho-throttled': 1,
    '409 credential-dead': 1,
    '503 unavailable': 1,
    '401 unauthenticated': 1,
    '504': 1,
    ECONNRESET: 1,
  });
});

it('counts the time of what failed, and not of what a limit refused at once', () => {
  const { p50Ms, p95Ms, p99Ms } = tallyAnswers([
    anAnswer({ latencyMs: 20 }),
    anAnswer({ latencyMs: 30 }),
    anAnswer({ latencyMs: 29_000, status: 504 }),
    ...Array.from({ length: 50 }, () => anAnswer({ latencyMs: 1, status: 429, reason: 'rate-limited' })),
  ]);
  expect({ p50Ms, p95Ms, p99Ms }).toEqual({ p50Ms: 30, p95Ms: 29_000, p99Ms: 29_000 });
});

it.each([
  ['holds with no error and no answer that is late', {}, HOLDS_P99_MS, true],
  ['does not with one error', { '503 unavailable': 1 }, 10, false],
  ['does not when answers pile up', {}, HOLDS_P99_MS + 1, false],
  ['does not when there was no answer at all', {}, null, false],
])('a rate %s', (_name, errors, p99Ms, expected) => {
  expect(holds({ errors, p99Ms })).toBe(expected);
});
