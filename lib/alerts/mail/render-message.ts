import type { Message } from '../../domain/alert.ts';
import { clockAt } from './clock.ts';
import { composeMail } from './compose-mail.ts';
import { htmlPart } from './html-part.ts';
import type { MailContext } from './mail.ts';
import { inPlainText, plainSubject } from './plain-text.ts';
import { textPart } from './text-part.ts';

/** An e-mail to be sent: both parts say the same. Holds no secret (P8). */
export interface RenderedMail {
  /** One line of at most 120 characters. */
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** A message as an e-mail. Times are told as seen at the message's own. */
export function renderMessage(message: Message, context: MailContext): RenderedMail {
  const plain = inPlainText(message);
  const mail = composeMail(plain, context, clockAt(plain.atMs, context.timeZone));
  return {
    subject: plainSubject(mail.subject),
    html: htmlPart(mail, context),
    text: textPart(mail, context),
  };
}
