import type { PeerKind, PublishedToken } from './peer.ts';

const EVERY_MINUTES = 50;
const MINUTE_MS = 60_000;

/**
 * A script that a scheduler starts. Its refresh token is in the environment, so that a new one is a deployment; what it
 * mints it keeps in memory and in a file, which consumers read. It does not try again before its next time, nobody is told,
 * and nothing checks what it was given.
 */
export const CRON: PeerKind = {
  name: 'a plain cron job',
  source: 'The script that most would write; every 50 minutes, as here.',
  open({ nowMs, isUp, mint, death }, given) {
    let refreshToken = given;
    let file: PublishedToken | null = null;
    let isDeployed = true;
    const refresh = () => {
      const dies = death();
      if (dies === 'before') return;
      const answer = mint(refreshToken);
      if (answer.kind === 'minted' && dies === null) file = answer;
    };
    return {
      run() {
        if (!isUp('compute')) return null;
        const isTime = (nowMs() / MINUTE_MS) % EVERY_MINUTES === 0 && isUp('schedules');
        // A deployment runs it once.
        if (isTime || isDeployed) refresh();
        isDeployed = false;
        return file?.accessToken ?? null;
      },
      take(fresh) {
        refreshToken = fresh;
        isDeployed = true;
      },
      get refreshToken() {
        return refreshToken;
      },
      calls: false,
    };
  },
};
