import type { Digest } from '../../domain/alert.ts';
import { RUNBOOK_OF } from '../runbooks.ts';
import { look, operate } from './admin-ways.ts';
import { type Clock, inWords } from './clock.ts';
import { isAhead } from './consumers.ts';
import {
  known,
  type Line,
  type Mail,
  type MailContext,
  type Part,
  type Standing,
  type Step,
} from './mail.ts';
import { consentSteps, needsConsent } from './remedies.ts';
import { HEALTH_WORDS, listedUpTo } from './words.ts';

type Entry = Digest['entries'][number];

/** How many connections are told in full: mail clients cut off what is longer than about 100 kB. */
const TOLD_IN_FULL = 12;
/** How many connections a subject and a sentence name. */
const NAMED = 3;

/** What is not as it should be, once a day. */
export function digestMail(digest: Digest, context: MailContext, clock: Clock): Mail {
  const entries = worstFirst(digest.entries);
  const told = entries.slice(0, TOLD_IN_FULL);
  const others = entries.slice(TOLD_IN_FULL);
  const attention = `${entries.length === 1 ? '1 connection needs' : `${entries.length} connections need`} attention`;
  const names = listedUpTo(
    NAMED,
    entries.map(({ connection }) => connection),
  );
  return {
    subject: `${attention}: ${names}`,
    tone: entries.some(isDown) ? 'failure' : 'attention',
    about: 'daily digest',
    state: `${entries.length} of ${entries.length + digest.fine}`,
    urgency: entries.some(isDown) ? 'Act now: consumers fail' : 'Today, when there is time',
    title: attention,
    happened: `Not as it should be: ${names}. ${digest.fine === 0 ? 'No other connection is configured.' : `Fine: ${digest.fine} more.`}`,
    consumers: consumersOf(entries, clock),
    since: `As of ${clock.on(clock.nowMs)}.${oldest(entries, clock)}`,
    steps: stepsOf(told, context),
    parts: [...told.map((entry) => partOf(entry, clock)), ...restOf(others)],
    facts: known({
      'Need attention': entries.length,
      Fine: digest.fine,
      'Alerts kept back': keptBack(entries),
    }),
    runbook: RUNBOOK_OF.digest,
    why: 'This e-mail comes once a day while something is not as it should be, and not at all when all is well.',
  };
}

/** Down first; among equals, in the order given. */
function worstFirst(entries: readonly Entry[]): Entry[] {
  const rank = { down: 0, degraded: 1, healthy: 2 };
  return entries.toSorted((a, b) => rank[a.health] - rank[b.health]);
}

function isDown({ health, isUnauthorized }: Entry): boolean {
  return health === 'down' && !isUnauthorized;
}

function consumersOf(entries: readonly Entry[], clock: Clock): Standing {
  const cutOff = entries.filter((entry) => isCutOff(entry, clock)).map(({ connection }) => connection);
  if (cutOff.length > 0)
    return {
      assurance: `Consumers of ${listedUpTo(NAMED, cutOff)} have no token that works.`,
      more: 'Those of other connections are fine for now.',
    };
  const ends = entries
    .filter(({ health }) => health !== 'healthy')
    .map(({ consumersFineUntilMs }) => consumersFineUntilMs ?? Infinity);
  const firstEndMs = Math.min(...ends);
  return {
    assurance: 'Consumers are fine.',
    more: Number.isFinite(firstEndMs)
      ? `The first of them are fine until ${clock.at(firstEndMs)}, unless a refresh succeeds before.`
      : 'Their tokens are renewed in time.',
  };
}

/** Zoho ends the access tokens of a refresh token together with it. */
function isCutOff({ consumersFineUntilMs, failure }: Entry, clock: Clock): boolean {
  return !isAhead(consumersFineUntilMs, clock) || failure?.code === 'CREDENTIAL_DEAD';
}

function oldest(entries: readonly Entry[], clock: Clock): string {
  const [first] = entries
    .flatMap(({ connection, sinceMs }) => (sinceMs === null ? [] : [{ connection, sinceMs }]))
    .toSorted((a, b) => a.sinceMs - b.sinceMs);
  return first ? ` ${first.connection} has waited longest, since ${clock.at(first.sinceMs)}.` : '';
}

/** One step for each connection, and a last one to see that it helped. */
function stepsOf(told: readonly Entry[], context: MailContext): Mail['steps'] {
  const [first, ...others] = told.map((entry) => stepFor(entry, context));
  const last = { text: 'See that all are healthy:', ...look(context, 'status') };
  return first ? [first, ...others, last] : [last];
}

function stepFor({ connection, failure, findings, isUnauthorized }: Entry, context: MailContext): Step {
  const code = failure?.code ?? (isUnauthorized ? 'CREDENTIAL_MISSING' : '');
  const remedy =
    failure?.remedy ??
    findings.find((finding) => finding.remedy !== null)?.remedy ??
    'Look what a health check says.';
  const text = `${connection}: ${remedy}`;
  if (isUnauthorized || needsConsent({ failureClass: null, code }))
    return consentSteps({ connection, remedy: text, code }, context)[0];
  return { text, ...operate(context, 'health-check', { connection }) };
}

function partOf(entry: Entry, clock: Clock): Part {
  const { connection, failure, findings, sinceMs, keptBack } = entry;
  const lines: (Line | null)[] = [
    { lead: 'Consumers', text: consumersLine(entry, clock) },
    sinceMs === null
      ? null
      : { lead: 'Since', text: `${clock.at(sinceMs)}, for ${inWords(Math.max(0, clock.nowMs - sinceMs))}` },
    failure === null ? null : { lead: failure.code, text: failure.detail },
    ...findings.map(findingLine),
    keptBack === 0
      ? null
      : { lead: 'Kept back', text: `${keptBack} alerts, because the like of them had been told` },
  ];
  return { title: `${connection}: ${stateOf(entry)}`, lines: lines.filter((line) => line !== null) };
}

function findingLine({ name, status, detail, remedy }: Entry['findings'][number]): Line {
  return { lead: `${name} ${status}`, text: remedy === null ? detail : `${detail} ${remedy}` };
}

function consumersLine(entry: Entry, clock: Clock): string {
  const { consumersFineUntilMs } = entry;
  if (!isAhead(consumersFineUntilMs, clock)) return 'without a token';
  return isCutOff(entry, clock) ? 'probably fail already' : `fine until ${clock.at(consumersFineUntilMs)}`;
}

function stateOf({ health, isUnauthorized }: Entry): string {
  return isUnauthorized ? 'not authorised yet' : HEALTH_WORDS[health];
}

function restOf(others: readonly Entry[]): Part[] {
  if (others.length === 0) return [];
  const lines = others.map((entry) => ({ lead: entry.connection, text: stateOf(entry) }));
  return [{ title: `And ${others.length} more`, lines }];
}

function keptBack(entries: readonly Entry[]): number {
  return entries.reduce((sum, entry) => sum + entry.keptBack, 0);
}
