import type { RevocationOutcome } from '../workflows/revoke-superseded.ts';
import { type EntryLogger, type LogEntry, writeEntry } from './log-entry.ts';

/** Writes one line per outcome. */
export function logRevocations(logger: EntryLogger, outcomes: readonly RevocationOutcome[]): void {
  for (const outcome of outcomes) {
    writeEntry(logger, describeRevocation(outcome));
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
    case 'deferred':
    case 'held':
      return {
        level: 'debug',
        message: 'not revoked now: somebody is at work on this connection, or no time is left',
        fields: { code: 'REVOCATION_HELD', connection },
      };
  }
}
