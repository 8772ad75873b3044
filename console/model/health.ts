import { HEALTHS, type Health } from '../../lib/domain/health.ts';
import type { ConnectionStatus, Failure } from '../api/answers.ts';
import { timeOf } from './time.ts';

/** `unknown`: the token ran out after the API was heard last, and was renewed since or was not. */
export type KnownHealth = Health | 'unknown';

/**
 * The health as of now: a token that has run out means that it is down, unless what was read is too old to say so.
 *
 * @param knownMs until when what was read holds (model/age.ts)
 * @see lib/domain/health.ts, which the API goes by
 */
export function healthNow(
  { health, accessTokenExpiresAt }: ConnectionStatus,
  nowMs: number,
  knownMs = nowMs,
): KnownHealth {
  const expiresAtMs = timeOf(accessTokenExpiresAt);
  if (expiresAtMs === null || expiresAtMs <= knownMs) return 'down';
  return expiresAtMs <= nowMs ? 'unknown' : health;
}

/** The latest failure, unless something has succeeded since. */
export function standingFailure({ lastFailure, lastSuccessAt }: ConnectionStatus): Failure | null {
  if (lastFailure === null) return null;
  return lastSuccessAt !== null && Date.parse(lastSuccessAt) > Date.parse(lastFailure.at)
    ? null
    : lastFailure;
}

/** Whether only a consent helps: there is no credential, or it is dead. */
export function needsConsent(status: ConnectionStatus): boolean {
  const failureClass = standingFailure(status)?.failureClass;
  return failureClass === 'dead' || failureClass === 'unauthorized';
}

/** Since when it is not healthy; null where that is not on record. An incident's id ends with its time. */
export function troubledSinceMs(
  { openIncident, accessTokenExpiresAt }: ConnectionStatus,
  nowMs: number,
): number | null {
  const openedAtMs = Number(/-(\d{10,16})$/.exec(openIncident ?? '')?.[1] ?? Number.NaN);
  if (!Number.isNaN(openedAtMs)) return openedAtMs;
  const expiresAtMs = timeOf(accessTokenExpiresAt);
  return expiresAtMs !== null && expiresAtMs <= nowMs ? expiresAtMs : null;
}

/** Whether somebody should look at it: it is not healthy, or its latest check failed. */
export function needsAttention(status: ConnectionStatus, nowMs: number): boolean {
  return healthNow(status, nowMs) !== 'healthy' || status.lastHealthCheck?.status === 'fail';
}

/** The better before the worse. */
const RANKED: readonly KnownHealth[] = HEALTHS;

function rankOf(status: ConnectionStatus, nowMs: number): number {
  return RANKED.indexOf(healthNow(status, nowMs));
}

/** Worst first: by health, then what needs a person, then what runs out first, then by name. */
export function worstFirst(connections: readonly ConnectionStatus[], nowMs: number): ConnectionStatus[] {
  return [...connections].sort(
    (a, b) =>
      rankOf(b, nowMs) - rankOf(a, nowMs) ||
      Number(needsConsent(b)) - Number(needsConsent(a)) ||
      Number(needsAttention(b, nowMs)) - Number(needsAttention(a, nowMs)) ||
      compareTimes(a, b, nowMs) ||
      (a.connection < b.connection ? -1 : Number(a.connection > b.connection)),
  );
}

/** Of healthy ones the time says nothing: they would change places with every refresh. */
function compareTimes(a: ConnectionStatus, b: ConnectionStatus, nowMs: number): number {
  if (healthNow(a, nowMs) === 'healthy') return 0;
  return (timeOf(a.consumersFineUntil) ?? 0) - (timeOf(b.consumersFineUntil) ?? 0);
}

/** All of them in one sentence, such as `2 of 14 connections need you`. */
export function summaryWords(
  connections: readonly ConnectionStatus[],
  nowMs: number,
  knownMs = nowMs,
): string {
  const all = connections.length;
  if (all === 0) return 'No connection yet';
  if (connections.some((status) => healthNow(status, nowMs, knownMs) === 'unknown'))
    return all === 1
      ? 'How the connection is, is not known now'
      : 'How the connections are, is not known now';
  const troubled = connections.filter((status) => needsAttention(status, nowMs)).length;
  if (all === 1) return troubled === 0 ? 'Everything is fine' : 'The connection needs you';
  if (troubled === 0) return all === 2 ? 'Both connections are fine' : `All ${all} connections are fine`;
  return `${troubled} of ${all} connections ${troubled === 1 ? 'needs' : 'need'} you`;
}
