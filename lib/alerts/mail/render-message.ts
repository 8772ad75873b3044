import type { Message } from '../../domain/alert.ts';
import { clockAt, inWords } from './clock.ts';
import { composeMail } from './compose-mail.ts';
import { htmlPart } from './html-part.ts';
import type { Mail, MailContext } from './mail.ts';
import { inPlainText, plainSubject } from './plain-text.ts';
import { textPart } from './text-part.ts';
import { togetherMail } from './together-mail.ts';

/** An e-mail to be sent: both parts say the same. Holds no secret (P8). */
export interface RenderedMail {
  /** One line of at most 120 characters. */
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** SES takes an e-mail within a minute, or had trouble. */
const LATE_MS = 5 * 60_000;

/** A message as an e-mail. Times are told as seen at the message's own. */
export function renderMessage(message: Message, context: MailContext): RenderedMail {
  return render(mailOf(message, context), context);
}

/**
 * Messages of one kind as one e-mail.
 *
 * @param messages of different connections
 */
export function renderTogether(
  messages: readonly [Message, ...Message[]],
  context: MailContext,
): RenderedMail {
  const [first, ...others] = messages
    .toSorted((a, b) => endOf(a) - endOf(b))
    .map((message) => mailOf(message, context));
  if (!first || others.length === 0) return renderMessage(messages[0], context);
  return render(togetherMail([first, ...others], context), context);
}

/** Those whose consumers run dry first come first. */
function endOf(message: Message): number {
  return 'consumersFineUntilMs' in message ? (message.consumersFineUntilMs ?? 0) : 0;
}

function mailOf(message: Message, context: MailContext): Mail {
  const plain = inPlainText(message);
  const composed = composeMail(plain, context, clockAt(plain.atMs, context.timeZone));
  return { ...composed, since: `${composed.since}${lateness(plain.atMs, context.nowMs)}` };
}

function render(mail: Mail, context: MailContext): RenderedMail {
  return {
    subject: plainSubject(mail.subject),
    html: htmlPart(mail, context),
    text: textPart(mail, context),
  };
}

/** Whoever reads of a problem that is over must not get up for it. */
function lateness(atMs: number, nowMs: number): string {
  const lateMs = nowMs - atMs;
  if (lateMs < LATE_MS) return '';
  return ` This e-mail is ${inWords(lateMs)} late, as SES would not take it before: see in the status how things are now.`;
}
