import type { Connection } from '../config/configuration.ts';
import type { Alert, AlertOf } from '../domain/alert.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import { healthAt } from '../domain/health.ts';
import type { Incident } from '../domain/incident.ts';
import { dueForRenewalAtMs } from '../domain/schedule.ts';
import type { News } from './decide-alerts.ts';
import { isRenewalOpen } from './follow-renewal.ts';
import type { ReplacementEntry } from './follow-trail.ts';

/** How many events of an incident are told from either end of it: alerts wait together in one item of DynamoDB's. */
const TOLD_EVENTS = 10;

/** What an alert's facts are taken from. */
export interface AlertFacts {
  readonly connection: Connection;
  readonly state: ConnectionState | null;
  /** Newest first; empty where they cannot be read. */
  readonly incidents: readonly Incident[];
  readonly nowMs: number;
  readonly cooldownMs: number;
  /** A new UUID. */
  readonly newId: () => string;
}

/** The state of a token whose renewal has not failed on record: it ran out all the same. */
const RAN_OUT = {
  failureClass: null,
  code: 'TOKEN_RAN_OUT',
  detail: 'The access token ran out, and no attempt to renew it is on record.',
  remedy: 'Look whether the sweep runs: its log, and the alarm sweep-not-running.',
};

/** Writes out what people are told. Holds no secret. */
export function composeAlert(news: News, facts: AlertFacts): Alert {
  const { connection, state, nowMs, newId } = facts;
  const common = { id: newId(), connection: connection.id, atMs: nowMs };
  const consumersFineUntilMs = fineUntilMs(state, nowMs);
  switch (news.kind) {
    case 'problem': {
      const kind = state && healthAt(state, nowMs) === 'degraded' ? 'degraded' : 'down';
      return { kind, ...common, ...troubleOf(facts), consumersFineUntilMs };
    }
    case 'flapping':
      return {
        kind: 'flapping',
        ...common,
        ...troubleOf(facts),
        consumersFineUntilMs,
        health: healthAt(state, nowMs),
        quietUntilMs: nowMs + facts.cooldownMs,
      };
    case 'recovered': {
      const severity = news.wasDown ? 'critical' : 'warning';
      return {
        kind: 'recovered',
        ...common,
        severity,
        incident: incidentSince(news.toldAtMs, facts),
        consumersFineUntilMs,
      };
    }
    case 'renewalDue': {
      const { dueAtMs, daysLeft } = news.warning;
      const isOpened = isRenewalOpen(connection, state?.credential?.obtainedAtMs ?? null, nowMs);
      return { kind: 'renewalDue', ...common, dueAtMs, daysLeft, isOpened, consumersFineUntilMs };
    }
    case 'replaced':
      return {
        kind: news.isRenewal ? 'renewed' : 'credentialReplaced',
        ...common,
        ...replacementOf(news.entry, facts),
        consumersFineUntilMs,
      };
    case 'recoveredFromBackup':
      return {
        kind: 'recoveredFromBackup',
        ...common,
        from: state?.recovery?.from ?? 'current',
        repairs: [...(state?.recovery?.repairs ?? [])],
        generation: state?.generation ?? null,
        consumersFineUntilMs,
      };
    case 'backupRewritten': {
      const { entry, stores } = news;
      return { kind: 'backupRewritten', ...common, stores: [...stores], generation: entry.generation };
    }
    case 'rateLimited': {
      const { actor: by, operation, sourceAddress } = news.entry;
      return { kind: 'rateLimited', ...common, by, operation, sourceAddress };
    }
    case 'auditBroken':
      return { kind: 'auditBroken', ...common, detail: news.detail };
  }
}

/** Until when consumers hold a valid token; null when they hold none. */
export function fineUntilMs(state: ConnectionState | null, nowMs: number): number | null {
  const expiresAtMs = state?.accessTokenExpiresAtMs ?? null;
  return expiresAtMs !== null && expiresAtMs > nowMs ? expiresAtMs : null;
}

type Trouble = Pick<
  AlertOf<'down'>,
  'sinceMs' | 'failureClass' | 'code' | 'detail' | 'remedy' | 'nextAttemptAtMs' | 'incidentId'
>;

function troubleOf({ state, incidents, nowMs }: AlertFacts): Trouble {
  const incident = incidents.find(({ closedAtMs }) => closedAtMs === null) ?? null;
  const isFailing = state !== null && state.consecutiveFailures > 0;
  const failure = (isFailing && state.lastFailure) || {
    ...RAN_OUT,
    atMs: state?.accessTokenExpiresAtMs ?? nowMs,
  };
  const { failureClass, code, detail, remedy } = failure;
  return {
    sinceMs: incident?.openedAtMs ?? failure.atMs,
    failureClass,
    code,
    detail,
    remedy,
    nextAttemptAtMs: state?.nextAttemptAtMs ?? null,
    incidentId: incident?.id ?? null,
  };
}

/** The incident that is over; one that was over before people were told of the problem is another. */
function incidentSince(toldAtMs: number, { incidents }: AlertFacts): Incident | null {
  const [newest] = incidents;
  if (newest?.closedAtMs == null || newest.closedAtMs < toldAtMs) return null;
  const { timeline } = newest;
  if (timeline.length <= 2 * TOLD_EVENTS) return newest;
  return { ...newest, timeline: [...timeline.slice(0, TOLD_EVENTS), ...timeline.slice(-TOLD_EVENTS)] };
}

function replacementOf(entry: ReplacementEntry, { connection, state, nowMs }: AlertFacts) {
  const { actor, operation, reason, sourceAddress, generation, organizationId } = entry;
  return {
    by: actor,
    operation,
    reason,
    sourceAddress,
    generation: generation ?? state?.generation ?? 1,
    organizationId,
    backedUpIn: [...(state?.backup?.stores ?? [])],
    revokesAtMs: state?.superseded?.revokeAtMs ?? null,
    nextRenewalAtMs: dueForRenewalAtMs(state?.credential?.obtainedAtMs ?? nowMs, connection.renewEveryDays),
  };
}
