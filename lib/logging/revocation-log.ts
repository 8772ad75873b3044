import type { Logger } from '@aws-lambda-powertools/logger';
import type { RevocationOutcome } from '../workflows/revoke-superseded.ts';
import type { LogEntry } from './refresh-log.ts';

/** Writes one line per outcome. */
export function logRevocations(
  logger: Pick<Logger, LogEntry['level']>,
  outcomes: readonly RevocationOutcome[],
): void {
  for (const outcome of outcomes) {
    const { level, message, fields } = describeRevocation(outcome);
    logger[level](message, fields);
  }
}

/** What the revocation of replaced refresh tokens reads like in the log. */
export function describeRevocation(outcome: RevocationOutcome): LogEntry {
  const { connection } = outcome;
  switch (outcome.kind) {
    case 'done': {
      const { revoked, left } = outcome;
      const fields = { code: 'SUPERSEDED_REVOKED', connection, revoked, left };
      return { level: 'info', message: 'replaced refresh tokens revoked', fields };
    }
    case 'postponed': {
      const { code: failureCode, detail, remedy } = outcome.failure;
      return {
        level: 'warn',
        message: `replaced refresh tokens not revoked yet: ${detail}`,
        fields: { code: 'REVOCATION_POSTPONED', connection, failureCode, remedy },
      };
    }
    case 'held':
      return {
        level: 'debug',
        message: 'somebody else is at work on this connection',
        fields: { code: 'REVOCATION_HELD', connection },
      };
  }
}
