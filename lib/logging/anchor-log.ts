import type { AnchorOutcome } from '../workflows/anchor-audit.ts';
import { type EntryLogger, type LogEntry, writeEntry } from './log-entry.ts';

/** Writes one line per chain. */
export function logAnchors(logger: EntryLogger, outcomes: readonly AnchorOutcome[]): void {
  for (const outcome of outcomes) {
    writeEntry(logger, describeAnchor(outcome));
  }
}

/** What the sealing of one chain reads like in the log. */
export function describeAnchor(outcome: AnchorOutcome): LogEntry {
  const { connection } = outcome;
  switch (outcome.kind) {
    case 'anchored': {
      const { seal, sequence } = outcome;
      // The hash too: whoever rewrites the chain would have to rewrite this log as well.
      const fields = { sealedSequence: seal.sequence, sealedHash: seal.hash, anchorSequence: sequence };
      return {
        level: 'info',
        message: 'audit chain sealed',
        fields: { code: 'AUDIT_ANCHORED', connection, ...fields },
      };
    }
    case 'empty':
      return {
        level: 'debug',
        message: 'the audit chain has no entry yet',
        fields: { code: 'AUDIT_CHAIN_EMPTY', connection },
      };
    case 'recent':
      return {
        level: 'debug',
        message: 'the audit chain was sealed a moment ago',
        fields: { code: 'AUDIT_ANCHOR_RECENT', connection },
      };
    case 'failed':
      return {
        level: 'error',
        message: `the audit chain was not sealed: ${outcome.detail}`,
        fields: { code: 'AUDIT_ANCHOR_FAILED', connection, errorCode: outcome.errorCode },
      };
  }
}
