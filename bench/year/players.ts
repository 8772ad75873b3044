import { boundOf } from './bound.ts';
import { type KeeperOutcome, playKeeper } from './keeper/play-keeper.ts';
import type { Outcome } from './outcome.ts';
import { CRON } from './peers/cron.ts';
import { NANGO } from './peers/nango.ts';
import { playPeer } from './peers/play-peer.ts';
import { VAULT_PLUGIN } from './peers/vault-plugin.ts';
import { drawTrace } from './trace.ts';

/** How everybody came through the year of one seed. */
export interface SeedOutcome {
  readonly seed: number;
  /** What nobody can do better than. */
  readonly bound: Outcome;
  /** What nobody can do better than who mints every 50 minutes. */
  readonly boundOfRhythm: Outcome;
  readonly keeper: KeeperOutcome;
  /** In the order of {@link PEERS}. */
  readonly peers: readonly Outcome[];
}

export const PEERS = [CRON, NANGO, VAULT_PLUGIN] as const;
/** Between two ticks. */
const RHYTHM_MINUTES = 50;

/** @param minutes how long the year is, for who has no patience */
export async function playSeed({ seed, minutes }: { seed: number; minutes: number }): Promise<SeedOutcome> {
  const trace = drawTrace(seed, minutes);
  return {
    seed,
    bound: boundOf(trace, 1),
    boundOfRhythm: boundOf(trace, RHYTHM_MINUTES),
    keeper: await playKeeper(trace),
    peers: PEERS.map((peer) => playPeer(peer, trace)),
  };
}
