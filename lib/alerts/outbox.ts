import type { Message } from '../domain/alert.ts';
import type { WaitingMessage } from './alert-table.ts';

/** So many fit into an item of DynamoDB's with room to spare; more can only be there when SES took none for weeks. */
const MOST_WAITING = 50;
/** How soon what SES would not take for somebody is tried again, and for how long. */
const RETRY_MS = 15 * 60_000;
const LONGEST_RETRYING_MS = 3 * 86_400_000;

/** What waits in a mailbox after new messages have come. The oldest give way when there are too many. */
export function withNew(
  outbox: readonly WaitingMessage[],
  messages: readonly { readonly message: Message; readonly to: readonly string[] }[],
): readonly WaitingMessage[] {
  const added = messages.map(({ message, to }) => ({ message, to: [...to], notBeforeMs: null }));
  return [...outbox, ...added].slice(-MOST_WAITING);
}

/** A new digest takes the place of one that the same people have not got yet. */
export function withDigests(
  outbox: readonly WaitingMessage[],
  digests: readonly WaitingMessage[],
): readonly WaitingMessage[] {
  const readers = new Set(digests.map(({ to }) => to.join()));
  return [...outbox.filter(({ to }) => !readers.has(to.join())), ...digests].slice(-MOST_WAITING);
}

/** What waits after a message was sent to everybody. */
export function withoutSent(
  outbox: readonly WaitingMessage[],
  sent: WaitingMessage,
): readonly WaitingMessage[] {
  return change(outbox, sent, null);
}

/**
 * What waits after SES has refused a message for whom it was left: it is tried again later, so that it keeps nothing newer
 * from going.
 */
export function withRefused(
  outbox: readonly WaitingMessage[],
  refused: WaitingMessage,
  { left, nowMs }: { left: readonly string[]; nowMs: number },
): readonly WaitingMessage[] {
  const retried = { ...refused, to: [...left], notBeforeMs: nowMs + RETRY_MS };
  return change(outbox, refused, isGivenUp(refused, nowMs) ? null : retried);
}

/** Whether a message that is refused is not tried again: whoever cannot be reached for days, the health check and the log name. */
export function isGivenUp({ message }: WaitingMessage, nowMs: number): boolean {
  return nowMs - message.atMs >= LONGEST_RETRYING_MS;
}

/** Whether it is time to send a message. A time that is far away was written by a clock that was wrong. */
export function isToBeSent({ notBeforeMs }: WaitingMessage, nowMs: number): boolean {
  return notBeforeMs === null || notBeforeMs <= nowMs || notBeforeMs > nowMs + RETRY_MS;
}

function change(
  outbox: readonly WaitingMessage[],
  which: WaitingMessage,
  into: WaitingMessage | null,
): readonly WaitingMessage[] {
  return outbox.flatMap((waiting) => {
    if (waiting.message.id !== which.message.id) return [waiting];
    return into ? [into] : [];
  });
}
