import type { ConnectionMailbox, DigestMailbox, Mailbox, WaitingMessage } from '../alerts/alert-table.ts';
import { renderMessage } from '../alerts/mail/render-message.ts';
import { type SendOutcome, sendEmail } from '../alerts/send-email.ts';
import type { MessageKind } from '../domain/alert.ts';
import type { AlertDependencies } from './alert-dependencies.ts';

const HOUR_MS = 3_600_000;
/** What a call to SES may take, with its retries; what no time is left for waits for the next sweep. */
const LONGEST_SEND_MS = 20_000;

/** What became of the messages that were waiting. */
export interface Delivery {
  readonly sent: readonly { readonly connection: string | null; readonly kind: MessageKind }[];
  readonly failed: readonly {
    readonly connection: string | null;
    readonly kind: MessageKind;
    readonly errorCode: string;
    readonly recipients: number;
  }[];
  /** How many messages wait for the next sweep. */
  readonly waiting: number;
}

/** A mailbox, and how it is written; `connection` is null for the digests'. */
interface Post {
  readonly connection: string | null;
  readonly mailbox: Mailbox;
  /** @returns what stands now; null when somebody else has written it meanwhile */
  readonly keep: (outbox: readonly WaitingMessage[]) => Promise<Post | null>;
}

/**
 * Sends what waits, each connection's messages in their order. What SES does not take stays; while it takes nothing at
 * all, nothing more is tried. Never throws what SES throws; throws what DynamoDB throws.
 */
export async function deliverWaiting(
  deps: AlertDependencies,
  mailboxes: {
    connections: readonly (ConnectionMailbox & { readonly connection: string })[];
    digests: DigestMailbox | null;
  },
  remainingMs: () => number,
): Promise<Delivery> {
  const posts = [
    ...mailboxes.connections.map((mailbox) => postOf(deps, mailbox)),
    ...(mailboxes.digests ? [digestPost(deps, mailboxes.digests)] : []),
  ];
  const sent: Delivery['sent'][number][] = [];
  const failed: Delivery['failed'][number][] = [];
  let waiting = 0;
  let isOpen = true;
  for (const post of posts) {
    const { connection, mailbox } = post;
    let current: Post | null = post;
    for (const message of mailbox.outbox) {
      if (!current || !isOpen || remainingMs() < LONGEST_SEND_MS) {
        waiting += 1;
        continue;
      }
      const { left, outcome } = await send(deps, message);
      const about = { connection, kind: message.message.kind };
      if (outcome.kind === 'sent') sent.push(about);
      else failed.push({ ...about, errorCode: outcome.errorCode, recipients: left.length });
      if (left.length > 0) waiting += 1;
      if (outcome.kind === 'unavailable') isOpen = false;
      if (left.length < message.to.length) current = await current.keep(without(current, message, left));
    }
  }
  return { sent, failed, waiting };
}

/** To all at once; if SES refuses that, to each alone, so that one bad address keeps nobody else from being told. */
async function send(
  deps: AlertDependencies,
  { message, to }: WaitingMessage,
): Promise<{ left: readonly string[]; outcome: SendOutcome }> {
  const { ses, settings, apiUrl } = deps;
  const { timeZone, runbooksUrl, cooldownHours } = settings;
  const cooldownMs = cooldownHours * HOUR_MS;
  const context = { timeZone, runbooksUrl, apiUrl, cooldownMs, nowMs: deps.nowMs() };
  const email = renderMessage(message, context);
  const attempt = (recipients: readonly string[]) =>
    sendEmail(ses, { from: settings.sender, to: recipients, email });
  const together = await attempt(to);
  if (together.kind === 'sent') return { left: [], outcome: together };
  if (together.kind === 'unavailable' || to.length === 1) return { left: to, outcome: together };
  const left: string[] = [];
  for (const address of to) {
    if ((await attempt([address])).kind !== 'sent') left.push(address);
  }
  return left.length === 0 ? { left, outcome: { kind: 'sent' } } : { left, outcome: together };
}

function without(
  { mailbox }: Post,
  sent: WaitingMessage,
  left: readonly string[],
): readonly WaitingMessage[] {
  return mailbox.outbox.flatMap((waiting) => {
    if (waiting.message.id !== sent.message.id) return [waiting];
    return left.length > 0 ? [{ ...waiting, to: [...left] }] : [];
  });
}

function postOf(
  deps: AlertDependencies,
  { connection, ...mailbox }: ConnectionMailbox & { readonly connection: string },
): Post {
  return {
    connection,
    mailbox,
    keep: async (outbox) => {
      const written = await deps.alerts.write(connection, { ...mailbox, outbox });
      return written && postOf(deps, { ...written, connection });
    },
  };
}

function digestPost(deps: AlertDependencies, mailbox: DigestMailbox): Post {
  return {
    connection: null,
    mailbox,
    keep: async (outbox) => {
      const written = await deps.alerts.writeDigests({ ...mailbox, outbox });
      return written && digestPost(deps, written);
    },
  };
}
