import * as z from 'zod';
import { type AccountNames, type IncomingCall, inputOf, NO_RESOURCE, type RequestReader } from './call.ts';

/** The second version's path of sending; the first names its operations. */
const SEND = 'POST /v2/email/outbound-emails';
const sendEmailSchema = z.object({
  FromEmailAddress: z.string().optional(),
  Content: z.object({ Raw: z.unknown().optional() }).optional(),
});

/**
 * What a sending asks for: to send as the sender's address, or else as its domain. Which of them is verified, AWS knows;
 * here either counts as if it were.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonses.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsimpleemailservicev2.html
 */
export function createSesReader({ region, accountId }: AccountNames): RequestReader {
  const identity = (name: string) => `arn:aws:ses:${region}:${accountId}:identity/${name}`;

  return (call: IncomingCall) => {
    const { operation, from } = call.operation === SEND ? readSending(call) : readForm(call);
    const address = /<([^<>]+)>\s*$/.exec(from ?? '')?.[1] ?? from;
    if (!address) return [{ action: `ses:${operation}`, resource: NO_RESOURCE, context: {} }];
    const domain = address.slice(address.lastIndexOf('@') + 1);
    return [
      {
        action: `ses:${operation}`,
        resource: identity(address),
        alias: identity(domain),
        context: { 'ses:fromaddress': address },
      },
    ];
  };
}

function readSending(call: IncomingCall): { operation: string; from: string | undefined } {
  const { FromEmailAddress: from, Content } = sendEmailSchema.safeParse(inputOf(call)).data ?? {};
  return { operation: Content?.Raw === undefined ? 'SendEmail' : 'SendRawEmail', from };
}

function readForm({ operation, body }: IncomingCall): { operation: string; from: string | undefined } {
  return { operation, from: new URLSearchParams(body.toString()).get('Source') ?? undefined };
}
