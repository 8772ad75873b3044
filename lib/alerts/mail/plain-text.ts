import type { Message } from '../../domain/alert.ts';

/** Longer than anything that the keeper or an admin says: a reason has 500 characters at most. */
const LONGEST_TEXT = 600;
/** Phones show the first 40 characters or so of a subject, and no mail client more than this. */
const LONGEST_SUBJECT = 120;

/** Control characters, line breaks of every kind, what turns the direction of text, and what cannot be seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu;
/** Such as `1000.4f…`: nobody writes one into a message, but an admin or Zoho may have pasted one into a reason. */
const ZOHO_TOKEN = /1000\.[0-9a-f]{8,}(?:\.[0-9a-f]*)?/gi;

/**
 * A message in which every text is one plain line of bounded length, and none holds a token. Reasons, names and Zoho's
 * words come from outside.
 */
export function inPlainText<M extends Message>(message: M): M {
  // Structure, numbers and kinds stay as they are: a kind is one plain line already.
  return JSON.parse(JSON.stringify(message), (_, value: unknown) =>
    typeof value === 'string' ? plainLine(value) : value,
  );
}

/** @returns one line of at most {@link LONGEST_SUBJECT} characters */
export function plainSubject(text: string): string {
  return shortened(text.replaceAll(UNSEEN, ' ').trim(), LONGEST_SUBJECT);
}

function plainLine(text: string): string {
  const line = text.replaceAll(UNSEEN, ' ').replaceAll(ZOHO_TOKEN, '(a token, left out)').trim();
  return line === '' ? '(nothing)' : shortened(line, LONGEST_TEXT);
}

/** By whole characters: half of a surrogate pair is none. */
function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}
