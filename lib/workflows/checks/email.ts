import type { AccountReadiness, SenderReadiness, Suppression } from '../../alerts/email-readiness.ts';
import type { AlertSeverity } from '../../domain/alert.ts';
import { type Assessment, count, fail, ok, warn } from './assessment.ts';

export const EMAIL_LIMIT = 'SES sends, from a verified sender, to every recipient';

/** What SES says of all that an alert of this connection needs. */
export interface MeasuredEmail {
  readonly account: AccountReadiness;
  readonly sender: { readonly address: string } & SenderReadiness;
  readonly recipients: readonly {
    readonly address: string;
    readonly severities: readonly AlertSeverity[];
    readonly suppression: Suppression;
  }[];
}

interface Finding {
  readonly assessed: 'fail' | 'warn';
  readonly detail: string;
  readonly remedy: string;
}

export function assessEmail(email: MeasuredEmail): Assessment {
  const findings = [
    ...accountFindings(email.account),
    ...senderFindings(email.sender),
    ...recipientFindings(email.recipients),
  ];
  const value = `${count(email.recipients.length, 'recipient')}, ${count(findings.length, 'obstacle')}`;
  if (findings.length === 0) return ok(value, 'Alerts reach everybody, as far as SES can say.');
  const detail = findings.map((finding) => finding.detail).join(' ');
  const remedy = findings.map((finding) => finding.remedy).join(' ');
  const isBad = findings.some(({ assessed }) => assessed === 'fail');
  return isBad ? fail(value, detail, remedy) : warn(value, detail, remedy);
}

function accountFindings({ isSending, isInSandbox }: AccountReadiness): Finding[] {
  if (!isSending) {
    return [
      {
        assessed: 'fail',
        detail: 'SES sends nothing for this account: sending is paused.',
        remedy:
          'See why (aws sesv2 get-account), then resume: aws sesv2 put-account-sending-attributes --sending-enabled',
      },
    ];
  }
  if (!isInSandbox) return [];
  return [
    {
      assessed: 'warn',
      detail: 'The account is in the sandbox of SES, which sends to verified addresses only.',
      remedy:
        'Ask AWS for production access (aws sesv2 put-account-details --production-access-enabled), or verify each recipient: aws sesv2 create-email-identity --email-identity <address>',
    },
  ];
}

function senderFindings({ address, isVerified, isKnown }: MeasuredEmail['sender']): Finding[] {
  if (isVerified) return [];
  return [
    {
      assessed: 'fail',
      detail: isKnown
        ? `The sender ${address} is not verified in SES, nor is its domain.`
        : `SES knows neither the sender ${address} nor its domain.`,
      remedy: isKnown
        ? `Send the link for it again, and open it: aws ses verify-email-identity --email-address ${address}`
        : `Make it known, and open the link that it is sent: aws sesv2 create-email-identity --email-identity ${address}`,
    },
  ];
}

/** Where one of several is suppressed, the others read it. */
function recipientFindings(recipients: MeasuredEmail['recipients']): Finding[] {
  return recipients.flatMap(({ address, severities, suppression }) => {
    if (suppression === null) return [];
    const isReadByNobody = severities.some((severity) =>
      recipients.every((other) => !other.severities.includes(severity) || other.suppression !== null),
    );
    return {
      assessed: isReadByNobody ? 'fail' : 'warn',
      detail: `SES sends ${address} nothing any more (${suppression.reason}).`,
      remedy: `Once mail reaches it again: aws sesv2 delete-suppressed-destination --email-address ${address}`,
    };
  });
}
