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
  const latest = latestConsent(entries, nowMs);
  if (latest === null) return null;
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
      if (latest.code === 'STAGED' && !isFinished(latest, entries))
        return {
          tone: 'attention',
          title: 'The consent is almost done',
          detail: `The new credential came ${when} and is kept. The next sweep finishes it, within five minutes. Do not consent again.`,
        };
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

/** Whether a consent is being taken up: its outcome is yet to come. */
export function isConsentUnderWay(entries: readonly AuditEntryAnswer[], nowMs: number): boolean {
  return latestConsent(entries, nowMs)?.outcome === 'attempted';
}

/** Whether a consent is kept, and the next sweep finishes it: another one would only take its place. */
export function isConsentKept(entries: readonly AuditEntryAnswer[], nowMs: number): boolean {
  const latest = latestConsent(entries, nowMs);
  return latest?.outcome === 'succeeded' && latest.code === 'STAGED' && !isFinished(latest, entries);
}

function latestConsent(entries: readonly AuditEntryAnswer[], nowMs: number): AuditEntryAnswer | null {
  const [latest] = entries.filter(isTold).sort((a, b) => b.sequence - a.sequence);
  return latest?.operation === 'consent' && nowMs - Date.parse(latest.at) < TOLD_FOR_MS ? latest : null;
}

/** Whether a later refresh ran with it, or with a newer one. */
function isFinished(staged: AuditEntryAnswer, entries: readonly AuditEntryAnswer[]): boolean {
  return entries.some(
    ({ operation, outcome, sequence, generation }) =>
      operation === 'refresh' &&
      outcome === 'succeeded' &&
      sequence > staged.sequence &&
      generation !== null &&
      generation >= (staged.generation ?? Number.POSITIVE_INFINITY),
  );
}

function isTold({ operation, outcome }: AuditEntryAnswer): boolean {
  const isReplacement = operation === 'manual-token-update' || operation === 'restore';
  return operation === 'consent' || (isReplacement && outcome === 'succeeded');
}
