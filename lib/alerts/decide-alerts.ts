import type { Connection } from '../config/configuration.ts';
import type { ConnectionState } from '../domain/connection-state.ts';
import type { Health } from '../domain/health.ts';
import { type HealthReport, isFaulty, NOT_MEASURED } from '../domain/health-report.ts';
import type { AlertMemory, ToldEvent, ToldProblem } from './alert-memory.ts';
import { assessHealth } from './assess-health.ts';
import { followProblem, type ProblemDecision } from './follow-problem.ts';
import { followRenewal, type RenewalWarning } from './follow-renewal.ts';
import { followTrail, type TrailNews, type TrailRecord, unrecordedReplacement } from './follow-trail.ts';

/** What is known of a connection now. */
export interface Sighting {
  readonly connection: Connection;
  readonly state: ConnectionState | null;
  /** The entries that its audit chain has gained; null when it could not be read. */
  readonly records: readonly TrailRecord[] | null;
  /** The latest health check; null before the first. */
  readonly report: HealthReport | null;
  readonly nowMs: number;
}

/** Something that people are to be told. */
export type News =
  | { readonly kind: 'problem' | 'flapping' }
  | {
      readonly kind: 'recovered';
      readonly wasDown: boolean;
      /** When people were told last of the problem that is over. */
      readonly toldAtMs: number;
    }
  | { readonly kind: 'renewalDue'; readonly warning: RenewalWarning }
  | { readonly kind: 'recoveredFromBackup' }
  | { readonly kind: 'auditBroken'; readonly detail: string }
  | (TrailNews & { readonly isRenewal: boolean });

export interface Decision {
  readonly memory: AlertMemory;
  /** In the order in which it is to be told. */
  readonly news: readonly News[];
  /** What it was and is, where the connection's health has changed; told or not. */
  readonly change: { readonly from: Health; readonly to: Health } | null;
}

/** Told events that are remembered: each says what it was about, and how many of them there can be is bounded. */
const KEPT_EVENTS = 50;
const DOWN_URGENCY = 2;
const DAY_MS = 86_400_000;

/**
 * What people are to be told of a connection, by what was told before. The same sighting again tells nothing.
 *
 * @param before null for a connection that was never looked at: what lies behind it is no news
 */
export function decideAlerts(
  before: AlertMemory | null,
  sighting: Sighting,
  { cooldownMs }: { cooldownMs: number },
): Decision {
  const { state, nowMs } = sighting;
  const known = before ?? firstMemory(sighting);
  const health = decideHealth(known, sighting, cooldownMs);
  const renewal = followRenewal(
    sighting.connection,
    known.renewal,
    state?.credential?.obtainedAtMs ?? null,
    nowMs,
  );
  const events = withoutRepeats(known.toldEvents, eventsOf(known, sighting), { nowMs, cooldownMs });
  const auditFault = auditFaultOf(known, sighting);
  const news: News[] = [
    ...health.news,
    ...events.news,
    ...(auditFault !== null && auditFault !== known.auditFault
      ? [{ kind: 'auditBroken', detail: auditFault } as const]
      : []),
    ...(renewal ? [{ kind: 'renewalDue', warning: renewal } as const] : []),
  ];
  return {
    news,
    change: health.change,
    memory: {
      ...health.memory,
      renewal: renewalMemory(known, sighting, renewal),
      recoveredAtMs: state?.recovery?.atMs ?? known.recoveredAtMs,
      generation: generationAfter(known, sighting),
      auditSequence: sighting.records?.at(-1)?.sequence ?? known.auditSequence,
      auditFault,
      toldEvents: events.told,
      keptBackAtMs: keptBackAfter(known, events.keptBack + (health.isKeptBack ? 1 : 0), nowMs),
    },
  };
}

function firstMemory({ state }: Sighting): AlertMemory {
  return {
    health: 'healthy',
    problem: null,
    suspectedSinceMs: null,
    recoveredAtMs: state?.recovery?.atMs ?? null,
    renewal: null,
    generation: state?.generation ?? 0,
    auditSequence: state?.auditHead?.sequence ?? 0,
    auditFault: null,
    toldEvents: [],
    keptBackAtMs: [],
  };
}

function decideHealth(
  known: AlertMemory,
  { state, nowMs }: Sighting,
  cooldownMs: number,
): { memory: AlertMemory; news: News[]; change: Decision['change']; isKeptBack: boolean } {
  const assessed = assessHealth(state, known.suspectedSinceMs, nowMs);
  if (assessed.kind === 'notSetUp') return { memory: known, news: [], change: null, isKeptBack: false };
  const { health, urgency, suspectedSinceMs, isCertain } = assessed;
  if (!isCertain) {
    return { memory: { ...known, suspectedSinceMs }, news: [], change: null, isKeptBack: false };
  }
  const { problem, tell, isKeptBack } = followProblem(known.problem, urgency, { nowMs, cooldownMs });
  return {
    memory: { ...known, health, suspectedSinceMs, problem },
    news: healthNews(tell, known.problem),
    change: health === known.health ? null : { from: known.health, to: health },
    isKeptBack,
  };
}

