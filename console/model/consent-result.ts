import type { AuditEntryAnswer } from '../api/answers.ts';
import { codeWords } from './code-words.ts';
import { relativeWords } from './time.ts';
import { sentence, type Tone } from './words.ts';

/** For how long the outcome of a consent stands on top of its connection's page. */
export const TOLD_FOR_MS = 15 * 60_000;

export interface ConsentResult {
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
}

/**
 * What became of the latest consent of a connection; null where there was none in the last 15 minutes, or where another
 * credential has come since.
 *
 * @param entries the connection's, in any order
 */
export function consentResult(entries: readonly AuditEntryAnswer[], nowMs: number): ConsentResult | null {
  const [latest] = entries.filter(isTold).sort((a, b) => b.sequence - a.sequence);
  if (latest?.operation !== 'consent' || nowMs - Date.parse(latest.at) >= TOLD_FOR_MS) return null;
  const when = relativeWords(Date.parse(latest.at), nowMs);
  const why = latest.code === null ? 'no reason is on record' : codeWords(latest.code);
  switch (latest.outcome) {
    case 'attempted':
      return {
        tone: 'neutral',
        title: 'A consent is being taken up',
        detail: `Zoho sent a consent back ${when}. Its outcome will stand here.`,
      };
    case 'succeeded':
      return {
        tone: 'fine',
        title: 'The consent was accepted',
        detail:
          latest.generation === null
            ? `The new credential came ${when}.`
            : `Generation ${latest.generation} came of it ${when}.`,
      };
    case 'unchanged':
      return { tone: 'neutral', title: 'The consent changed nothing', detail: `${sentence(why)} (${when}).` };
    case 'refused':
    case 'failed':
      return {
        tone: 'failure',
        title: 'The consent was not taken up',
        detail: `${sentence(why)} (${when}). The running credential stays as it is.`,
      };
  }
}

function isTold({ operation, outcome }: AuditEntryAnswer): boolean {
  const isReplacement = operation === 'manual-token-update' || operation === 'restore';
  return operation === 'consent' || (isReplacement && outcome === 'succeeded');
}
