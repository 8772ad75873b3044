import type { VerificationAnswer } from '../api/answers.ts';
import { counted } from './words.ts';

/** What of a chain was looked at. */
export function rangeWords({
  entries,
  fromSequence,
  toSequence,
}: Pick<VerificationAnswer, 'entries' | 'fromSequence' | 'toSequence'>): string {
  if (entries === 0 || fromSequence === null) return 'There was no entry to look at.';
  const range = `${counted(entries, 'entry', 'entries')} looked at, from ${fromSequence} to ${toSequence}.`;
  return fromSequence === 1
    ? range
    : `${range} This is of the newest 10,000 entries: npm run audit:verify walks the chain from its first.`;
}
