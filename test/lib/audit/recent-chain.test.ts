import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../../lib/audit/audit-item.ts';
import { ANCHORS_FOR_WHAT_IS_NEW, verifyRecentChain } from '../../../lib/audit/recent-chain.ts';
import { aChain, anAnchor, anAuditEntry, type ChainLink, verifyTestSeal } from '../../support/audit.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-20T00:00:00Z');

const at = (hour: number) => new Date(START_MS + hour * HOUR_MS).toISOString();
const entry = (hour: number): ChainLink => anAuditEntry({ at: at(hour) });
const anchor =
  (hour: number): ChainLink =>
  (head) =>
    anAnchor(head, { at: at(hour) });

/** Three days, sealed at the end of each, and some entries since; the last seal is entry 12, of entry 11. */
const days = (): AuditRecord[] =>
  aChain(
    [0, 24, 48]
      .flatMap((day) => [entry(day), entry(day + 8), entry(day + 16), anchor(day + 23)])
      .concat([entry(72), entry(73)]),
  );

let read = 0;
async function* backwards(items: readonly unknown[]): AsyncGenerator<unknown, void> {
  read = 0;
  for (const item of items.toReversed()) {
    read += 1;
    yield item;
  }
}

function verify(
  items: readonly unknown[],
  { most = 100, hour = 74, anchors = ANCHORS_FOR_WHAT_IS_NEW } = {},
) {
  const rules = {
    nowMs: START_MS + hour * HOUR_MS,
    unsealedAcceptedBeforeMs: null,
    verifySeal: verifyTestSeal,
  };
  return verifyRecentChain('crm', backwards(items), rules, { anchors, entries: most });
}

const changed = (items: readonly AuditRecord[], sequence: number, differing: object): unknown[] =>
  items.map((item) => (item.sequence === sequence ? { ...item, ...differing } : item));
const faultOf = async (items: readonly unknown[], options?: Parameters<typeof verify>[1]) => {
  const recent = await verify(items, options);
  return recent?.verification.kind === 'faulty'
    ? `${recent.verification.fault.kind} at ${recent.verification.fault.sequence}`
    : recent?.verification.kind;
};

describe('a chain that is verified from its last anchor but one on', () => {
  it('is read back to the entry that was sealed, and no further', async () => {
    expect(await verify(days())).toEqual({
      verification: { kind: 'intact', entries: 8, sealed: { sequence: 11, at: at(71) } },
      firstSequence: 7,
      lastSequence: 14,
      anchoredAtMs: START_MS + 71 * HOUR_MS,
      sinceMs: START_MS + 40 * HOUR_MS,
    });
    expect(read).toBe(8);
  });

  it('is read as far as there are entries where no number of anchors is enough', async () => {
    expect(await verify(days(), { anchors: Infinity })).toMatchObject({
      verification: { kind: 'intact', entries: 14 },
      firstSequence: 1,
    });
    const changedLongAgo = changed(days(), 2, { hash: 'x' });
    expect(await faultOf(changedLongAgo as AuditRecord[], { anchors: Infinity })).toBe('broken at 2');
    expect(await faultOf(changedLongAgo as AuditRecord[])).toBe('intact');
  });

  it('is nothing while it is empty, and whole while nothing seals it', async () => {
    expect(await verify([])).toBeNull();
    const young = aChain([entry(70), entry(71), entry(72)]);
    expect(await verify(young)).toMatchObject({
      verification: { kind: 'intact', entries: 3 },
      anchoredAtMs: null,
      sinceMs: START_MS + 70 * HOUR_MS,
    });
  });

  it('is looked at up to a bound where no anchor is in sight', async () => {
    const young = aChain(Array.from({ length: 30 }, (_, index) => entry(60 + index / 10)));
    expect(await verify(young, { most: 10 })).toMatchObject({
      verification: { kind: 'intact', entries: 10 },
      lastSequence: 30,
      anchoredAtMs: null,
    });
    expect(read).toBe(10);
    expect(await faultOf(changed(young, 25, { hash: 'x' }), { most: 10 })).toBe('broken at 25');
  });

  it('shows whatever was done to it since', async () => {
    const items = days();
    expect(await faultOf(items)).toBe('intact');
    expect(await faultOf(changed(items, 13, { hash: 'x' }))).toBe('broken at 13');
    expect(await faultOf(items.filter(({ sequence }) => sequence !== 13))).toBe('missing at 13');
    expect(await faultOf(changed(items, 14, { extra: 1 }))).toBe('unparseable at 14');
    expect(await faultOf(changed(items, 14, { previousHash: 'y'.repeat(64) }))).toBe('broken at 14');
    // Of before the seal only what it covers itself is looked at; npm run audit:verify looks at the rest.
    expect(await faultOf(changed(items, 2, { hash: 'x' }))).toBe('intact');
    expect(await faultOf(changed(items, 7, { hash: 'x' }))).toBe('broken at 7');
    // What was altered shortly before a seal is not out of sight with it.
    expect(await faultOf(changed(items, 10, { hash: 'x' }))).toBe('broken at 10');
  });

  it('shows a chain that was rewritten up to its seal', async () => {
    const [, , , , ...tail] = days();
    const rewritten = aChain([
      ...[0, 1, 2, 3].map((hour) => entry(hour)),
      ...tail.map(({ entry: kept }) => kept),
    ]);
    expect(await faultOf(rewritten)).toBe('rewritten at 7');
  });

  it('shows a seal that was forged', async () => {
    const items = days();
    const sealed = items[11] as AuditRecord;
    const seal = { ...sealed.entry.seal, mac: 'AAAA' } as AuditRecord['entry']['seal'];
    const forged = aChain([
      ...items.slice(0, 11).map(({ entry: kept }) => kept),
      { ...sealed.entry, seal },
      ...items.slice(12).map(({ entry: kept }) => kept),
    ]);
    expect(await faultOf(forged)).toBe('sealForged at 12');
  });

  it('shows entries that were not sealed in time', async () => {
    // The last anchor is an entry as well.
    expect(await faultOf(days(), { hour: 71 + 48 })).toBe('intact');
    expect(await faultOf(days(), { hour: 71 + 49 })).toBe('unsealed at 12');
  });

  it('does not mind an anchor that was put twice', async () => {
    const twice = aChain([entry(0), anchor(1), anchor(2), entry(3)]);
    expect(await faultOf(twice, { hour: 4 })).toBe('intact');
  });
});
