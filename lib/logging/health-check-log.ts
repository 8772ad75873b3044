import type { CheckStatus } from '../domain/health-report.ts';
import type { HealthCheckOutcome } from '../workflows/check-health.ts';
import { type EntryLogger, type LogEntry, writeEntry } from './log-entry.ts';

/** Writes one line per report, and another one where it was not kept. */
export function logHealthChecks(logger: EntryLogger, outcomes: readonly HealthCheckOutcome[]): void {
  for (const outcome of outcomes) {
    writeEntry(logger, describeHealthCheck(outcome));
    if (outcome.kind === 'checked' && !outcome.kept.isKept) {
      const { connection } = outcome.report;
      logger.warn('a health report was not kept: the state table took no note', {
        code: 'HEALTH_REPORT_NOT_KEPT',
        connection,
        errorName: outcome.kept.errorName,
      });
    }
  }
}

const LINES: Record<CheckStatus, { level: LogEntry['level']; code: string; message: string }> = {
  ok: { level: 'info', code: 'HEALTH_OK', message: 'health check: everything is as it should be' },
  warn: { level: 'warn', code: 'HEALTH_WARN', message: 'health check: something wants looking at' },
  fail: { level: 'error', code: 'HEALTH_FAIL', message: 'health check: something is wrong' },
};

/** What a health check reads like in the log: the checks by name; the report has the rest. */
export function describeHealthCheck(outcome: HealthCheckOutcome): LogEntry {
  switch (outcome.kind) {
    case 'checked': {
      const { connection, trigger, status, checks } = outcome.report;
      const { level, code, message } = LINES[status];
      const namesOf = (wanted: CheckStatus) =>
        checks.filter((check) => check.status === wanted).map(({ name }) => name);
      const fields = { code, connection, trigger, failed: namesOf('fail'), warned: namesOf('warn') };
      const names = [...fields.failed, ...fields.warned].join(', ');
      return { level, message: names === '' ? message : `${message} (${names})`, fields };
    }
    case 'deferred':
      return {
        level: 'warn',
        message: 'no time was left to check this connection',
        fields: { code: 'HEALTH_CHECK_DEFERRED', connection: outcome.connection },
      };
  }
}
