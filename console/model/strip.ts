import { LONGEST_LIFETIME_MS } from '../../lib/domain/token-lifetime.ts';
import type { AuditEntryAnswer, ConnectionStatus } from '../api/answers.ts';
import { standingFailure } from './health.ts';
import { spanWords, timeOf } from './time.ts';

/** What the strip shows. */
export const STRIP_MS = 24 * 3_600_000;
/** How much audit it takes: a token from before may have been valid when the strip begins. */
export const STRIP_READ_MS = STRIP_MS + LONGEST_LIFETIME_MS;

/** `served`: consumers could hold a valid token. `gap`: they could not. `before`: nothing is on record yet. */
export type BandKind = 'served' | 'gap' | 'before';

/** From `fromMs` (inclusive) to `toMs` (exclusive). */
export interface Band {
  readonly kind: BandKind;
  readonly fromMs: number;
  readonly toMs: number;
}

/** One attempt to get a new access token. */
export interface Mark {
  readonly atMs: number;
  readonly isSuccess: boolean;
  /** Whether the refresh token was found dead. Zoho ends the access tokens of a refresh token together with it. */
  readonly isDead: boolean;
}

export interface Strip {
  readonly fromMs: number;
  readonly toMs: number;
  /** In order, without a hole, from the beginning of the strip to its end. */
  readonly bands: readonly Band[];
  /** Oldest first. */
  readonly marks: readonly Mark[];
}

type StripEntry = Pick<AuditEntryAnswer, 'sequence' | 'at' | 'operation' | 'outcome' | 'code'>;

/** What leaves a new access token behind when it succeeds. */
const PUBLISHES: ReadonlySet<string> = new Set(['refresh', 'consent', 'manual-token-update', 'restore']);
/** What succeeded without one: it is finished later, or was only tried. */
const PUBLISHES_NOTHING: ReadonlySet<string | null> = new Set(['STAGED', 'PROVEN_ONLY']);

