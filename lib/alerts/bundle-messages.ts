import type { MessageKind } from '../domain/alert.ts';
import type { WaitingMessage } from './alert-table.ts';

/** From so many connections on, what befell them alike is one e-mail. */
export const FEWEST_TOGETHER = 5;

/** What an outage, a lost key or a day in the calendar does to many connections; who did what is told one by one. */
const TOLD_TOGETHER: ReadonlySet<MessageKind> = new Set([
  'degraded',
  'down',
  'flapping',
  'recovered',
  'renewalDue',
  'recoveredFromBackup',
  'backupRewritten',
]);

/** Puts those together that go out as one e-mail: of one kind, for the same people, and many. */
export function bundleMessages<T extends { readonly waiting: WaitingMessage }>(next: readonly T[]): T[][] {
  const alike = Map.groupBy(next, ({ waiting: { message, to } }) => [message.kind, ...to].join('\n'));
  return [...alike.values()].flatMap((items) => {
    const isTogether =
      items.length >= FEWEST_TOGETHER &&
      items.every(({ waiting }) => TOLD_TOGETHER.has(waiting.message.kind));
    return isTogether ? [items] : items.map((item) => [item]);
  });
}
