import type { RefreshOutcome } from '../workflows/refresh-outcome.ts';
import { logBackup } from './backup-log.ts';
import { type EntryLogger, type LogEntry, writeEntry } from './log-entry.ts';

/** Writes one line per outcome. */
export function logRefreshes(logger: EntryLogger, outcomes: readonly RefreshOutcome[]): void {
  for (const outcome of outcomes) {
    writeEntry(logger, describeRefresh(outcome));
    if (outcome.kind === 'refreshed' && outcome.backup) logBackup(logger, outcome.connection, outcome.backup);
    if ('auditRecorded' in outcome && !outcome.auditRecorded) {
      logger.error('the audit took no note of a refresh, which went on without it', {
        code: 'REFRESH_NOT_AUDITED',
        connection: outcome.connection,
      });
    }
  }
}

const PLACES = {
  previous: 'the previous credential',
  backupTable: 'a backup in the table',
  backupBucket: 'a backup in the bucket',
} as const;

/** What a refresh's outcome reads like in the log. */
export function describeRefresh(outcome: RefreshOutcome): LogEntry {
  const { connection } = outcome;
  switch (outcome.kind) {
    case 'refreshed': {
      const fields = {
        connection,
        generation: outcome.generation,
        source: outcome.source,
        expiresAt: toIso(outcome.expiresAtMs),
        nextRefreshAt: toIso(outcome.nextAttemptAtMs),
        stateRecorded: outcome.stateRecorded,
      };
      if (!outcome.stateRecorded) {
        const message = 'access token refreshed, but the state table took no note';
        return {
          level: 'warn',
          message,
          fields: { code: 'ACCESS_TOKEN_REFRESHED_WITHOUT_STATE', ...fields },
        };
      }
      if (outcome.source === 'staged') {
        const message = 'access token refreshed from a new credential, which is current now';
        return { level: 'info', message, fields: { code: 'CREDENTIAL_PROMOTED', ...fields } };
      }
      if (outcome.source !== 'current') {
        const { repairs } = outcome;
        const repaired = repairs.length > 0 ? ` (${repairs.join(', ')})` : '';
        const message = `access token refreshed by ${PLACES[outcome.source]}${repaired}`;
        return { level: 'warn', message, fields: { code: 'CREDENTIAL_RECOVERED', ...fields, repairs } };
      }
      if (outcome.repairs.length > 0) {
        const { repairs } = outcome;
        const message = `access token refreshed; what was lost is back: ${repairs.join(', ')}`;
        return { level: 'warn', message, fields: { code: 'SECRETS_REPAIRED', ...fields, repairs } };
      }
      return {
        level: 'info',
        message: 'access token refreshed',
        fields: { code: 'ACCESS_TOKEN_REFRESHED', ...fields },
      };
    }
    case 'failed': {
      const { failure, health } = outcome;
      return {
        level: health === 'down' ? 'error' : 'warn',
        message: `refresh failed: ${failure.detail}`,
        fields: {
          code: 'REFRESH_FAILED',
          connection,
          health,
          failureClass: failure.failureClass,
          failureCode: failure.code,
          remedy: failure.remedy,
          consecutiveFailures: outcome.consecutiveFailures,
          consumersFineUntil:
            outcome.consumersFineUntilMs === null ? null : toIso(outcome.consumersFineUntilMs),
          nextAttemptAt: toIso(outcome.nextAttemptAtMs),
          stateRecorded: outcome.stateRecorded,
        },
      };
    }
    case 'notDue': {
      const nextAttemptAt = toIso(outcome.nextAttemptAtMs);
      return {
        level: 'debug',
        message: 'not due',
        fields: { code: 'REFRESH_NOT_DUE', connection, nextAttemptAt },
      };
    }
    case 'held':
      return {
        level: 'debug',
        message: 'somebody else is refreshing this connection',
        fields: { code: 'REFRESH_HELD', connection },
      };
    case 'deferred':
      return {
        level: 'warn',
        message: 'no time was left for this connection: the sweep takes it up within a minute',
        fields: { code: 'REFRESH_DEFERRED', connection },
      };
  }
}

function toIso(atMs: number): string {
  return new Date(atMs).toISOString();
}
