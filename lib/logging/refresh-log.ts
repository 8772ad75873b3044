import type { Logger } from '@aws-lambda-powertools/logger';
import type { RefreshOutcome } from '../workflows/refresh-outcome.ts';

/** One structured log line. `code` is stable: alarms and people may rely on it. Holds no secret. */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> & { readonly code: string; readonly connection: string };
}

/** Writes one line per outcome. */
export function logRefreshes(
  logger: Pick<Logger, LogEntry['level']>,
  outcomes: readonly RefreshOutcome[],
): void {
  for (const outcome of outcomes) {
    const { level, message, fields } = describeRefresh(outcome);
    logger[level](message, fields);
    if ('auditRecorded' in outcome && !outcome.auditRecorded) {
      logger.error('the audit took no note of a refresh, which went on without it', {
        code: 'REFRESH_NOT_AUDITED',
        connection: outcome.connection,
      });
    }
  }
}

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
      if (outcome.source === 'previous') {
        const message = 'access token refreshed from the previous credential: the current one is of no use';
        return {
          level: 'warn',
          message,
          fields: { code: 'ACCESS_TOKEN_REFRESHED_FROM_PREVIOUS', ...fields },
        };
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
