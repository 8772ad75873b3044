import { describe, expect, it } from 'vitest';
import { playKeeper } from '../../../bench/year/keeper/play-keeper.ts';
import { DAY_MINUTES } from '../../../bench/year/trace.ts';
import { aTrace } from './traces.ts';

const outage = (fromMinute: number, minutes: number) =>
  ({ service: 'accounts', how: 'broken', fromMinute, minutes }) as const;

describe('this system in a simulated time', () => {
  it('P5: leaves no gap and tells nobody anything while nothing happens', async () => {
    const played = await playKeeper(aTrace({ minutes: 2 * DAY_MINUTES }));
    expect(played.availability.gaps).toBe(0);
    expect(played).toMatchObject({ emails: {}, falseAlarms: 0, credentialsLost: 0, violations: [] });
    // One of them for the restore drill.
    expect(played.mints).toBe(Math.ceil((2 * DAY_MINUTES) / 50) + 1);
  });

  it('P2: loses nothing when Zoho is away for days, and goes on by itself', async () => {
    const played = await playKeeper(
      aTrace({ minutes: 3 * DAY_MINUTES, spells: [outage(1_000, 1.2 * DAY_MINUTES)] }),
    );
    expect(played).toMatchObject({ credentialsLost: 0, consents: 0, violations: [] });
    expect(played.availability.gaps).toBe(1);
    expect(played.emails).toMatchObject({ down: 1, recovered: 1 });
  });

  it('P10: calls a person after a death, who gets in by the link', async () => {
    const played = await playKeeper(
      aTrace({
        minutes: 300,
        deaths: [{ minute: 145, cause: 'evicted' }],
      }),
    );
    expect(played).toMatchObject({ consents: 1, emails: { down: 1, recovered: 1, credentialReplaced: 1 } });
    // Found out by the tick of minute 150.
    expect(played.availability).toMatchObject({ gaps: 1, longestGapMinutes: 16 });
  });

  it('P6: needs neither table, bucket, events nor mail to go on', async () => {
    const spells = (['dynamodb', 's3', 'eventBridge', 'ses'] as const).map((service) => ({
      service,
      how: 'lost' as const,
      fromMinute: 40,
      minutes: 400,
    }));
    const played = await playKeeper(aTrace({ minutes: 600, spells }));
    expect(played).toMatchObject({ availability: { gaps: 0 }, credentialsLost: 0, violations: [] });
  });

  it('comes through runs that die wherever they are', async () => {
    const crashes = Array.from({ length: 12 }, (_, afterCalls) => ({
      minute: 50 * (afterCalls + 1),
      afterCalls,
    }));
    const played = await playKeeper(aTrace({ minutes: 700, crashes }));
    expect(played).toMatchObject({ availability: { gaps: 0 }, credentialsLost: 0, violations: [] });
  });

  it('comes to the same when nothing is left out', async () => {
    const trace = aTrace({
      minutes: 2.5 * DAY_MINUTES,
      spells: [outage(98, 20), { service: 'dynamodb', how: 'throttled', fromMinute: 240, minutes: 30 }],
      deaths: [{ minute: 401, cause: 'password changed' }],
      crashes: [{ minute: 200, afterCalls: 4 }],
    });
    const { mints, ...played } = await playKeeper(trace);
    const { mints: allMints, ...playedWhole } = await playKeeper(trace, { leavesNothingOut: true });
    expect(played).toEqual(playedWhole);
    expect(played.emails).toMatchObject({ down: 1, degraded: 1 });
    // A restore drill may fall into what is left out.
    expect(allMints - mints).toBeLessThanOrEqual(2);
  });
});
