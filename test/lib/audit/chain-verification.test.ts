import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditRecord, toAuditItem } from '../../../lib/audit/audit-item.ts';
import { hashOf, linkEntry, NOTHING_BEFORE } from '../../../lib/audit/chain.ts';
import { type ChainRules, verifyChain } from '../../../lib/audit/chain-verification.ts';
import type { AuditEntry, AuditSeal } from '../../../lib/domain/audit-entry.ts';
import { aChain, anAnchor, anAuditEntry, type ChainLink, verifyTestSeal } from '../../support/audit.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-01T00:00:00Z');
/** Between two entries; an anchor comes after at most five others, so every entry is sealed in time. */
const PAUSE_MS = 6 * HOUR_MS;

const atOf = (index: number) => new Date(START_MS + index * PAUSE_MS).toISOString();

/** @param beforeAnchors how many entries come before each anchor */
function aSealedChain(beforeAnchors: readonly number[], after = 0): AuditRecord[] {
  let index = 0;
  const links: ChainLink[] = [];
  const addPlain = () => links.push(anAuditEntry({ at: atOf(index++), reason: `number ${index}` }));
  for (const count of beforeAnchors) {
    for (let added = 0; added < count; added += 1) addPlain();
    const at = atOf(index++);
    links.push((head) => anAnchor(head, { at }));
  }
  for (let added = 0; added < after; added += 1) addPlain();
  return aChain(links);
}

const chains = fc
  .tuple(
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
    fc.integer({ min: 0, max: 5 }),
  )
  .map(([beforeAnchors, after]) => aSealedChain(beforeAnchors, after));

/** A chain, and an entry in it by its index. */
const chainsWithEntry = chains.chain((chain) =>
  fc.tuple(fc.constant(chain), fc.nat({ max: chain.length - 1 })),
);

function verify(items: readonly unknown[], rules: Partial<ChainRules> = {}) {
  const nowMs = START_MS + items.length * PAUSE_MS;
  return verifyChain('crm', items, {
    nowMs,
    unsealedAcceptedBeforeMs: null,
    verifySeal: verifyTestSeal,
    ...rules,
  });
}

async function faultOf(items: readonly unknown[], rules?: Partial<ChainRules>) {
  const verification = await verify(items, rules);
  if (verification.kind === 'intact') throw new Error('no fault was found');
  return verification.fault;
}

/** The chain with everything from an entry on linked anew, as whoever knows the rules would. */
function relinked(items: readonly AuditRecord[], change: (entry: AuditEntry, index: number) => AuditEntry) {
  return aChain(items.map(({ entry }, index) => change(entry, index)));
}

describe('P7: a chain that nobody touched', () => {
  it('is intact, and says how far it is sealed', async () => {
    await fc.assert(
      fc.asyncProperty(chains, async (chain) => {
        const anchor = chain.findLast(({ entry }) => entry.operation === 'anchor');
        expect(await verify(chain)).toEqual({
          kind: 'intact',
          entries: chain.length,
          sealed: { sequence: anchor?.entry.seal?.sequence, at: anchor?.at },
        });
      }),
    );
  });

  it('is intact too when it is empty, or new and not sealed yet', async () => {
    expect(await verify([])).toEqual({ kind: 'intact', entries: 0, sealed: null });
    expect(await verify(aChain([anAuditEntry({ at: atOf(0) })]))).toEqual({
      kind: 'intact',
      entries: 1,
      sealed: null,
    });
  });

  it('may have times that are a little out of order, and entries between a seal and its anchor', async () => {
    const [first, second] = [anAuditEntry({ at: atOf(1) }), anAuditEntry({ at: atOf(0) })];
    const chain = aChain([first, second]);
    const late = anAnchor(chain[0] as AuditRecord, { at: atOf(1) });
    expect(await verify(aChain([first, second, late]))).toMatchObject({
      kind: 'intact',
      sealed: { sequence: 1 },
    });
  });
});

/** Every value of an item and of what is in it, by its path. */
function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner).map((path) => [key, ...path]));
}

const CHANGES: Record<string, (holder: Record<string, unknown>, key: string) => void> = {
  changed: (holder, key) => {
    const value = holder[key];
    holder[key] = typeof value === 'number' ? value + 1 : typeof value === 'string' ? `${value}x` : 'x';
  },
  removed: (holder, key) => {
    delete holder[key];
  },
  nulled: (holder, key) => {
    holder[key] = holder[key] === null ? 0 : null;
  },
  joined: (holder) => {
    holder.somethingElse = 'x';
  },
};

