import type { AlertMemory } from '../alerts/alert-memory.ts';
import type { DigestMailbox, WaitingMessage } from '../alerts/alert-table.ts';
import {
  digestEntries,
  digestEntryOf,
  isDigestDue,
  isFirstDay,
  needsAttention,
} from '../alerts/decide-digest.ts';
import { withDigests } from '../alerts/outbox.ts';
import { recipientsOf } from '../config/alerts-configuration.ts';
import type { DigestEntry } from '../domain/alert.ts';
import type { AlertDependencies } from './alert-dependencies.ts';
import type { KnownConnection } from './sweep-alerts.ts';

type Digestible = KnownConnection & { readonly memory: AlertMemory | null };

/**
 * Once a day: tells everybody who is told of connections which of them are not as they should be. Sends nothing while all
 * are. Throws what DynamoDB throws.
 *
 * @returns the digests' mailbox as it stands now; null when somebody else has written it meanwhile
 */
export async function noteDigests(
  deps: AlertDependencies,
  known: readonly Digestible[],
  mailbox: DigestMailbox,
): Promise<DigestMailbox | null> {
  const { settings, alerts } = deps;
  const nowMs = deps.nowMs();
  const digest = { atMs: nowMs };
  // The first day begins now: what lies behind has been told, or is no news.
  if (mailbox.digest === null || isFirstDay(mailbox.digest, nowMs)) {
    return alerts.writeDigests({ ...mailbox, digest });
  }
  if (!isDigestDue(mailbox.digest, settings, nowMs)) return mailbox;
  const byReaders = Map.groupBy(known, ({ connection }) =>
    recipientsOf(settings, connection.recipients, 'warning').join(),
  );
  const waiting = [...byReaders].flatMap(([readers, theirs]) => digestFor(deps, readers.split(','), theirs));
  return alerts.writeDigests({ ...mailbox, digest, outbox: withDigests(mailbox.outbox, waiting) });
}

function digestFor(
  { nowMs, newId }: AlertDependencies,
  to: string[],
  known: readonly Digestible[],
): WaitingMessage[] {
  const atMs = nowMs();
  const entries = known.flatMap((one): DigestEntry[] => {
    const entry = digestEntryOf({ ...one, nowMs: atMs });
    return entry ? [entry] : [];
  });
  if (!entries.some(needsAttention)) return [];
  const fine = known.length - entries.length;
  const message = { kind: 'digest', id: newId(), atMs, entries: digestEntries(entries), fine } as const;
  return [{ message, to, notBeforeMs: null }];
}
