import { expect, it, vi } from 'vitest';
import type { Check, CheckName, CheckStatus, HealthReport } from '../../../lib/domain/health-report.ts';
import { describeHealthCheck, logHealthChecks } from '../../../lib/logging/health-check-log.ts';

const check = (name: CheckName, status: CheckStatus): Check => ({
  name,
  status,
  value: 'so',
  limit: 'such',
  detail: 'SES sends team@company.example nothing any more.',
  remedy: null,
});
const report: HealthReport = {
  schemaVersion: 1,
  connection: 'crm',
  atMs: 0,
  trigger: 'change',
  status: 'fail',
  checks: [check('probe', 'ok'), check('email', 'warn'), check('credential', 'fail')],
  drill: null,
};

it('a report is one line with the names of what is not ok, and no address', () => {
  const entry = describeHealthCheck({
    kind: 'checked',
    renewalDueAtMs: null,
    report,
    kept: { isKept: true },
  });
  expect(entry).toEqual({
    level: 'error',
    message: 'health check: something is wrong (credential, email)',
    fields: {
      code: 'HEALTH_FAIL',
      connection: 'crm',
      trigger: 'change',
      failed: ['credential'],
      warned: ['email'],
    },
  });
  const levels = (['ok', 'warn'] as const).map((status) => {
    const outcome = {
      kind: 'checked',
      renewalDueAtMs: null,
      report: { ...report, status },
      kept: { isKept: true },
    } as const;
    const { level, fields } = describeHealthCheck(outcome);
    return [level, fields.code];
  });
  expect(levels).toEqual([
    ['info', 'HEALTH_OK'],
    ['warn', 'HEALTH_WARN'],
  ]);
});

it('what was not kept, or not looked at, is said as well', () => {
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  logHealthChecks(logger, [
    {
      kind: 'checked',
      renewalDueAtMs: null,
      report,
      kept: { isKept: false, errorName: 'ResourceNotFoundException' },
    },
    { kind: 'deferred', connection: 'books' },
  ]);
  expect(logger.error).toHaveBeenCalledTimes(1);
  expect(logger.warn.mock.calls.map(([, fields]) => fields)).toEqual([
    { code: 'HEALTH_REPORT_NOT_KEPT', connection: 'crm', errorName: 'ResourceNotFoundException' },
    { code: 'HEALTH_CHECK_DEFERRED', connection: 'books' },
  ]);
});
