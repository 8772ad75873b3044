import type { Answer } from './answer.ts';
import { percentile } from './percentile.ts';

/** How requests were answered, and how long that took. */
export interface Tally {
  readonly sent: number;
  /** By status, such as `200`, and `none` for those that got no answer. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** Refused by a limit, as they should be: of an admin's rate, or of a connection's mints. By the problem's name. */
  readonly limited: Readonly<Record<string, number>>;
  /** What should not be, by its status and problem, such as `503 unavailable`. */
  readonly errors: Readonly<Record<string, number>>;
  /** In ms, of all but what a limit refused, which takes less; errors count with the time that they took. Null of none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** What came of one request. */
type Verdict = 'succeeded' | 'limited' | 'busy' | 'error';

/** Counts answers. A connection that is busy with another admin's refresh is no error: the answer says to try again. */
export function tallyAnswers(answers: readonly Answer[]): Tally {
  const of = (verdict: Verdict) => answers.filter((answer) => judge(answer) === verdict);
  const latencies = answers.filter((answer) => judge(answer) !== 'limited').map(({ latencyMs }) => latencyMs);
  return {
    sent: answers.length,
    byStatus: countBy(answers, ({ status }) => String(status ?? 'none')),
    limited: countBy(of('limited'), ({ reason }) => reason ?? 'unnamed'),
    errors: countBy(of('error'), ({ status, reason }) => [status, reason].filter(Boolean).join(' ')),
    p50Ms: percentile(latencies, 50),
    p95Ms: percentile(latencies, 95),
    p99Ms: percentile(latencies, 99),
  };
}

/** What 99 of 100 answers stay within while none waits for many before it. */
export const HOLDS_P99_MS = 1_000;

/** Whether a load was carried: nothing failed, and nothing piled up. */
export function holds({ errors, p99Ms }: Pick<Tally, 'errors' | 'p99Ms'>): boolean {
  return totalOf(errors) === 0 && p99Ms !== null && p99Ms <= HOLDS_P99_MS;
}

function judge({ status, reason }: Answer): Verdict {
  if (status === null) return 'error';
  if (status < 400) return 'succeeded';
  if (status === 429 && reason !== 'zoho-throttled') return 'limited';
  return status === 409 && reason === 'connection-busy' ? 'busy' : 'error';
}

function countBy(answers: readonly Answer[], nameOf: (answer: Answer) => string): Record<string, number> {
  const groups = Map.groupBy(answers, nameOf);
  return Object.fromEntries([...groups].map(([name, group]) => [name, group.length]));
}

/** How many there are in all. */
export function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
