import * as z from 'zod/mini';
import { toDotPath } from 'zod/v4/core';
import type { AuditSeal } from '../domain/audit-entry.ts';
import { type AuditRecord, auditItemSchema, filingOf } from './audit-item.ts';
import { type ChainHead, hashOf, NOTHING_BEFORE } from './chain.ts';
import { type ChainFault, type ChainFaultKind, REMEDIES } from './chain-faults.ts';
import type { SealVerdict } from './seal.ts';

/** Seals come once a day; one that is a day late is still in time. */
export const SEALED_WITHIN_MS = 48 * 3_600_000;

export type ChainVerification =
  | {
      readonly kind: 'intact';
      readonly entries: number;
      /** The last entry that a seal covers, and when it was sealed; null while none is. */
      readonly sealed: { readonly sequence: number; readonly at: string } | null;
    }
  | { readonly kind: 'faulty'; readonly fault: ChainFault };

/** What a chain is held against. */
export interface ChainRules {
  readonly nowMs: number;
  /** What was written before that time need not have been sealed in time: a person has looked into it. */
  readonly unsealedAcceptedBeforeMs: number | null;
  /** Whether the seal's MAC is one of ours. */
  readonly verifySeal: (connection: string, seal: AuditSeal) => Promise<SealVerdict>;
}

/**
 * Walks a chain from its first entry, or from behind a given one, and stops at the first fault.
 *
 * Every entry has to follow the one before, and to be sealed within 48 hours by an anchor behind it. The hashes show that
 * nothing was changed without recomputing all that follows; the seals, which nobody else can make, that nothing was
 * recomputed; and their rhythm, that none was left out.
 *
 * @param items the table's items of this chain, oldest first, as they lie there
 * @param after the entry before the first of these; null for the chain's beginning
 * @throws what `verifySeal` and the items' source throw
 */
export async function verifyChain(
  connection: string,
  items: AsyncIterable<unknown> | Iterable<unknown>,
  rules: ChainRules,
  after: ChainHead | null = null,
): Promise<ChainVerification> {
  const walk = new ChainWalk(connection, rules, after);
  for await (const item of items) {
    const fault = await walk.step(item);
    if (fault) return { kind: 'faulty', fault };
  }
  return walk.end();
}

type Found = ChainFault | null;

class ChainWalk {
  readonly #connection: string;
  readonly #rules: ChainRules;
  /** What the walk begins behind. */
  readonly #after: ChainHead;
  /** The hash of each entry so far. */
  readonly #hashes: string[] = [];
  /** Entries that no seal has covered so far. */
  #unsealed: { readonly sequence: number; readonly at: string }[] = [];
  #sealed: { readonly sequence: number; readonly at: string } | null = null;

  constructor(connection: string, rules: ChainRules, after: ChainHead | null) {
    this.#connection = connection;
    this.#rules = rules;
    this.#after = after ?? { sequence: 0, hash: NOTHING_BEFORE };
  }

  async step(item: unknown): Promise<Found> {
    const read = this.#read(item);
    if ('fault' in read) return read.fault;
    const { record } = read;
    const fault = this.#checkPlace(record) ?? this.#checkContent(record, item) ?? this.#checkLink(record);
    if (fault) return fault;
    this.#hashes.push(record.hash);
    this.#unsealed.push({ sequence: record.sequence, at: record.at });
    return record.entry.operation === 'anchor' ? this.#takeSeal(record) : null;
  }

  end(): ChainVerification {
    const fault = this.#findUnsealed(this.#unsealed, this.#rules.nowMs, null);
    if (fault) return { kind: 'faulty', fault };
    return { kind: 'intact', entries: this.#hashes.length, sealed: this.#sealed };
  }

  get #next(): number {
    return this.#after.sequence + this.#hashes.length + 1;
  }

