import * as z from 'zod/mini';
import type { ChainHead } from './chain.ts';
import { type ChainRules, type ChainVerification, verifyChain } from './chain-verification.ts';

/** A chain's end, as far as it was looked at. */
export interface RecentChain {
  readonly verification: ChainVerification;
  /** The sequence of the first entry that was looked at; 0 where that cannot be read. */
  readonly firstSequence: number;
  /** The sequence of the last entry; 0 where that cannot be read. */
  readonly lastSequence: number;
  /** When the last anchor was put; null when there is none as far back as was looked. */
  readonly anchoredAtMs: number | null;
  /** When the first of the entries that were looked at was written; null where that cannot be read. */
  readonly sinceMs: number | null;
}

/** Loose: what is wrong in an entry is for the verification to name. */
const placeSchema = z.object({
  sequence: z.int().check(z.positive()),
  previousHash: z.string(),
  entry: z.object({ at: z.iso.datetime() }),
});
const anchorSchema = z.object({
  entry: z.object({
    operation: z.literal('anchor'),
    at: z.iso.datetime(),
    seal: z.object({ sequence: z.int().check(z.positive()) }),
  }),
});

/** How far back a chain is looked at. */
export interface Reach {
  /** To what so many of its last anchors sealed; where there are fewer, as far as entries go. */
  readonly anchors: number;
  /** How many entries at most. */
  readonly entries: number;
}

/**
 * Anchors enough for a look at what is new: the last but one stands for all before it. The last one may have been put a
 * moment ago, and what was altered since the look before would then lie behind it.
 */
export const ANCHORS_FOR_WHAT_IS_NEW = 2;

/**
 * Verifies a chain's end.
 *
 * @param newestFirst the table's items of this chain, as they lie there
 * @returns null for an empty chain
 * @throws what `verifySeal` and the items' source throw
 */
export async function verifyRecentChain(
  connection: string,
  newestFirst: AsyncIterable<unknown>,
  rules: ChainRules,
  reach: Reach,
): Promise<RecentChain | null> {
  const { items, anchoredAtMs } = await collectRecent(newestFirst, reach);
  if (items.length === 0) return null;
  const first = placeSchema.safeParse(items[0]).data;
  const last = placeSchema.safeParse(items.at(-1)).data;
  return {
    verification: await verifyChain(connection, items, rules, first ? beforeOf(first) : null),
    firstSequence: first?.sequence ?? 0,
    lastSequence: last?.sequence ?? 0,
    anchoredAtMs,
    sinceMs: first ? Date.parse(first.entry.at) : null,
  };
}

/** @returns `items` oldest first */
async function collectRecent(
  newestFirst: AsyncIterable<unknown>,
  reach: Reach,
): Promise<{ items: unknown[]; anchoredAtMs: number | null }> {
  const items: unknown[] = [];
  const anchors: z.infer<typeof anchorSchema>['entry'][] = [];
  for await (const item of newestFirst) {
    items.push(item);
    const anchor = anchorSchema.safeParse(item).data?.entry;
    if (anchor && anchors.length < reach.anchors) anchors.push(anchor);
    const sealed = anchors[reach.anchors - 1]?.seal.sequence;
    const sequence = placeSchema.safeParse(item).data?.sequence;
    const isSealed = sealed !== undefined && sequence !== undefined && sequence <= sealed;
    if (isSealed || items.length >= reach.entries) break;
  }
  const [newest] = anchors;
  return { items: items.reverse(), anchoredAtMs: newest === undefined ? null : Date.parse(newest.at) };
}

function beforeOf({ sequence, previousHash }: z.infer<typeof placeSchema>): ChainHead | null {
  return sequence === 1 ? null : { sequence: sequence - 1, hash: previousHash };
}
