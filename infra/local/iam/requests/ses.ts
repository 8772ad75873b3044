import * as z from 'zod';
import type { BroughtRequest } from '../iam.ts';
import { type AccountNames, type IncomingCall, inputOf, NO_RESOURCE, type RequestReader } from './call.ts';

/** The second version's path of sending; the first names its operations. */
const SEND = 'POST /v2/email/outbound-emails';
const sendEmailSchema = z.object({
  FromEmailAddress: z.string().optional(),
  Content: z.object({ Raw: z.unknown().optional() }).optional(),
});

/** What the second version's other paths ask for, on no resource. One that ends with a slash is followed by a name. */
const ACTIONS: Readonly<Record<string, string>> = {
  'GET /v2/email/account': 'GetAccount',
  'PUT /v2/email/account/sending': 'PutAccountSendingAttributes',
  'PUT /v2/email/suppression/addresses': 'PutSuppressedDestination',
  'GET /v2/email/suppression/addresses/': 'GetSuppressedDestination',
  'DELETE /v2/email/suppression/addresses/': 'DeleteSuppressedDestination',
};
const GET_IDENTITY = 'GET /v2/email/identities/';
const SENDING_ACTIONS = new Set(['SendEmail', 'SendRawEmail']);

/**
 * What a call asks for. A sending asks to send as the sender's address, or else as its domain: which of them is verified,
 * AWS knows; here either counts as if it were. Of the rest only `GetEmailIdentity` is about a resource: whatever else the
 * first version does, it does to no resource, also where it names an identity.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
 */
export function createSesReader({ region, accountId }: AccountNames): RequestReader {
  const identity = (name: string) => `arn:aws:ses:${region}:${accountId}:identity/${name}`;
  const sending = (action: string, from: string): BroughtRequest => {
    const address = /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;
    const domain = address.slice(address.lastIndexOf('@') + 1);
    const context = { 'ses:fromaddress': address };
    return { action: `ses:${action}`, resource: identity(address), alias: identity(domain), context };
  };
  const other = (action: string, resource = NO_RESOURCE): BroughtRequest => ({
    action: `ses:${action}`,
    resource,
    context: {},
  });

  return (call: IncomingCall) => {
    const { operation } = call;
    if (operation.startsWith(GET_IDENTITY)) {
      const name = decoded(operation.slice(GET_IDENTITY.length));
      return [other('GetEmailIdentity', name ? identity(name) : NO_RESOURCE)];
    }
    const { action, from } = operation === SEND ? readSending(call) : readOther(call);
    return [from ? sending(action, from) : other(action)];
  };
}

/** A call, as far as it says what is done and in whose name. */
interface ReadCall {
  readonly action: string;
  readonly from?: string | undefined;
}

function readSending(call: IncomingCall): ReadCall {
  const { FromEmailAddress: from, Content } = sendEmailSchema.safeParse(inputOf(call)).data ?? {};
  return { action: Content?.Raw === undefined ? 'SendEmail' : 'SendRawEmail', from };
}

function readOther({ operation, body }: IncomingCall): ReadCall {
  if (!SENDING_ACTIONS.has(operation)) return { action: actionOf(operation) };
  return { action: operation, from: new URLSearchParams(body.toString()).get('Source') ?? undefined };
}

/** The path without a name at its end, and else the operation itself. */
function actionOf(operation: string): string {
  const named = operation.slice(0, operation.lastIndexOf('/') + 1);
  return ACTIONS[operation] ?? ACTIONS[named] ?? operation;
}

/** @returns null for what is not encoded as part of a path */
function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
