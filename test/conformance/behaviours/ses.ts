import { SendEmailCommand, SendRawEmailCommand, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses';
import { expect } from 'vitest';
import { type Cloud, refusalOf, uniqueName } from '../cloud.ts';
import type { Behaviours } from './behaviour.ts';

/** An address of AWS's own that takes mail and keeps none. @see https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html */
const RECIPIENT = 'success@simulator.amazonses.com';

/**
 * Mail from an address that was verified.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html
 */
export const SES: Behaviours = {
  'a mail from a verified address is taken': async (cloud) => {
    expect((await sendEmail(cloud, await verifiedSender(cloud))).MessageId).toEqual(expect.any(String));
  },

  'a mail in its raw form is taken': async (cloud) => {
    const sender = await verifiedSender(cloud);
    const lines = [`From: ${sender}`, `To: ${RECIPIENT}`, 'Subject: conformance', '', 'Text'];
    const Data = Buffer.from(lines.join('\r\n'));
    const { MessageId } = await cloud.ses.send(new SendRawEmailCommand({ RawMessage: { Data } }));
    expect(MessageId).toEqual(expect.any(String));
  },

  'a mail from an address that was not verified is rejected': async (cloud) => {
    const stranger = `${uniqueName()}@example.com`;
    expect(await refusalOf(sendEmail(cloud, stranger))).toBe('MessageRejected');
  },
};

async function verifiedSender({ ses, sender }: Cloud): Promise<string> {
  if (sender !== null) return sender;
  const EmailAddress = 'conformance@example.com';
  await ses.send(new VerifyEmailIdentityCommand({ EmailAddress }));
  return EmailAddress;
}

function sendEmail({ ses }: Cloud, Source: string) {
  const Message = { Subject: { Data: 'conformance' }, Body: { Text: { Data: 'Text' } } };
  return ses.send(new SendEmailCommand({ Source, Destination: { ToAddresses: [RECIPIENT] }, Message }));
}