  /** Undefined for an entry that the walk has not come by. */
  #hashAt(sequence: number): string | undefined {
    return this.#hashes[sequence - this.#after.sequence - 1];
  }

  #read(item: unknown): { record: AuditRecord } | { fault: ChainFault } {
    const result = auditItemSchema.safeParse(item);
    if (result.success) return { record: result.data };
    const { data: key } = z.object({ sequence: z.number() }).safeParse(item);
    const fields = result.error.issues.map(({ path }) => toDotPath(path) || '(the whole)');
    const found = `cannot be read, because of ${[...new Set(fields)].join(', ')}`;
    return { fault: this.#fault('unparseable', key?.sequence ?? this.#next, found) };
  }

  #checkPlace({ connection, sequence, entry }: AuditRecord): Found {
    for (const owner of [connection, entry.connection]) {
      if (owner !== this.#connection) {
        return this.#fault('otherConnection', sequence, `belongs to the chain of ${owner}`);
      }
    }
    const expected = this.#next;
    if (sequence < expected) return this.#fault('doubled', sequence, 'stands here a second time');
    if (sequence === expected) return null;
    const found = sequence - 1 === expected ? 'is missing' : `and all up to ${sequence - 1} are missing`;
    return this.#fault('missing', expected, found);
  }

  /** @param item the record as it lies there: the hash covers what no schema knows, too */
  #checkContent(record: AuditRecord, item: unknown): Found {
    const { sequence, hash, day, at } = record;
    const { entry } = item as { entry: unknown };
    if (hashOf({ ...record, entry }) !== hash) {
      return this.#fault('broken', sequence, 'was changed: its hash is not that of its content');
    }
    const filing = filingOf(record.entry);
    if (day === filing.day && at === filing.at) return null;
    const found = `is filed under ${day}, ${at}, though it is of ${filing.at}: the list by day misplaces it`;
    return this.#fault('misfiled', sequence, found);
  }

  #checkLink({ sequence, previousHash }: AuditRecord): Found {
    if (previousHash === (this.#hashes.at(-1) ?? this.#after.hash)) return null;
    const found =
      sequence === 1
        ? 'is not the beginning of a chain: it follows another entry'
        : `does not follow entry ${sequence - 1}: one of the two was replaced`;
    return this.#fault('unlinked', sequence, found);
  }

  async #takeSeal({ sequence, at, entry: { seal } }: AuditRecord): Promise<Found> {
    if (seal === null || seal.sequence >= sequence) {
      return this.#fault('sealMisplaced', sequence, 'is an anchor that seals no entry before it');
    }
    const isOfBefore = seal.sequence <= this.#after.sequence;
    if (!isOfBefore && seal.hash !== this.#hashAt(seal.sequence)) {
      const first = (this.#sealed?.sequence ?? this.#after.sequence) + 1;
      const range = first >= seal.sequence ? '' : `, or one from ${first} on,`;
      const found = `is not the one that entry ${sequence} sealed: it${range} was rewritten afterwards`;
      return this.#fault('rewritten', seal.sequence, found);
    }
    const fault = await this.#checkMac(sequence, seal);
    if (fault) return fault;
    const covered = this.#unsealed.filter((entry) => entry.sequence <= seal.sequence);
    this.#unsealed = this.#unsealed.filter((entry) => entry.sequence > seal.sequence);
    if (seal.sequence > (this.#sealed?.sequence ?? 0)) this.#sealed = { sequence: seal.sequence, at };
    return this.#findUnsealed(covered, Date.parse(at), sequence);
  }

  async #checkMac(sequence: number, seal: AuditSeal): Promise<Found> {
    const verdict = await this.#rules.verifySeal(this.#connection, seal);
    switch (verdict) {
      case 'valid':
        return null;
      case 'invalid':
        return this.#fault('sealForged', sequence, `bears a seal that ${seal.keyId} never made`);
      case 'foreign':
        return this.#fault(
          'sealForeign',
          sequence,
          `bears a seal of the key ${seal.keyId}, which is not yours`,
        );
    }
  }

  /** @param sealedBy the entry whose seal came too late; null when none has come */
  #findUnsealed(
    entries: readonly { sequence: number; at: string }[],
    byMs: number,
    sealedBy: number | null,
  ): Found {
    const { unsealedAcceptedBeforeMs } = this.#rules;
    const late = entries.find(({ at }) => {
      const atMs = Date.parse(at);
      return byMs - atMs > SEALED_WITHIN_MS && atMs >= (unsealedAcceptedBeforeMs ?? 0);
    });
    if (!late) return null;
    const then =
      sealedBy === null ? 'no seal covers it' : `the first seal that covers it is entry ${sealedBy}`;
    const found = `of ${late.at} was not sealed within 48 hours: ${then}`;
    return this.#fault('unsealed', late.sequence, found);
  }

  #fault(kind: ChainFaultKind, sequence: number, found: string): ChainFault {
    return { connection: this.#connection, sequence, kind, found, remedy: REMEDIES[kind] };
  }
}
