import * as z from 'zod';
import type { OutgoingMail } from './mail.ts';
import { membersOf, readForm } from './query-form.ts';
import { readRawMail } from './raw-mail.ts';

const mailSchema = z.object({
  Source: z.string(),
  ReturnPath: z.string().optional(),
  // Nobody can make one here.
  ConfigurationSetName: z.never().optional(),
  'Message.Subject.Data': z.string(),
  'Message.Body.Text.Data': z.string().optional(),
  'Message.Body.Html.Data': z.string().optional(),
});
const rawMailSchema = z.object({ Source: z.string().optional(), 'RawMessage.Data': z.string() });

/** @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html */
export function readMail(form: URLSearchParams): OutgoingMail {
  const { Source: from, ReturnPath, ...fields } = readForm(form, mailSchema);
  const contentOf = (Data: string | undefined) => (Data === undefined ? undefined : { Data });
  return {
    from,
    senders: ReturnPath ? [from, ReturnPath] : [from],
    recipients: {
      to: membersOf(form, 'Destination.ToAddresses'),
      cc: membersOf(form, 'Destination.CcAddresses'),
      bcc: membersOf(form, 'Destination.BccAddresses'),
    },
    replyTo: membersOf(form, 'ReplyToAddresses'),
    content: {
      Simple: {
        Subject: { Data: fields['Message.Subject.Data'] },
        Body: {
          Text: contentOf(fields['Message.Body.Text.Data']),
          Html: contentOf(fields['Message.Body.Html.Data']),
        },
      },
    },
  };
}

/** @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html */
export function readRawMailOf(form: URLSearchParams): OutgoingMail {
  const { Source: sender, 'RawMessage.Data': data } = readForm(form, rawMailSchema);
  return readRawMail(data, { sender, recipients: membersOf(form, 'Destinations') });
}
