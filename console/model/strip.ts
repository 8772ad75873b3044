import { LONGEST_LIFETIME_MS } from '../../lib/domain/token-lifetime.ts';
import type { AuditEntryAnswer } from '../api/answers.ts';
import { spanWords } from './time.ts';

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

/**
 * The last 24 hours of a connection: each refresh, and when no token was valid.
 *
 * @param entries of that time and the hour before it, in any order
 * @param isComplete whether they are all of that time; if not, what is older than the oldest is not known
 */
export function stripOf(entries: readonly StripEntry[], isComplete: boolean, nowMs: number): Strip {
  const fromMs = nowMs - STRIP_MS;
  const attempts = entries
    .filter(isAttempt)
    .map(markOf)
    .filter(({ atMs }) => atMs <= nowMs)
    .sort((a, b) => a.atMs - b.atMs);
  return {
    fromMs,
    toMs: nowMs,
    bands: bandsOf(attempts, knownFromMs(entries, attempts, isComplete), { fromMs, toMs: nowMs }),
    marks: attempts.filter(({ atMs }) => atMs >= fromMs),
  };
}

/** A consent that was refused, say, is no failed refresh: the running credential goes on. */
function isAttempt({ operation, outcome }: StripEntry): boolean {
  return outcome === 'succeeded' ? PUBLISHES.has(operation) : outcome === 'failed' && operation === 'refresh';
}

function markOf({ at, outcome, code }: StripEntry): Mark {
  const isSuccess = outcome === 'succeeded';
  return { atMs: Date.parse(at), isSuccess, isDead: !isSuccess && code === 'CREDENTIAL_DEAD' };
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
): Band[] {
  const bands: Band[] = [];
  let reachedMs = fromMs;
  const extend = (kind: BandKind, untilMs: number) => {
    const endMs = Math.min(untilMs, toMs);
    if (endMs <= reachedMs) return;
    const last = bands.at(-1);
    if (last?.kind === kind) bands[bands.length - 1] = { ...last, toMs: endMs };
    else bands.push({ kind, fromMs: reachedMs, toMs: endMs });
    reachedMs = endMs;
  };
  extend('before', knownMs);
  let validUntilMs = -Infinity;
  for (const { atMs, isSuccess, isDead } of attempts) {
    extend('served', Math.min(validUntilMs, atMs));
    extend('gap', atMs);
    if (isSuccess) validUntilMs = atMs + LONGEST_LIFETIME_MS;
    if (isDead) validUntilMs = atMs;
  }
  extend('served', validUntilMs);
  extend('gap', toMs);
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