describe('P7: whatever is done to a chain is found, and where', () => {
  it('any value of any entry changed, removed or joined by another', async () => {
    const changes = chainsWithEntry.chain(([chain, index]) =>
      fc.tuple(
        fc.constant(chain),
        fc.constant(index),
        fc.constantFrom(...pathsOf(chain[index])),
        fc.constantFrom(...Object.values(CHANGES)),
      ),
    );
    await fc.assert(
      fc.asyncProperty(changes, async ([chain, index, path, change]) => {
        const items = structuredClone(chain) as unknown as Record<string, unknown>[];
        let holder = items[index] as Record<string, unknown>;
        for (const key of path.slice(0, -1)) holder = holder[key] as Record<string, unknown>;
        change(holder, path.at(-1) as string);
        const { sequence, kind } = await faultOf(items);
        expect(sequence).toBe(index + 1);
        expect(['unparseable', 'otherConnection', 'missing', 'broken', 'misfiled']).toContain(kind);
      }),
      { numRuns: 300 },
    );
  });

  it('an entry removed', async () => {
    await fc.assert(
      fc.asyncProperty(
        chainsWithEntry.filter(([chain, index]) => index < chain.length - 1),
        async ([chain, index]) => {
          expect(await faultOf(chain.toSpliced(index, 1))).toMatchObject({
            sequence: index + 1,
            kind: 'missing',
            found: 'is missing',
          });
        },
      ),
    );
  });

  it('an entry doubled, wherever the second one stands', async () => {
    const doubled = chainsWithEntry.chain(([chain, index]) =>
      fc.tuple(fc.constant(chain), fc.constant(index), fc.nat({ max: chain.length })),
    );
    await fc.assert(
      fc.asyncProperty(doubled, async ([chain, index, to]) => {
        const fault = await faultOf(chain.toSpliced(to, 0, chain[index] as AuditRecord));
        expect(fault).toMatchObject(
          to < index ? { sequence: to + 1, kind: 'missing' } : { sequence: index + 1, kind: 'doubled' },
        );
      }),
    );
  });

  const pairs = chainsWithEntry.chain(([chain, index]) =>
    fc.tuple(fc.constant(chain), fc.constant(index), fc.nat({ max: chain.length - 1 })),
  );

  it('two entries swapped', async () => {
    await fc.assert(
      fc.asyncProperty(
        pairs.filter(([, one, other]) => one < other),
        async ([chain, one, other]) => {
          const swapped = chain.with(one, chain[other] as AuditRecord).with(other, chain[one] as AuditRecord);
          expect(await faultOf(swapped)).toMatchObject({ sequence: one + 1, kind: 'missing' });
        },
      ),
    );
  });

  it('what two entries say swapped', async () => {
    await fc.assert(
      fc.asyncProperty(
        pairs.filter(([, one, other]) => one < other),
        async ([chain, one, other]) => {
          const moved = (to: number, from: number) => ({
            ...(chain[to] as AuditRecord),
            entry: (chain[from] as AuditRecord).entry,
          });
          const swapped = chain.with(one, moved(one, other)).with(other, moved(other, one));
          expect(await faultOf(swapped)).toMatchObject({ sequence: one + 1, kind: 'broken' });
        },
      ),
    );
  });

  it('an entry replaced with its own hash recomputed: the next one does not follow it', async () => {
    await fc.assert(
      fc.asyncProperty(
        chainsWithEntry.filter(([chain, index]) => index < chain.length - 1),
        async ([chain, index]) => {
          const replaced = toAuditItem(
            linkEntry(anAuditEntry({ at: atOf(index), reason: 'another' }), chain[index - 1] ?? null),
          );
          expect(await faultOf(chain.with(index, replaced))).toMatchObject({
            sequence: index + 2,
            kind: 'unlinked',
            found: expect.stringContaining(`does not follow entry ${index + 1}`),
          });
        },
      ),
    );
  });

  it('the tail rewritten with every hash recomputed: the first seal behind it does not fit', async () => {
    await fc.assert(
      fc.asyncProperty(
        chainsWithEntry.filter(([chain, index]) =>
          chain.some(({ entry }) => (entry.seal?.sequence ?? 0) > index),
        ),
        async ([chain, from]) => {
          const rewritten = relinked(chain, (entry, index) =>
            index === from ? { ...entry, reason: 'another' } : entry,
          );
          const seals = chain.flatMap(({ entry }) => entry.seal?.sequence ?? []);
          expect(await faultOf(rewritten)).toMatchObject({
            sequence: seals.find((sealed) => sealed > from),
            kind: 'rewritten',
          });
        },
      ),
    );
  });
});

