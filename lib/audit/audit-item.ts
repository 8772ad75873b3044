import * as z from 'zod/mini';
import { auditEntrySchema } from '../domain/audit-entry.ts';
import type { ChainedEntry } from './chain.ts';

/** One entry as DynamoDB holds it. Strict: an attribute that no one of ours wrote is a change. */
export const auditItemSchema = z.strictObject({
  /** Partition key. */
  connection: z.string().check(z.minLength(1)),
  /** Sort key: 1, 2, 3 … */
  sequence: z.int().check(z.positive()),
  /** Partition key of the index `byDay`: the day of `at`, UTC. */
  day: z.string(),
  /** Sort key of that index: the entry's own time to the millisecond, so that texts sort as times do. */
  at: z.string(),
  entry: auditEntrySchema,
  previousHash: z.string(),
  hash: z.string(),
});

/** An entry that was read back, with its place in its connection's chain. */
export type AuditRecord = z.infer<typeof auditItemSchema>;

export function toAuditItem(chained: ChainedEntry): AuditRecord {
  return { ...chained, ...filingOf(chained.entry) };
}

/** Where the list by day finds an entry. */
export function filingOf({ at }: { at: string }): { day: string; at: string } {
  const iso = new Date(at).toISOString();
  return { day: dayOf(iso), at: iso };
}

/** Such as `2026-11-24`. */
export function dayOf(iso: string): string {
  return iso.slice(0, 10);
}
