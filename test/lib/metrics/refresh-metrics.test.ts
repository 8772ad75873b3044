import { describe, expect, it } from 'vitest';
import { measureRefreshes, measureReplacement } from '../../../lib/metrics/refresh-metrics.ts';
import type { RefreshOutcome } from '../../../lib/workflows/refresh-outcome.ts';
import type { Replacement } from '../../../lib/workflows/replace-credential.ts';

const recorded = { stateRecorded: true, auditRecorded: true };

const refreshed: RefreshOutcome = {
  kind: 'refreshed',
  connection: 'crm',
  generation: 2,
  source: 'current',
  repairs: [],
  backup: null,
  expiresAtMs: 3_600_000,
  nextAttemptAtMs: 3_000_000,
  mintLatenciesMs: [320],
  ...recorded,
};
const failed: RefreshOutcome = {
  kind: 'failed',
  connection: 'books',
  failure: { failureClass: 'dead', code: 'CREDENTIAL_DEAD', detail: 'Dead.', remedy: 'Consent.' },
  health: 'down',
  consumersFineUntilMs: null,
  nextAttemptAtMs: 0,
  consecutiveFailures: 1,
  mintLatenciesMs: [150, 170],
  ...recorded,
};

describe('refreshes, measured', () => {
  it('are a success and its mints, by connection', () => {
    expect(measureRefreshes([refreshed])).toEqual([
      {
        connection: 'crm',
        dimensions: {},
        values: { RefreshesSucceeded: [1], Mints: [1], MintLatency: [320] },
      },
    ]);
  });

  it('are a failure by its class, and the mints by connection alone', () => {
    expect(measureRefreshes([failed])).toEqual([
      { connection: 'books', dimensions: { failureClass: 'dead' }, values: { RefreshFailures: [1] } },
      { connection: 'books', dimensions: {}, values: { Mints: [2], MintLatency: [150, 170] } },
    ]);
  });

  it('without a mint say nothing of mints', () => {
    expect(measureRefreshes([{ ...failed, mintLatenciesMs: [] }])).toEqual([
      { connection: 'books', dimensions: { failureClass: 'dead' }, values: { RefreshFailures: [1] } },
    ]);
  });

  it('that were not begun are nothing', () => {
    const connection = 'crm';
    const idle: RefreshOutcome[] = [
      { kind: 'notDue', connection, nextAttemptAtMs: 0 },
      { kind: 'held', connection },
      { kind: 'deferred', connection },
    ];
    expect(measureRefreshes(idle)).toEqual([]);
  });
});

it.each([
  ['replaced', 1],
  ['unchanged', 1],
  ['proven', 0],
  ['unfinished', 0],
  ['failed', 0],
] as const)('an admin’s new credential that is %s counts as %i refreshes', (kind, count) => {
  const measured = measureReplacement('crm', { kind } as Replacement);
  expect(measured).toEqual(
    Array.from({ length: count }, () => ({
      connection: 'crm',
      dimensions: {},
      values: { RefreshesSucceeded: [1] },
    })),
  );
});
