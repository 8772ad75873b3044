import { randomUUID } from 'node:crypto';
import { AwsError } from '../service.ts';
import type { SesAccount } from './account.ts';
import { addressOf } from './addresses.ts';
import type { Inbox } from './inbox.ts';
import { everybodyOf, keepRecipients, type OutgoingMail } from './mail.ts';

/** Sends a mail and answers its id, or throws an {@link AwsError} with a code of the API's second version. */
export type Send = (mail: OutgoingMail) => Promise<string>;

/**
 * Sends as SES does: not while the account is paused, not in the name of whom was not verified, and without a word not
 * to whom the account's suppression list holds.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 * @see https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
 */
export function createSending(account: SesAccount, inbox: Inbox, region: string): Send {
  return async (mail) => {
    assertEnabled(account);
    assertVerified(account, region, mail.senders);
    const everybody = everybodyOf(mail.recipients);
    if (everybody.length === 0) throw new AwsError('BadRequestException', 'The message has no recipients.');
    const recipients = keepRecipients(mail.recipients, (one) => !account.suppressionOf(addressOf(one)));
    const isDelivered = everybodyOf(recipients).length > 0;
    const messageId = isDelivered ? await inbox.deliver({ ...mail, recipients }) : randomUUID();
    // What is suppressed counts as well.
    account.countSent(everybody.length);
    return messageId;
  };
}

function assertEnabled({ isSendingEnabled }: SesAccount): void {
  if (isSendingEnabled) return;
  throw new AwsError(
    'SendingPausedException',
    'Email sending is disabled for your entire Amazon SES account.',
  );
}

/** @see https://repost.aws/knowledge-center/ses-554-400-message-rejected-error */
function assertVerified(account: SesAccount, region: string, senders: readonly string[]): void {
  const failed = new Set(senders.filter((sender) => !account.maySendAs(sender)).map(addressOf));
  if (failed.size === 0) return;
  throw new AwsError(
    'MessageRejected',
    `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${[...failed].join(', ')}`,
  );
}
