import {
  SendEmailCommand,
  SendRawEmailCommand,
  UpdateAccountSendingEnabledCommand,
  VerifyEmailIdentityCommand,
} from '@aws-sdk/client-ses';
import {
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetEmailIdentityCommand,
  GetSuppressedDestinationCommand,
  PutSuppressedDestinationCommand,
} from '@aws-sdk/client-sesv2';
import { expect, onTestFinished } from 'vitest';
import { type Cloud, refusalOf, uniqueName } from '../cloud.ts';
import type { Behaviours } from './behaviour.ts';

/** An address of AWS's own that takes mail and keeps none. @see https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html */
const RECIPIENT = 'success@simulator.amazonses.com';

/**
 * Mail from an address that was verified, and what can be asked before it is sent.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Operations.html
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

  'the rejection names the address': async (cloud) => {
    const stranger = `${uniqueName()}@example.com`;
    await expect(sendEmail(cloud, stranger)).rejects.toThrow(stranger);
  },

  'an account that is paused sends nothing, until it is resumed': async (cloud) => {
    const sender = await verifiedSender(cloud);
    const enable = (Enabled: boolean) => cloud.ses.send(new UpdateAccountSendingEnabledCommand({ Enabled }));
    onTestFinished(async () => void (await enable(true).catch(() => {})));
    await enable(false);
    await cloud.eventually(async () =>
      expect(await refusalOf(sendEmail(cloud, sender))).toBe('AccountSendingPausedException'),
    );
    await enable(true);
    await cloud.eventually(() => sendEmail(cloud, sender));
  },

  'an account says whether it may send, and what': async ({ sesV2 }) => {
    expect(await sesV2.send(new GetAccountCommand({}))).toMatchObject({
      SendingEnabled: expect.any(Boolean),
      ProductionAccessEnabled: expect.any(Boolean),
      EnforcementStatus: expect.any(String),
      SendQuota: { Max24HourSend: expect.any(Number), SentLast24Hours: expect.any(Number) },
    });
  },

  'an identity that nobody made is not found': async ({ sesV2 }) => {
    const EmailIdentity = `${uniqueName()}@example.com`;
    expect(await refusalOf(sesV2.send(new GetEmailIdentityCommand({ EmailIdentity })))).toBe(
      'NotFoundException',
    );
  },

  'an address that is not on the suppression list is not found': async ({ sesV2 }) => {
    const EmailAddress = `${uniqueName()}@example.com`;
    expect(await refusalOf(sesV2.send(new GetSuppressedDestinationCommand({ EmailAddress })))).toBe(
      'NotFoundException',
    );
  },

  'an address on the suppression list says why, until it is taken off': async (cloud) => {
    const { sesV2, eventually } = cloud;
    const EmailAddress = `${uniqueName()}@example.com`;
    const read = () => sesV2.send(new GetSuppressedDestinationCommand({ EmailAddress }));
    await sesV2.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason: 'BOUNCE' }));
    const { SuppressedDestination } = await eventually(read);
    expect(SuppressedDestination).toMatchObject({ EmailAddress, Reason: 'BOUNCE' });
    await sesV2.send(new DeleteSuppressedDestinationCommand({ EmailAddress }));
    await eventually(async () => expect(await refusalOf(read())).toBe('NotFoundException'));
  },

  'a mail to an address on the suppression list is taken': async (cloud) => {
    const EmailAddress = `${uniqueName()}@example.com`;
    const sender = await verifiedSender(cloud);
    await cloud.sesV2.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason: 'BOUNCE' }));
    onTestFinished(async () => {
      await cloud.sesV2.send(new DeleteSuppressedDestinationCommand({ EmailAddress }));
    });
    expect((await sendEmail(cloud, sender, EmailAddress)).MessageId).toEqual(expect.any(String));
  },
};

async function verifiedSender({ ses, sender }: Cloud): Promise<string> {
  if (sender !== null) return sender;
  const EmailAddress = 'conformance@example.com';
  await ses.send(new VerifyEmailIdentityCommand({ EmailAddress }));
  return EmailAddress;
}

function sendEmail({ ses }: Cloud, Source: string, recipient = RECIPIENT) {
  const Message = { Subject: { Data: 'conformance' }, Body: { Text: { Data: 'Text' } } };
  return ses.send(new SendEmailCommand({ Source, Destination: { ToAddresses: [recipient] }, Message }));
}
