import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  GetSuppressedDestinationCommand,
  type SESv2Client,
} from '@aws-sdk/client-sesv2';
import { awsErrorName } from '../aws/errors.ts';
import { once, oncePer } from '../once.ts';

/** Whether SES sends for this account at all; in the sandbox it sends to verified addresses only. */
export interface AccountReadiness {
  readonly isSending: boolean;
  readonly isInSandbox: boolean;
}

/** Whether SES lets an address send: because of itself or of its domain. `isKnown` is false where it has neither. */
export interface SenderReadiness {
  readonly isVerified: boolean;
  readonly isKnown: boolean;
}

/** Why SES sends an address nothing any more; null when it does send. */
export type Suppression = { readonly reason: string } | null;

/**
 * Whether e-mails would leave. Asks each thing once, so make one per run.
 *
 * Every method throws what SES throws.
 */
export interface EmailReadiness {
  account(): Promise<AccountReadiness>;
  sender(address: string): Promise<SenderReadiness>;
  suppressionOf(address: string): Promise<Suppression>;
}

export function createEmailReadiness(ses: SESv2Client): EmailReadiness {
  return {
    account: once(() => readAccount(ses)),
    sender: oncePer((address) => readSender(ses, address)),
    suppressionOf: oncePer((address) => readSuppression(ses, address)),
  };
}

/** @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html */
async function readAccount(ses: SESv2Client): Promise<AccountReadiness> {
  const { SendingEnabled, ProductionAccessEnabled } = await ses.send(new GetAccountCommand({}));
  return { isSending: SendingEnabled === true, isInSandbox: ProductionAccessEnabled === false };
}

/** @see https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html */
async function readSender(ses: SESv2Client, address: string): Promise<SenderReadiness> {
  const own = await isVerified(ses, address);
  if (own === true) return { isVerified: true, isKnown: true };
  const domains = await isVerified(ses, address.slice(address.lastIndexOf('@') + 1));
  return { isVerified: domains === true, isKnown: own !== null || domains !== null };
}

/** @returns null for what is no identity of the account */
async function isVerified(ses: SESv2Client, identity: string): Promise<boolean | null> {
  const found = await orNull(() => ses.send(new GetEmailIdentityCommand({ EmailIdentity: identity })));
  return found && found.VerifiedForSendingStatus === true;
}

/** @see https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html */
async function readSuppression(ses: SESv2Client, address: string): Promise<Suppression> {
  const found = await orNull(() => ses.send(new GetSuppressedDestinationCommand({ EmailAddress: address })));
  return found && { reason: found.SuppressedDestination?.Reason ?? 'UNKNOWN' };
}

async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (awsErrorName(error) === 'NotFoundException') return null;
    throw error;
  }
}
