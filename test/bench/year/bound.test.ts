import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundOf } from '../../../bench/year/bound.ts';
import { watchConsumer } from '../../../bench/year/consumer.ts';
import { playPeer } from '../../../bench/year/peers/play-peer.ts';
import { PEERS } from '../../../bench/year/players.ts';
import { DAY_MINUTES, drawTrace } from '../../../bench/year/trace.ts';
import { aTrace } from './traces.ts';

const withoutToken = ({ availability }: ReturnType<typeof boundOf>) =>
  availability.minutes - availability.heldMinutes;

describe('the bound', () => {
  it('is no gap where nothing happens, nor in an outage shorter than a token’s life', () => {
    const spells = [{ service: 'accounts', how: 'broken', fromMinute: 100, minutes: 59 }] as const;
    expect(withoutToken(boundOf(aTrace({ minutes: 600 }), 1))).toBe(0);
    expect(withoutToken(boundOf(aTrace({ minutes: 600, spells }), 1))).toBe(0);
  });

  it('is what an outage takes beyond the life of the last token before it', () => {
    const spells = [{ service: 'accounts', how: 'broken', fromMinute: 100, minutes: 90 }] as const;
    const trace = aTrace({ minutes: 600, spells });
    expect(boundOf(trace, 1).availability).toMatchObject({ gaps: 1, longestGapMinutes: 31 });
    expect(boundOf(trace, 50).availability, 'minted in minute 50').toMatchObject({ longestGapMinutes: 80 });
  });

  it('is the person’s way after a death, from the minute in which Zoho says so', () => {
    const trace = aTrace({ minutes: 600, deaths: [{ minute: 120, cause: 'evicted' }] });
    expect(boundOf(trace, 1)).toMatchObject({ consents: 1, availability: { longestGapMinutes: 11 } });
    // Noticed after 20 minutes, before the next mint.
    expect(boundOf(trace, 50).availability).toMatchObject({ longestGapMinutes: 30 });
  });

  it('is beaten by nobody', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...PEERS), (seed, peer) => {
        const drawn = drawTrace(seed, 60 * DAY_MINUTES);
        // A file on a disk is all that a cron job keeps its token in.
        const spells = drawn.spells.filter(
          ({ service }) => service !== 'secretsManager' && service !== 'kms',
        );
        const trace = { ...drawn, spells };
        const played = withoutToken(playPeer(peer, trace));
        expect(played).toBeGreaterThanOrEqual(withoutToken(boundOf(trace, 1)));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a consumer', () => {
  it('holds what it read last, and counts what it misses while there is something to call', () => {
    const consumer = watchConsumer();
    const isGood = (token: string) => token === 'good';
    consumer.poll({ found: 'good', isGood, isApiUp: true });
    consumer.poll({ found: null, isGood, isApiUp: true });
    consumer.poll({ found: 'bad', isGood, isApiUp: true });
    consumer.poll({ found: null, isGood, isApiUp: false });
    expect(consumer.gapMinutes).toBe(2);
    consumer.poll({ found: 'good', isGood, isApiUp: true });
    expect(consumer.gapMinutes).toBe(0);
    expect(consumer.availability).toEqual({
      minutes: 5,
      heldMinutes: 3,
      missedMinutes: 1,
      gaps: 1,
      longestGapMinutes: 2,
    });
  });
});
