import pMap from 'p-map';
import type { AlertMemory } from '../alerts/alert-memory.ts';
import type { ConnectionMailbox } from '../alerts/alert-table.ts';
import type { Connection } from '../config/configuration.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import type { HealthReport } from '../domain/health-report.ts';
import type { AlertDependencies } from './alert-dependencies.ts';
import { type Delivery, deliverWaiting } from './deliver-alerts.ts';
import { storeFailure } from './failures.ts';
import { noteDigests } from './note-digests.ts';
import { type NotedAlerts, noteNews } from './note-news.ts';

const CONCURRENCY = 20;

/** What is known of a connection before it is looked at. */
export interface KnownConnection {
  readonly connection: Connection;
  readonly state: ConnectionState | null;
  readonly report: HealthReport | null;
  readonly mailbox: ConnectionMailbox;
}

/** What became of one connection's news. */
export type NewsOutcome = { readonly connection: string } & (
  | ({ readonly kind: 'noted' } & Pick<NotedAlerts, 'messages'>)
  /** It is looked at again with the next sweep, which finds the same. */
  | { readonly kind: 'failed'; readonly errorCode: string }
);

export interface AlertSweep {
  readonly news: readonly NewsOutcome[];
  /** Why it could not be seen whether a digest is due; null when it could. */
  readonly digestErrorCode: string | null;
  readonly delivery: Delivery;
}

/**
 * Looks at what every connection has come to, and tells people what they have not been told. The state decides, not a
 * message from whoever changed it: what a crash, or a time without SES, keeps from being told is told by the next sweep.
 *
 * What is to be told is kept before it is sent, in one write with the memory of having told it; it goes when SES has taken
 * it. So nothing is lost, and only a crash between the two tells something twice.
 *
 * @param remainingMs how much of the invocation's time is left
 * @throws what the state table throws: without it there is nothing to go by
 */
export async function sweepAlerts(
  deps: AlertDependencies,
  connections: readonly Connection[],
  { requestId, remainingMs }: { requestId: string; remainingMs: () => number },
): Promise<AlertSweep> {
  const ids = connections.map(({ id }) => id);
  const [states, mailboxes, reports] = await Promise.all([
    deps.state.readAll(ids),
    deps.alerts.readAll(ids),
    deps.reports.readLatest(ids),
  ]);
  const known = connections.map((connection) => ({
    connection,
    state: states.get(connection.id) ?? null,
    report: reports.get(connection.id) ?? null,
    mailbox: mailboxes.of(connection.id),
  }));
  const noted = await pMap(known, (one) => noteSafely(deps, one, requestId), { concurrency: CONCURRENCY });
  // Whatever is wrong with a digest, alerts go out.
  let digestErrorCode: string | null = null;
  const digests = await noteDigests(deps, known.map(withMemory(noted)), mailboxes.digests).catch(
    (fault: unknown) => {
      digestErrorCode = storeFailure(fault).code;
      return mailboxes.digests;
    },
  );
  const delivery = await deliverWaiting(
    deps,
    { connections: noted.flatMap(({ mailbox }) => mailbox ?? []), digests },
    remainingMs,
  );
  return { news: noted.map(({ outcome }) => outcome), digestErrorCode, delivery };
}

interface NotedConnection {
  readonly outcome: NewsOutcome;
  /** As it stands now; null when somebody else is writing it. */
  readonly mailbox: (ConnectionMailbox & { readonly connection: string }) | null;
}

/** One connection's trouble is not another's. */
async function noteSafely(
  deps: AlertDependencies,
  known: KnownConnection,
  requestId: string,
): Promise<NotedConnection> {
  const { id } = known.connection;
  try {
    const { messages, mailbox } = await noteNews(deps, known, requestId);
    return {
      outcome: { kind: 'noted', connection: id, messages },
      mailbox: mailbox && { ...mailbox, connection: id },
    };
  } catch (fault) {
    const { code: errorCode } = storeFailure(fault);
    return {
      outcome: { kind: 'failed', connection: id, errorCode },
      mailbox: { ...known.mailbox, connection: id },
    };
  }
}

function withMemory(
  noted: readonly NotedConnection[],
): (known: KnownConnection, index: number) => KnownConnection & { memory: AlertMemory | null } {
  return (known, index) => ({ ...known, memory: noted[index]?.mailbox?.memory ?? known.mailbox.memory });
}