/** Consumers hold a valid token by what the state says, from `fromMs` (inclusive) to `untilMs` (exclusive). */
export interface Served {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What the state says of the latest token, whether or not the audit has its refresh; null where there is none. */
export function servedOf(status: ConnectionStatus): Served | null {
  const fromMs = timeOf(status.lastSuccessAt);
  const expiresAtMs = timeOf(status.accessTokenExpiresAt);
  if (fromMs === null || expiresAtMs === null) return null;
  const failure = standingFailure(status);
  const deadAtMs = failure?.failureClass === 'dead' ? Date.parse(failure.at) : Infinity;
  return { fromMs, untilMs: Math.min(expiresAtMs, deadAtMs) };
}

/**
 * The last 24 hours of a connection: each refresh, and when no token was valid.
 *
 * @param entries of that time and the hour before it, in any order
 * @param served what the state says of the latest token: no gap is drawn in that time
 * @param isComplete whether they are all of that time; if not, what is older than the oldest is not known
 */
export function stripOf(
  entries: readonly StripEntry[],
  isComplete: boolean,
  nowMs: number,
  served: Served | null = null,
): Strip {
  const fromMs = nowMs - STRIP_MS;
  const attempts = entries
    .filter(isAttempt)
    .map(markOf)
    .filter(({ atMs }) => atMs <= nowMs)
    .sort((a, b) => a.atMs - b.atMs);
  return {
    fromMs,
    toMs: nowMs,
    bands: bandsOf(
      attempts,
      knownFromMs(entries, attempts, isComplete),
      { fromMs, toMs: nowMs },
      served && cutAtDeath(served, attempts),
    ),
    marks: attempts.filter(({ atMs }) => atMs >= fromMs),
  };
}

/** The state has the latest failure only; the token ended with the first attempt that found the refresh token dead. */
function cutAtDeath({ fromMs, untilMs }: Served, attempts: readonly Mark[]): Served {
  const diedAtMs = attempts.find(({ isDead, atMs }) => isDead && atMs >= fromMs)?.atMs ?? Infinity;
  return { fromMs, untilMs: Math.min(untilMs, diedAtMs) };
}

/** A consent that was refused, say, is no failed refresh: the running credential goes on. */
function isAttempt(entry: StripEntry): boolean {
  return isPublication(entry) || (entry.outcome === 'failed' && entry.operation === 'refresh');
}

/** A token that is brought and runs already changes no credential, and still gives consumers a fresh access token. */
function isPublication({ operation, outcome, code }: StripEntry): boolean {
  if (!PUBLISHES.has(operation)) return false;
  return outcome === 'succeeded'
    ? !PUBLISHES_NOTHING.has(code)
    : outcome === 'unchanged' && code === 'SAME_TOKEN';
}

function markOf(entry: StripEntry): Mark {
  const isSuccess = isPublication(entry);
  return { atMs: Date.parse(entry.at), isSuccess, isDead: !isSuccess && entry.code === 'CREDENTIAL_DEAD' };
}

/** Since when the entries tell everything. Before the first attempt of a chain that begins with them, nothing was. */
function knownFromMs(entries: readonly StripEntry[], attempts: readonly Mark[], isComplete: boolean): number {
  const oldest = entries.toSorted((a, b) => a.sequence - b.sequence)[0];
  if (!oldest) return isComplete ? -Infinity : Infinity;
  if (!isComplete) return Date.parse(oldest.at);
  return oldest.sequence === 1 ? (attempts[0]?.atMs ?? Infinity) : -Infinity;
}

function bandsOf(
  attempts: readonly Mark[],
  knownMs: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
  served: Served | null,
): Band[] {
  const bands: Band[] = [];
  let reachedMs = fromMs;
  const push = (kind: BandKind, untilMs: number) => {
    const endMs = Math.min(untilMs, toMs);
    if (endMs <= reachedMs) return;
    const last = bands.at(-1);
    if (last?.kind === kind) bands[bands.length - 1] = { ...last, toMs: endMs };
    else bands.push({ kind, fromMs: reachedMs, toMs: endMs });
    reachedMs = endMs;
  };
  const extendGap = (untilMs: number) => {
    if (served !== null) {
      push('gap', Math.min(untilMs, served.fromMs));
      push('served', Math.min(untilMs, served.untilMs));
    }
    push('gap', untilMs);
  };
  push('before', knownMs);
  let validUntilMs = -Infinity;
  for (const { atMs, isSuccess, isDead } of attempts) {
    push('served', Math.min(validUntilMs, atMs));
    extendGap(atMs);
    if (isSuccess) validUntilMs = atMs + LONGEST_LIFETIME_MS;
    if (isDead) validUntilMs = atMs;
  }
  push('served', validUntilMs);
  extendGap(toMs);
  return bands;
}

/** The strip for whoever does not see it, such as `28 refreshes, 2 failures, no gap in 24 hours`. */
export function stripWords({ bands, marks, toMs }: Strip): string {
  const successes = marks.filter(({ isSuccess }) => isSuccess).length;
  const failures = marks.length - successes;
  const gapMs = bands.reduce((sum, band) => sum + (band.kind === 'gap' ? band.toMs - band.fromMs : 0), 0);
  const before = bands.find(({ kind }) => kind === 'before');
  const since = before ? `the last ${spanWords(toMs - before.toMs)}` : '24 hours';
  if (before && before.toMs >= toMs) return 'Nothing is on record in 24 hours';
  const gap = gapMs === 0 ? 'no gap' : `${spanWords(gapMs)} without a valid token`;
  return `${counted(successes, 'refresh', 'refreshes')}, ${counted(failures, 'failure', 'failures')}, ${gap} in ${since}`;
}

function counted(count: number, one: string, many: string): string {
  return `${count === 0 ? 'no' : count} ${count === 1 ? one : many}`;
}
