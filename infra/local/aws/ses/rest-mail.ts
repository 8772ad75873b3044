import * as z from 'zod';
import type { OutgoingMail } from './mail.ts';
import { readRawMail } from './raw-mail.ts';

const addressesSchema = z.array(z.string()).default([]);
const destinationSchema = z.object({
  ToAddresses: addressesSchema,
  CcAddresses: addressesSchema,
  BccAddresses: addressesSchema,
});
const contentSchema = z.union([
  z.object({ Simple: z.looseObject({}) }),
  z.object({ Raw: z.object({ Data: z.string() }) }),
]);

/** A mail by the second version; templates and configuration sets, which nobody can make here, are refused. */
export const sendEmailSchema = z.object({
  FromEmailAddress: z.string().optional(),
  Destination: destinationSchema.prefault({}),
  ReplyToAddresses: addressesSchema,
  ConfigurationSetName: z.never().optional(),
  Content: contentSchema,
});

/** @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
export function toMail(input: z.infer<typeof sendEmailSchema>): OutgoingMail {
  const { FromEmailAddress: from, Destination, ReplyToAddresses: replyTo, Content } = input;
  const { ToAddresses: to, CcAddresses: cc, BccAddresses: bcc } = Destination;
  if ('Raw' in Content) {
    return readRawMail(Content.Raw.Data, { sender: from, recipients: [...to, ...cc, ...bcc] });
  }
  return {
    from: from ?? '',
    senders: [from ?? ''],
    recipients: { to, cc, bcc },
    replyTo,
    content: Content,
  };
}
