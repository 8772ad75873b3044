import { randomBytes, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { renderXml, type XmlContent } from '../render-xml.ts';
import { AwsError } from '../service.ts';
import type { SesAccount } from './account.ts';
import type { Answer } from './answer.ts';
import { membersOf, readForm } from './query-form.ts';
import { readMail, readRawMailOf } from './query-mail.ts';
import type { Send } from './sending.ts';

const NAMESPACE = 'http://ses.amazonaws.com/doc/2010-12-01/';

/** What the first version calls otherwise than the second. */
const CODES = new Map([
  ['SendingPausedException', 'AccountSendingPausedException'],
  ['BadRequestException', 'InvalidParameterValue'],
]);

/** What stands in an action's result; undefined for an action that has none. */
type Action = (form: URLSearchParams) => Promise<XmlContent> | XmlContent;

const enabledSchema = z.object({ Enabled: z.enum(['true', 'false']).default('false') });
const emailAddressSchema = z.object({ EmailAddress: z.string() });
const domainSchema = z.object({ Domain: z.string() });
const identitySchema = z.object({ Identity: z.string() });
const identityTypeSchema = z.object({ IdentityType: z.enum(['EmailAddress', 'Domain']).optional() });

/**
 * SES's first version, which speaks AWS's query protocol: forms in, XML out.
 *
 * @see https://docs.aws.amazon.com/ses/latest/APIReference/API_Operations.html
 */
export function createQueryApi(account: SesAccount, send: Send): (form: URLSearchParams) => Promise<Answer> {
  const actions = new Map<string, Action>([
    ['SendEmail', async (form) => ({ MessageId: await send(readMail(form)) })],
    ['SendRawEmail', async (form) => ({ MessageId: await send(readRawMailOf(form)) })],
    ...accountActions(account),
    ...identityActions(account),
  ]);
  return async (form) => {
    const name = form.get('Action') ?? '';
    try {
      const action = actions.get(name);
      if (!action) throw new AwsError('InvalidAction', `The twin's SES does not know the action ${name}.`);
      return answer(name, await action(form));
    } catch (error) {
      if (error instanceof AwsError) return refusal(error);
      throw error;
    }
  };
}

function accountActions(account: SesAccount): [string, Action][] {
  return [
    ['GetAccountSendingEnabled', () => ({ Enabled: account.isSendingEnabled })],
    [
      'UpdateAccountSendingEnabled',
      (form) => {
        account.isSendingEnabled = readForm(form, enabledSchema).Enabled === 'true';
        return undefined;
      },
    ],
    [
      'GetSendQuota',
      () => ({
        Max24HourSend: account.max24HourSend,
        MaxSendRate: account.maxSendRate,
        SentLast24Hours: account.sentLast24Hours,
      }),
    ],
  ];
}

function identityActions(account: SesAccount): [string, Action][] {
  return [
    [
      'VerifyEmailIdentity',
      (form) => {
        account.verify(readForm(form, emailAddressSchema).EmailAddress);
        return {};
      },
    ],
    [
      'VerifyDomainIdentity',
      (form) => {
        account.verify(readForm(form, domainSchema).Domain);
        return { VerificationToken: randomBytes(32).toString('base64') };
      },
    ],
    [
      'DeleteIdentity',
      (form) => {
        account.deleteIdentity(readForm(form, identitySchema).Identity);
        return {};
      },
    ],
    ['ListIdentities', (form) => ({ Identities: { member: listIdentities(account, form) } })],
    [
      'GetIdentityVerificationAttributes',
      (form) => ({ VerificationAttributes: { entry: verificationOf(account, form) } }),
    ],
  ];
}

function listIdentities(account: SesAccount, form: URLSearchParams): string[] {
  const { IdentityType: type } = readForm(form, identityTypeSchema);
  return account.identities.filter(
    (identity) => !type || (type === 'EmailAddress') === identity.includes('@'),
  );
}

/** An identity that is not there is left out. */
function verificationOf(account: SesAccount, form: URLSearchParams): XmlContent[] {
  return membersOf(form, 'Identities')
    .filter((identity) => account.isVerified(identity))
    .map((key) => ({ key, value: { VerificationStatus: 'Success' } }));
}

function answer(action: string, result: XmlContent): Answer {
  const content = { [`${action}Result`]: result, ResponseMetadata: { RequestId: randomUUID() } };
  return { status: 200, contentType: 'text/xml', body: renderXml(`${action}Response`, content, NAMESPACE) };
}

/** @see https://docs.aws.amazon.com/ses/latest/APIReference/CommonErrors.html */
function refusal({ code, message: Message, statusCode }: AwsError): Answer {
  const content = {
    Error: { Type: 'Sender', Code: CODES.get(code) ?? code, Message },
    RequestId: randomUUID(),
  };
  return {
    status: statusCode,
    contentType: 'text/xml',
    body: renderXml('ErrorResponse', content, NAMESPACE),
  };
}