describe('P7: a chain rewritten by somebody who knows the rules, and has no key', () => {
  const chain = aSealedChain([3, 3, 3], 2);
  const reworded = (entry: AuditEntry, index: number) =>
    index === 5 ? { ...entry, reason: 'another' } : entry;

  it('with seals that name the new hashes: their MACs are of others', async () => {
    const rewritten: AuditRecord[] = [];
    for (const [index, { entry }] of chain.entries()) {
      const sealed = rewritten[(entry.seal?.sequence ?? 0) - 1];
      const seal = entry.seal && { ...entry.seal, hash: sealed?.hash ?? '' };
      rewritten.push(toAuditItem(linkEntry({ ...reworded(entry, index), seal }, rewritten.at(-1) ?? null)));
    }
    expect(await faultOf(rewritten)).toMatchObject({ sequence: 8, kind: 'sealForged' });
  });

  it('with seals of a key of their own', async () => {
    const rewritten = relinked(chain, (entry, index) =>
      index === 3 && entry.seal ? { ...entry, seal: { ...entry.seal, keyId: 'arn:aws:kms:mine' } } : entry,
    );
    expect(await faultOf(rewritten)).toMatchObject({ sequence: 4, kind: 'sealForeign' });
  });

  it.each([
    ['no seal at all', null],
    ['a seal of itself', 4],
    ['a seal of what is still to come', 5],
  ])('with an anchor that has %s', async (_, sealed) => {
    const rewritten = relinked(chain, (entry, index) =>
      index === 3
        ? { ...entry, seal: sealed === null ? null : { ...(entry.seal as AuditSeal), sequence: sealed } }
        : entry,
    );
    expect(await faultOf(rewritten)).toMatchObject({ sequence: 4, kind: 'sealMisplaced' });
  });

  it('with the seals left out, though the next anchor seals it all: for two days nothing had been sealed', async () => {
    const withoutAnchors = chain.map(({ entry }, index) => {
      const other = entry.seal ? anAuditEntry({ at: entry.at }) : entry;
      return index < 4 ? entry : reworded(other, index);
    });
    const rewritten = aChain([...withoutAnchors, (head) => anAnchor(head, { at: atOf(chain.length) })]);
    expect(await faultOf(rewritten)).toMatchObject({
      sequence: 4,
      kind: 'unsealed',
      found: expect.stringContaining(`the first seal that covers it is entry ${rewritten.length}`),
    });
  });

  it('with the end cut off: as soon as that is two days old', async () => {
    const cut = chain.slice(0, 8);
    const anchoredAtMs = Date.parse(cut[7]?.at ?? '');
    expect(await verify(cut, { nowMs: anchoredAtMs + 48 * HOUR_MS })).toMatchObject({ kind: 'intact' });
    expect(await faultOf(cut, { nowMs: anchoredAtMs + 48 * HOUR_MS + 1 })).toMatchObject({
      sequence: 8,
      kind: 'unsealed',
      found: expect.stringContaining('no seal covers it'),
    });
  });
});

describe('entries that were not sealed in time', () => {
  const chain = aSealedChain([9], 1);

  it('are named, and are accepted once a person has looked into it', async () => {
    expect(await faultOf(chain)).toMatchObject({ sequence: 1, kind: 'unsealed' });
    const accept = (index: number) => verify(chain, { unsealedAcceptedBeforeMs: Date.parse(atOf(index)) });
    expect(await accept(0)).toMatchObject({ fault: { sequence: 1 } });
    expect(await accept(1)).toMatchObject({ kind: 'intact', entries: 11 });
  });
});

it('every fault says which chain, which entry, what is wrong and what to do', async () => {
  const [first, second] = aSealedChain([2]) as [AuditRecord, AuditRecord];
  expect(await faultOf([first, { ...second, hash: 'f'.repeat(64) }])).toEqual({
    connection: 'crm',
    sequence: 2,
    kind: 'broken',
    found: 'was changed: its hash is not that of its content',
    remedy: expect.stringMatching(/^Restore the table as of a time before/),
  });
  expect(await faultOf([{ connection: 'crm', sequence: 1, hash: 1 }])).toMatchObject({
    kind: 'unparseable',
    found: 'cannot be read, because of day, at, entry, previousHash, hash',
  });
  expect(await faultOf(['nonsense'])).toMatchObject({ sequence: 1, kind: 'unparseable' });
});

it('an entry of another chain does not pass, whole and in its right place', async () => {
  const other = aChain([anAuditEntry({ connection: 'books' })]);
  expect(await faultOf(other)).toMatchObject({ connection: 'crm', sequence: 1, kind: 'otherConnection' });
  const [{ entry }] = other as [AuditRecord];
  const place = { connection: 'crm', sequence: 1, previousHash: NOTHING_BEFORE, entry };
  const passedOff = toAuditItem({ ...place, hash: hashOf(place) });
  expect(await faultOf([passedOff])).toMatchObject({ sequence: 1, kind: 'otherConnection' });
});

it('stops for a seal that cannot be checked: that is no fault of the chain', async () => {
  const verifySeal = () => Promise.reject(new Error('no key'));
  await expect(verify(aSealedChain([1]), { verifySeal })).rejects.toThrow('no key');
});
