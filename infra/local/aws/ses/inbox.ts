import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import { closeServer } from '../../http-server.ts';
import { AwsError } from '../service.ts';
import { everybodyOf, type OutgoingMail } from './mail.ts';

/** A mail as the inbox holds it. */
export interface SentMail {
  readonly from: string;
  /** Whom it was delivered to, copies included. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  /** Virtual time. */
  readonly atMs: number;
}

/** Where delivered mail ends up, with a page that shows it. */
export interface Inbox {
  /** The page's. */
  readonly origin: string;
  /** @returns the message's id */
  deliver(mail: OutgoingMail): Promise<string>;
  /** Oldest first. */
  sent(): Promise<readonly SentMail[]>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

const deliverySchema = z.object({ MessageId: z.string() });
const refusalSchema = z.object({ detail: z.string() });
const storeSchema = z.object({
  emails: z.array(
    z.object({
      messageId: z.string(),
      from: z.string(),
      subject: z.string(),
      body: z.object({ text: z.string().nullish(), html: z.string().nullish() }),
    }),
  ),
});
/** The package wants to see one, and checks nothing of it. */
const SIGNATURE = 'AWS4-HMAC-SHA256 Credential=operator';

/** Mail in memory, in the package aws-ses-v2-local. */
export async function startInbox(nowMs: () => number): Promise<Inbox> {
  // A CommonJS package with a default export: `require` gives the same shape in every loader.
  const { default: start } = createRequire(import.meta.url)(
    'aws-ses-v2-local',
  ) as typeof import('aws-ses-v2-local');
  const server = await start({ host: '127.0.0.1', port: 0 });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // What was delivered through here: the package has one store for all its servers in a process.
  const deliveries = new Map<string, Pick<SentMail, 'to' | 'atMs'>>();
  return {
    origin,
    deliver: async (mail) => {
      const messageId = await hand(origin, mail);
      deliveries.set(messageId, { to: everybodyOf(mail.recipients), atMs: nowMs() });
      return messageId;
    },
    sent: async () => {
      const { emails } = storeSchema.parse(await (await fetch(`${origin}/store`)).json());
      return emails.flatMap(({ messageId, from, subject, body: { text, html } }) => {
        const delivery = deliveries.get(messageId);
        return delivery ? [{ from, ...delivery, subject, text: text ?? null, html: html ?? null }] : [];
      });
    },
    clear: async () => {
      await fetch(`${origin}/clear-store`, { method: 'POST' });
      deliveries.clear();
    },
    close: () => closeServer(server),
  };
}

/** Always by the second version: the package's first one takes note of one recipient only. */
async function hand(origin: string, { from, recipients, replyTo, content }: OutgoingMail): Promise<string> {
  const { to: ToAddresses, cc: CcAddresses, bcc: BccAddresses } = recipients;
  const response = await fetch(`${origin}/v2/email/outbound-emails`, {
    method: 'POST',
    headers: { authorization: SIGNATURE, 'content-type': 'application/json' },
    body: JSON.stringify({
      FromEmailAddress: from,
      Destination: { ToAddresses, CcAddresses, BccAddresses },
      ReplyToAddresses: replyTo,
      Content: content,
    }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new AwsError('BadRequestException', refusalSchema.parse(answer).detail);
  return deliverySchema.parse(answer).MessageId;
}
