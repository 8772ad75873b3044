import { describe, expect, it } from 'vitest';
import { CRON } from '../../../bench/year/peers/cron.ts';
import { NANGO } from '../../../bench/year/peers/nango.ts';
import { playPeer } from '../../../bench/year/peers/play-peer.ts';
import { VAULT_PLUGIN } from '../../../bench/year/peers/vault-plugin.ts';
import { PEERS } from '../../../bench/year/players.ts';
import { DAY_MINUTES } from '../../../bench/year/trace.ts';
import { aTrace } from './traces.ts';

const outage = (fromMinute: number, minutes: number) =>
  ({ service: 'accounts', how: 'broken', fromMinute, minutes }) as const;

describe('somebody else’s way', () => {
  it.each(PEERS)('$name keeps a token while nothing happens', (peer) => {
    const { availability, credentialsLost, consents } = playPeer(peer, aTrace({ minutes: 7 * DAY_MINUTES }));
    expect(availability.gaps).toBe(0);
    expect([credentialsLost, consents]).toEqual([0, 0]);
  });

  it.each(PEERS)('$name needs a person after a death, and goes on then', (peer) => {
    const trace = aTrace({ minutes: DAY_MINUTES, deaths: [{ minute: 300, cause: 'app revoked' }] });
    expect(playPeer(peer, trace)).toMatchObject({ consents: 1, availability: { gaps: 1 } });
  });

  it('a cron job waits for its next time, whatever became of the last one', () => {
    const { availability } = playPeer(CRON, aTrace({ minutes: 600, spells: [outage(100, 1)] }));
    expect(availability).toMatchObject({ gaps: 1, longestGapMinutes: 40 });
    const crashes = [{ minute: 100, afterCalls: 11 }];
    expect(playPeer(CRON, aTrace({ minutes: 600, crashes })).availability.longestGapMinutes).toBe(40);
  });

  it('Nango mints 15 minutes before the expiry, and answers nothing while that fails', () => {
    const quiet = playPeer(NANGO, aTrace({ minutes: 450 }));
    expect(quiet.mints).toBe(10);
    const failing = playPeer(NANGO, aTrace({ minutes: 450, spells: [outage(45, 14)] }));
    expect(failing.availability.gaps, 'the consumer still holds the last one').toBe(0);
    expect(failing.mints, 'asks each minute').toBe(10 + 14);
  });

  it('Nango gives up a connection whose refreshes failed on four days', () => {
    const days = (count: number) =>
      playPeer(NANGO, aTrace({ minutes: 8 * DAY_MINUTES, spells: [outage(1_000, count * DAY_MINUTES)] }));
    expect(days(2).credentialsLost).toBe(0);
    expect(days(4).credentialsLost).toBe(1);
  });

  it('the plugin mints 72 seconds before the expiry', () => {
    expect(playPeer(VAULT_PLUGIN, aTrace({ minutes: 590 })).mints).toBe(10);
  });

  it('the plugin deletes a credential that lives, when Zoho is away for more than a day', () => {
    const away = (minutes: number) =>
      playPeer(VAULT_PLUGIN, aTrace({ minutes: 4 * DAY_MINUTES, spells: [outage(1_000, minutes)] }));
    expect(away(DAY_MINUTES).credentialsLost).toBe(0);
    expect(away(DAY_MINUTES + 70)).toMatchObject({ credentialsLost: 1, consents: 1 });
  });
});
