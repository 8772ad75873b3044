import { type SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { awsErrorName, isAwsTrouble } from '../aws/errors.ts';

/** An e-mail, ready to be sent. */
export interface Email {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export type SendOutcome =
  | { readonly kind: 'sent' }
  /** SES would not take it for these recipients; another one may go. */
  | { readonly kind: 'refused'; readonly errorCode: string }
  /** SES could not be asked, or takes nothing from anybody now. */
  | { readonly kind: 'unavailable'; readonly errorCode: string };

/** What SES says when it takes nothing at all, whoever is to get it. */
const NOTHING_GOES: ReadonlySet<string> = new Set([
  'AccountSendingPausedException',
  'ConfigurationSetSendingPausedException',
  'MailFromDomainNotVerifiedException',
  'AccessDenied',
  'AccessDeniedException',
  'LimitExceededException',
]);

const CHARSET = 'UTF-8';

/**
 * Sends one e-mail. Never throws.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html
 */
export async function sendEmail(
  ses: SESClient,
  { from, to, email }: { from: string; to: readonly string[]; email: Email },
): Promise<SendOutcome> {
  const { subject, html, text } = email;
  try {
    await ses.send(
      new SendEmailCommand({
        Source: from,
        Destination: { ToAddresses: [...to] },
        Message: {
          Subject: { Data: subject, Charset: CHARSET },
          Body: { Html: { Data: html, Charset: CHARSET }, Text: { Data: text, Charset: CHARSET } },
        },
      }),
    );
    return { kind: 'sent' };
  } catch (error) {
    const errorCode = awsErrorName(error);
    const isUnavailable = isAwsTrouble(error) || NOTHING_GOES.has(errorCode);
    return { kind: isUnavailable ? 'unavailable' : 'refused', errorCode };
  }
}
