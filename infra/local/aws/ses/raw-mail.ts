import { AwsError } from '../service.ts';
import type { OutgoingMail } from './mail.ts';

/** What is said beside a raw mail; it goes before what the mail's own headers say. */
export interface Envelope {
  readonly sender: string | undefined;
  /** Empty for whom the headers name. */
  readonly recipients: readonly string[];
}

/**
 * A mail in its raw form, sent as its headers say: in the name of whom they and the envelope name.
 *
 * @param data the MIME message, in base64
 * @throws {AwsError} without a `From` header, which AWS refuses
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html
 */
export function readRawMail(data: string, { sender, recipients }: Envelope): OutgoingMail {
  const headers = readHeaders(Buffer.from(data, 'base64').toString());
  const from = headers.get('from');
  if (!from) throw new AwsError('BadRequestException', "Missing required header 'From'.");
  const named = (name: string) => splitMailboxes(headers.get(name) ?? '');
  return {
    from,
    senders: sender ? [from, sender] : [from],
    recipients:
      recipients.length > 0
        ? { to: recipients, cc: [], bcc: [] }
        : { to: named('to'), cc: named('cc'), bcc: named('bcc') },
    replyTo: named('reply-to'),
    content: { Raw: { Data: data } },
  };
}

/** By name in lower case. A line that begins with white space goes on with the one before. */
function readHeaders(message: string): ReadonlyMap<string, string> {
  const [head = ''] = message.split(/\r?\n\r?\n/, 1);
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return new Map(
    lines.flatMap((line) => {
      const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
      return name && value !== undefined ? [[name.toLowerCase(), value.trim()] as const] : [];
    }),
  );
}

/** A comma within a quoted display name separates nothing. */
function splitMailboxes(list: string): string[] {
  const mailboxes = list.match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  return mailboxes.map((mailbox) => mailbox.trim()).filter((mailbox) => mailbox !== '');
}