function healthNews(tell: ProblemDecision['tell'], told: ToldProblem | null): News[] {
  switch (tell) {
    case null:
      return [];
    case 'problem':
    case 'flapping':
      return [{ kind: tell }];
    case 'recovered': {
      const { urgency = 0, toldAtMs = 0 } = told ?? {};
      return [{ kind: tell, wasDown: urgency >= DOWN_URGENCY, toldAtMs }];
    }
  }
}

/** A new credential ends what was told of the old one's renewal. */
function renewalMemory(
  { renewal }: AlertMemory,
  { state, records }: Sighting,
  warning: RenewalWarning | null,
): AlertMemory['renewal'] {
  // Who renewed it, and that it was a renewal, is told when the audit can be read again.
  if (records === null) return renewal;
  const obtainedAtMs = state?.credential?.obtainedAtMs;
  if (warning && obtainedAtMs !== undefined) return { obtainedAtMs, daysBefore: warning.daysBefore };
  return renewal?.obtainedAtMs === obtainedAtMs ? renewal : null;
}

interface EventNews {
  readonly news: Extract<News, { kind: 'recoveredFromBackup' | TrailNews['kind'] }>;
  /** The like of what is not told again within the cooldown; null for what is told each time. */
  readonly about: string | null;
}

function eventsOf(known: AlertMemory, { state, records }: Sighting): EventNews[] {
  const trail = [...followTrail(records ?? []), ...unrecordedOf(known, { state, records })].map((news) => ({
    news: { ...news, isRenewal: known.renewal !== null },
    about: aboutOf(news),
  }));
  return [...trail, ...recoveriesOf(known, state)];
}

/** What was given without the audit's knowing, once all of the audit has been seen. */
function unrecordedOf(known: AlertMemory, sighting: Pick<Sighting, 'state' | 'records'>): TrailNews[] {
  const { state, records } = sighting;
  if (records === null || !isCaughtUp(known, sighting)) return [];
  const entry = unrecordedReplacement(state, Math.max(known.generation, newestIn(records)));
  return entry ? [{ kind: 'replaced', entry }] : [];
}

/** Whether everything was read that the audit had when the state was written. */
function isCaughtUp(
  { auditSequence }: AlertMemory,
  { state, records }: Pick<Sighting, 'state' | 'records'>,
): boolean {
  if (records === null) return false;
  return (records.at(-1)?.sequence ?? auditSequence) >= (state?.auditHead?.sequence ?? 0);
}

/** The newest generation that entries tell of a replacement by. */
function newestIn(records: readonly TrailRecord[]): number {
  const replaced = followTrail(records).filter((news) => news.kind === 'replaced');
  return Math.max(0, ...replaced.map(({ entry }) => entry.generation ?? 0));
}

function generationAfter(known: AlertMemory, sighting: Sighting): number {
  const { state, records } = sighting;
  const seen = Math.max(known.generation, newestIn(records ?? []));
  return isCaughtUp(known, sighting) ? Math.max(seen, state?.generation ?? 0) : seen;
}

function aboutOf(news: TrailNews): string | null {
  switch (news.kind) {
    case 'replaced':
      return null;
    case 'rateLimited':
      return `${news.entry.operation} ${news.entry.actor.id}`;
    case 'backupRewritten':
      return news.stores.join();
  }
}

function recoveriesOf({ recoveredAtMs }: AlertMemory, state: ConnectionState | null): EventNews[] {
  const recovery = state?.recovery;
  if (!recovery || recovery.atMs === recoveredAtMs) return [];
  const { from, repairs } = recovery;
  const isFoundElsewhere = from !== 'current' && from !== 'staged';
  if (!isFoundElsewhere && repairs.length === 0) return [];
  return [{ news: { kind: 'recoveredFromBackup' }, about: `${from} ${repairs.join()}` }];
}

/** What is wrong with the audit chain stays so: it is told once, and then by the digest. */
function auditFaultOf(known: AlertMemory, { report }: Sighting): string | null {
  const check = report?.checks.find(({ name }) => name === 'auditChain');
  if (!check || check.value === NOT_MEASURED) return known.auditFault;
  return isFaulty(check) ? check.detail : null;
}

/** The digest tells how many a day. */
function keptBackAfter({ keptBackAtMs }: AlertMemory, count: number, nowMs: number): number[] {
  const recent = keptBackAtMs.filter((atMs) => Math.abs(nowMs - atMs) < DAY_MS);
  return [...recent, ...Array.from({ length: count }, () => nowMs)].slice(-KEPT_EVENTS);
}

/** What was told within the cooldown is kept back; what is past it is forgotten. */
function withoutRepeats(
  told: readonly ToldEvent[],
  events: readonly EventNews[],
  { nowMs, cooldownMs }: { nowMs: number; cooldownMs: number },
): { news: News[]; told: ToldEvent[]; keptBack: number } {
  const recent = told.filter(({ atMs }) => Math.abs(nowMs - atMs) < cooldownMs);
  const news: News[] = [];
  for (const { news: event, about } of events) {
    const { kind } = event;
    if (about !== null) {
      if (recent.some((earlier) => earlier.kind === kind && earlier.about === about)) continue;
      recent.push({ kind, about, atMs: nowMs });
    }
    news.push(event);
  }
  return { news, told: recent.slice(-KEPT_EVENTS), keptBack: events.length - news.length };
}
