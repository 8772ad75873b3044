import type { AuditEntryAnswer } from '../api/answers.ts';
import type { AuditSearch } from './route.ts';

export const OUTCOMES = [
  'succeeded',
  'failed',
  'refused',
  'unchanged',
  'attempted',
] as const satisfies readonly AuditEntryAnswer['outcome'][];

const PAGE_ENTRIES = '50';

/** A search as the API takes it. A time in the address is one of the browser's zone, as the form's fields have it. */
export function auditQuery({ connection, actor, outcome, from, to }: AuditSearch) {
  const known = OUTCOMES.find((candidate) => candidate === outcome);
  return {
    limit: PAGE_ENTRIES,
    ...given('connection', connection),
    ...given('actor', actor),
    ...given('outcome', known),
    ...given('from', isoOf(from)),
    // The field has whole minutes, and the API's range takes its end in.
    ...given('to', isoOf(to, 59_999)),
  };
}

function given<N extends string, V>(name: N, value: V | undefined): Partial<Record<N, V>> {
  return value === undefined ? {} : ({ [name]: value } as Record<N, V>);
}

function isoOf(local: string | undefined, plusMs = 0): string | undefined {
  const atMs = Date.parse(local ?? '');
  return Number.isNaN(atMs) ? undefined : new Date(atMs + plusMs).toISOString();
}
