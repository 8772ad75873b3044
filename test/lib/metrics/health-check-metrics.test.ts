import { expect, it } from 'vitest';
import { type Check, NOT_MEASURED } from '../../../lib/domain/health-report.ts';
import { measureHealthChecks } from '../../../lib/metrics/health-check-metrics.ts';
import type { HealthCheckOutcome } from '../../../lib/workflows/check-health.ts';

const NOW_MS = Date.parse('2027-03-01T00:00:00.000Z');
const DAY_MS = 86_400_000;

const aCheck = (differing: Partial<Check> = {}): Check => ({
  name: 'auditChain',
  status: 'ok',
  value: '12 entries intact',
  limit: 'intact',
  detail: 'It is intact.',
  remedy: null,
  ...differing,
});
const checked = (
  connection: string,
  checks: Check[],
  renewalDueAtMs: number | null = null,
): HealthCheckOutcome => ({
  kind: 'checked',
  kept: { isKept: true },
  renewalDueAtMs,
  report: {
    schemaVersion: 1,
    connection,
    atMs: NOW_MS,
    trigger: 'schedule',
    status: 'ok',
    checks,
    drill: null,
  },
});
const auditOf = (outcomes: HealthCheckOutcome[]) => measureHealthChecks(outcomes).at(-1);

it('counts what failed, and the days until a renewal where there is to be one', () => {
  const failed = aCheck({ name: 'primaryKey', status: 'fail' });
  const outcomes = [
    checked('crm', [failed, aCheck({ name: 'email', status: 'warn' }), failed], NOW_MS + 7.5 * DAY_MS),
    checked('books', [], NOW_MS - DAY_MS),
    checked('desk', []),
    { kind: 'deferred', connection: 'mail' } as const,
  ];
  expect(measureHealthChecks(outcomes).filter(({ connection }) => connection)).toEqual([
    { connection: 'crm', dimensions: {}, values: { ChecksFailed: [2], DaysToRenewal: [7.5] } },
    { connection: 'books', dimensions: {}, values: { ChecksFailed: [0], DaysToRenewal: [-1] } },
    { connection: 'desk', dimensions: {}, values: { ChecksFailed: [0] } },
  ]);
});

it('calls the audit broken when one chain is, and whole only when every one was looked at', () => {
  const broken = aCheck({ status: 'fail', value: 'fault at entry 3 (altered)' });
  const unread = aCheck({ status: 'fail', value: NOT_MEASURED });
  expect(auditOf([checked('crm', [aCheck()]), checked('books', [broken])])).toEqual({
    connection: null,
    dimensions: {},
    values: { AuditChainBroken: [1] },
  });
  expect(auditOf([checked('crm', [aCheck()]), checked('books', [aCheck()])])?.values).toEqual({
    AuditChainBroken: [0],
  });
  for (const other of [checked('books', [unread]), { kind: 'deferred', connection: 'books' } as const]) {
    expect(auditOf([checked('crm', [aCheck()]), other])?.values).not.toHaveProperty('AuditChainBroken');
    expect(auditOf([checked('crm', [broken]), other])?.values).toEqual({ AuditChainBroken: [1] });
  }
});
