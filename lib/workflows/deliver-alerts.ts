import pMap from 'p-map';
import type { ConnectionMailbox, DigestMailbox, Mailbox, WaitingMessage } from '../alerts/alert-table.ts';
import { bundleMessages } from '../alerts/bundle-messages.ts';
import { renderTogether } from '../alerts/mail/render-message.ts';
import { isGivenUp, isToBeSent, withoutSent, withRefused } from '../alerts/outbox.ts';
import { type SendOutcome, sendEmail } from '../alerts/send-email.ts';
import type { MessageKind } from '../domain/alert.ts';
import type { AlertDependencies } from './alert-dependencies.ts';
import { storeFailure } from './failures.ts';

const HOUR_MS = 3_600_000;
const CONCURRENCY = 20;
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
    /** Whether it is not tried again. */
    readonly isGivenUp: boolean;
  }[];
  /** Mailboxes that could not be written: before a sending nothing of theirs was sent, after it is sent once more. */
  readonly unwritten: readonly { readonly connection: string | null; readonly errorCode: string }[];
  /** How many messages wait for the next sweep; what SES refused for somebody waits longer, and is not counted. */
  readonly waiting: number;
}

/** A mailbox, and how it is written; `connection` is null for the digests'. */
interface Post {
  readonly connection: string | null;
  readonly mailbox: Mailbox;
  /** @returns what stands now; null when somebody else has written it meanwhile. Throws what DynamoDB throws. */
  readonly keep: (outbox: readonly WaitingMessage[]) => Promise<Post | null>;
}

/** A message that SES was asked to send, and for whom it did not. */
interface Attempted {
  readonly waiting: WaitingMessage;
  readonly left: readonly string[];
  readonly nowMs: number;
}

/** A message that is the next of its mailbox. */
interface Next {
  readonly index: number;
  readonly waiting: WaitingMessage;
}

/**
 * Sends what waits, each connection's messages in their order; those of many connections that are alike go together. What
 * SES does not take stays; while it takes nothing at all, nothing more is tried. Never throws: what cannot be noted as sent
 * is sent once more.
 *
 * A mailbox is written before anything of it is sent. So two sweeps do not send the same, and while the table takes no
 * writes nothing is sent each minute anew.
 */
export async function deliverWaiting(
  deps: AlertDependencies,
  mailboxes: {
    connections: readonly (ConnectionMailbox & { readonly connection: string })[];
    digests: DigestMailbox | null;
  },
  remainingMs: () => number,
): Promise<Delivery> {
  const all = [
    ...mailboxes.connections.map((mailbox) => postOf(deps, mailbox)),
    ...(mailboxes.digests ? [digestPost(deps, mailboxes.digests)] : []),
  ];
  const unwritten: Delivery['unwritten'][number][] = [];
  const keep = (post: Post, outbox: readonly WaitingMessage[]) =>
    post.keep(outbox).catch((fault: unknown) => {
      unwritten.push({ connection: post.connection, errorCode: storeFailure(fault).code });
      return null;
    });
  const startedAtMs = deps.nowMs();
  const posts = await pMap(
    all,
    (post) => (countToBeSent([post], startedAtMs) > 0 ? keep(post, post.mailbox.outbox) : post),
    { concurrency: CONCURRENCY },
  );
  const unclaimed = all.filter((_, index) => posts[index] === null);
  const tried = new Set<string>();
  const sent: Delivery['sent'][number][] = [];
  const failed: Delivery['failed'][number][] = [];
  let isTaking = true;
  const goesOn = () => isTaking && remainingMs() >= LONGEST_SEND_MS;
  for (
    let next = nextOf(posts, tried, deps.nowMs());
    next.length > 0 && goesOn();
    next = nextOf(posts, tried, deps.nowMs())
  ) {
    for (const bundle of bundleMessages(next)) {
      if (!goesOn()) break;
      const { left, outcome } = await send(
        deps,
        bundle.map(({ waiting }) => waiting),
      );
      if (outcome.kind === 'unavailable') isTaking = false;
      for (const { index, waiting } of bundle) {
        const post = posts[index];
        if (!post) continue;
        tried.add(waiting.message.id);
        const about = { connection: post.connection, kind: waiting.message.kind };
        if (outcome.kind === 'sent') sent.push(about);
        else failed.push(failureOf(about, { waiting, left, outcome, nowMs: deps.nowMs() }));
        const outbox = afterwards(post.mailbox.outbox, { waiting, left, outcome, nowMs: deps.nowMs() });
        if (outbox) posts[index] = await keep(post, outbox);
      }
    }
  }
  return { sent, failed, unwritten, waiting: countToBeSent([...posts, ...unclaimed], deps.nowMs()) };
}

function countToBeSent(posts: readonly (Post | null)[], nowMs: number): number {
  return posts.flatMap((post) => post?.mailbox.outbox ?? []).filter((message) => isToBeSent(message, nowMs))
    .length;
}

/** The first message of each mailbox that was not tried yet. */
function nextOf(posts: readonly (Post | null)[], tried: ReadonlySet<string>, nowMs: number): Next[] {
  return posts.flatMap((post, index): Next[] => {
    const waiting = post?.mailbox.outbox.find(
      (message) => !tried.has(message.message.id) && isToBeSent(message, nowMs),
    );
    return waiting ? [{ index, waiting }] : [];
  });
}

/**
 * To all at once; if SES refuses that, to each alone, so that one bad address keeps nobody else from being told.
 *
 * @param bundle messages of one kind, for the same people
 */
async function send(
  deps: AlertDependencies,
  bundle: readonly WaitingMessage[],
): Promise<{ left: readonly string[]; outcome: SendOutcome }> {
  const { ses, settings, apiUrl } = deps;
  const [first, ...others] = bundle;
  if (!first) return { left: [], outcome: { kind: 'sent' } };
  const { to } = first;
  const { timeZone, runbooksUrl, cooldownHours } = settings;
  const cooldownMs = cooldownHours * HOUR_MS;
  const context = { timeZone, runbooksUrl, apiUrl, cooldownMs, nowMs: deps.nowMs() };
  const email = renderTogether([first.message, ...others.map(({ message }) => message)], context);
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

function failureOf(
  about: Delivery['sent'][number],
  { waiting, left, outcome, nowMs }: Attempted & { outcome: Exclude<SendOutcome, { kind: 'sent' }> },
): Delivery['failed'][number] {
  const { kind, errorCode } = outcome;
  return {
    ...about,
    errorCode,
    recipients: left.length,
    isGivenUp: kind === 'refused' && isGivenUp(waiting, nowMs),
  };
}

/** What a mailbox holds after a sending; null when that is what it held before. */
function afterwards(
  outbox: readonly WaitingMessage[],
  { waiting, left, outcome, nowMs }: Attempted & { outcome: SendOutcome },
): readonly WaitingMessage[] | null {
  switch (outcome.kind) {
    case 'sent':
      return withoutSent(outbox, waiting);
    case 'refused':
      return withRefused(outbox, waiting, { left, nowMs });
    case 'unavailable':
      return null;
  }
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
