import * as z from 'zod';
import type { ChainHead } from './chain.ts';
import { type ChainRules, type ChainVerification, verifyChain } from './chain-verification.ts';

/** A chain's end, as far as it was looked at. */
export interface RecentChain {
  readonly verification: ChainVerification;
  /** The sequence of the last entry; 0 where that cannot be read. */
  readonly lastSequence: number;
  /** When the last anchor was put; null when there is none as far back as was looked. */
  readonly anchoredAtMs: number | null;
  /** When the first of the entries that were looked at was written; null where that cannot be read. */
  readonly sinceMs: number | null;
}

/** Loose: what is wrong in an entry is for the verification to name. */
const placeSchema = z.object({
  sequence: z.int().positive(),
  previousHash: z.string(),
  entry: z.object({ at: z.iso.datetime() }),
});
const anchorSchema = z.object({
  entry: z.object({
    operation: z.literal('anchor'),
    at: z.iso.datetime(),
    seal: z.object({ sequence: z.int().positive() }),
  }),
});

/**
 * Verifies a chain from the entry on that its last anchor but one sealed, which stands for all before it. The last one may
 * have been put a moment ago, and what was altered since the check before would then lie behind it. Where there are no
 * two anchors, everything is looked at, up to a bound.
 *
 * @param newestFirst the table's items of this chain, as they lie there
 * @param most how many are looked at
 * @returns null for an empty chain
 * @throws what `verifySeal` and the items' source throw
 */
export async function verifyRecentChain(
  connection: string,
  newestFirst: AsyncIterable<unknown>,
  rules: ChainRules,
  most: number,
): Promise<RecentChain | null> {
  const { items, anchoredAtMs } = await collectRecent(newestFirst, most);
  if (items.length === 0) return null;
  const first = placeSchema.safeParse(items[0]).data;
  const last = placeSchema.safeParse(items.at(-1)).data;
  return {
    verification: await verifyChain(connection, items, rules, first ? beforeOf(first) : null),
    lastSequence: last?.sequence ?? 0,
    anchoredAtMs,
    sinceMs: first ? Date.parse(first.entry.at) : null,
  };
}

/** How many anchors are gone back behind. */
const ANCHORS = 2;

/** @returns `items` oldest first */
async function collectRecent(
  newestFirst: AsyncIterable<unknown>,
  most: number,
): Promise<{ items: unknown[]; anchoredAtMs: number | null }> {
  const items: unknown[] = [];
  const anchors: z.infer<typeof anchorSchema>['entry'][] = [];
  for await (const item of newestFirst) {
    items.unshift(item);
    const anchor = anchorSchema.safeParse(item).data?.entry;
    if (anchor && anchors.length < ANCHORS) anchors.push(anchor);
    const sealed = anchors[ANCHORS - 1]?.seal.sequence;
    const sequence = placeSchema.safeParse(item).data?.sequence;
    const isSealed = sealed !== undefined && sequence !== undefined && sequence <= sealed;
    if (isSealed || items.length >= most) break;
  }
  const [newest] = anchors;
  return { items, anchoredAtMs: newest === undefined ? null : Date.parse(newest.at) };
}

function beforeOf({ sequence, previousHash }: z.infer<typeof placeSchema>): ChainHead | null {
  return sequence === 1 ? null : { sequence: sequence - 1, hash: previousHash };
}
