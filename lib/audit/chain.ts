import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AuditEntry } from '../domain/audit-entry.ts';

/** The end of a chain: what the next entry is linked to. */
export interface ChainHead {
  readonly sequence: number;
  readonly hash: string;
}

/** An entry in its place in the chain of its connection. */
export interface ChainedEntry extends ChainHead {
  readonly connection: string;
  readonly previousHash: string;
  readonly entry: AuditEntry;
}

/** What the first entry of every chain follows. */
export const NOTHING_BEFORE = '0'.repeat(64);

/**
 * Links an entry to the end of its connection's chain.
 *
 * @param head the end of the chain; null begins one
 */
export function linkEntry(entry: AuditEntry, head: ChainHead | null): ChainedEntry {
  const { connection } = entry;
  const place = {
    connection,
    sequence: (head?.sequence ?? 0) + 1,
    previousHash: head?.hash ?? NOTHING_BEFORE,
    entry: asStored(entry),
  };
  return { ...place, hash: hashOf(place) };
}

/**
 * SHA-256 of an entry and its place, in hex, over their one canonical JSON.
 *
 * @param place.entry as it is stored: a field that nobody knows counts too
 * @see https://www.rfc-editor.org/rfc/rfc8785
 */
export function hashOf({
  connection,
  sequence,
  previousHash,
  entry,
}: Omit<ChainedEntry, 'hash' | 'entry'> & { entry: unknown }): string {
  return createHash('sha256')
    .update(canonicalJson({ connection, sequence, previousHash, entry }))
    .digest('hex');
}

/** The one JSON text of a value by RFC 8785, whatever order its members come in. */
export function canonicalJson(value: object): string {
  return canonicalize(value) as string;
}

/** As the store gives it back: half a surrogate pair, which an admin's JSON may bring, is replaced on its way there. */
function asStored(entry: AuditEntry): AuditEntry {
  return JSON.parse(JSON.stringify(entry), (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  );
}
