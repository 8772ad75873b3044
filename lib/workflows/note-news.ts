import { isDeepStrictEqual } from 'node:util';
import type { ConnectionMailbox } from '../alerts/alert-table.ts';
import { composeAlert } from '../alerts/compose-alert.ts';
import { decideAlerts, type News } from '../alerts/decide-alerts.ts';
import { isRenewalOpen } from '../alerts/follow-renewal.ts';
import { withNew } from '../alerts/outbox.ts';
import { addressesOf } from '../alerts/recipients.ts';
import type { AuditRecord } from '../audit/audit-item.ts';
import type { Message } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import { healthChanged } from '../events/keeper-events.ts';
import type { AlertDependencies } from './alert-dependencies.ts';
import { auditTrail } from './audit-trail.ts';
import type { KnownConnection } from './sweep-alerts.ts';
import { tellListeners } from './tell-listeners.ts';

const HOUR_MS = 3_600_000;

export interface NotedAlerts {
  /** What is new. */
  readonly messages: readonly Message[];
  /** As it stands now; null when somebody else has written it meanwhile. */
  readonly mailbox: ConnectionMailbox | null;
}

/** Decides what people are to be told of a connection, and keeps it until it is sent. Throws what DynamoDB throws. */
export async function noteNews(
  deps: AlertDependencies,
  known: KnownConnection,
  requestId: string,
): Promise<NotedAlerts> {
  const { connection, state, report, mailbox } = known;
  const nowMs = deps.nowMs();
  const cooldownMs = deps.settings.cooldownHours * HOUR_MS;
  const records = await newRecords(deps, known);
  const sighting = { connection, state, report, records, nowMs };
  const decision = decideAlerts(mailbox.memory, sighting, { cooldownMs });
  if (isDeepStrictEqual(decision.memory, mailbox.memory)) return { messages: [], mailbox };

  const incidents = await incidentsFor(deps, connection.id, decision.news);
  const facts = { connection, state, incidents, nowMs, cooldownMs, newId: deps.newId };
  const messages = decision.news.map((news) => composeAlert(news, facts));
  const addressed = messages.map((message) => ({
    message,
    to: addressesOf(message, deps.settings, connection.recipients),
  }));
  const written = await deps.alerts.write(connection.id, {
    ...mailbox,
    memory: decision.memory,
    outbox: withNew(mailbox.outbox, addressed),
  });
  // Whoever did not get to write looks again, and then does this.
  if (!written) return { messages: [], mailbox: null };
  const { change } = decision;
  // Also when nobody is mailed.
  await tellListeners(deps, change ? [healthChanged(connection.id, change, nowMs)] : []);
  await recordOpenedRenewal(deps, known, { news: decision.news, requestId, nowMs });
  return { messages, mailbox: written };
}

/** What the chain has gained; null while it cannot be read, when health is told without it. */
async function newRecords(
  { audit }: AlertDependencies,
  { connection, state, mailbox }: KnownConnection,
): Promise<AuditRecord[] | null> {
  const { memory } = mailbox;
  const head = state?.auditHead?.sequence ?? 0;
  if (!memory || head <= memory.auditSequence) return [];
  return audit.readAfter(connection.id, memory.auditSequence).catch(() => null);
}

/** Only what is about health tells of an incident. */
async function incidentsFor(
  { incidents }: AlertDependencies,
  connection: string,
  news: readonly News[],
): Promise<readonly Incident[]> {
  const isAboutHealth = news.some(
    ({ kind }) => kind === 'problem' || kind === 'flapping' || kind === 'recovered',
  );
  return isAboutHealth ? incidents.read(connection).catch(() => []) : [];
}

/** A renewal that opens by itself is an operation on the connection's tokens. */
async function recordOpenedRenewal(
  deps: AlertDependencies,
  { connection, state }: KnownConnection,
  { news, requestId, nowMs }: { news: readonly News[]; requestId: string; nowMs: number },
): Promise<void> {
  const isFirst = news.some((one) => one.kind === 'renewalDue' && one.warning.isFirst);
  if (!isFirst || !isRenewalOpen(connection, state?.credential?.obtainedAtMs ?? null, nowMs)) return;
  const trail = auditTrail(
    deps,
    {
      connection: connection.id,
      operation: 'renewal',
      reason: null,
      actor: { kind: 'schedule', id: 'alerts', name: null },
      sourceAddress: null,
      requestId,
    },
    state?.auditHead ?? null,
  );
  await trail.recordOutcome({
    outcome: 'succeeded',
    code: 'RENEWAL_OPENED',
    generation: state?.generation ?? null,
  });
}
