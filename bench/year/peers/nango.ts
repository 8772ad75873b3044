import type { PeerKind, PublishedToken } from './peer.ts';

/** REFRESH_MARGIN_S in packages/shared/lib/services/connections/utils.ts. */
export const REFRESH_MARGIN_MS = 15 * 60_000;
/** REFRESH_FAILURE_COOLDOWN_MS, there in newer versions. */
export const FAILURE_COOLDOWN_MS = 30_000;
/** MAX_CONSECUTIVE_DAYS_FAILED_REFRESH, there. */
export const FAILED_DAYS_TO_GIVE_UP = 4;
/** `ttlInMs` in packages/shared/lib/services/connections/credentials/refresh.ts; any holder may release it. */
export const LOCK_MS = 10_000;

const DAY_MS = 86_400_000;

/**
 * Nango refreshes when somebody reads within 15 minutes of the expiry, and answers an error when that fails, also while the
 * token lives. A failed refresh is not repeated for 30 seconds, a lock is held for 10; both are over by the next minute. A
 * connection is given up when refreshes failed on 4 days. A job every 10 minutes refreshes what nobody has read for a day,
 * of which a consumer who reads every minute leaves nothing.
 *
 * A webhook can tell of each failed refresh: taken here as telling the person on call at once.
 */
export const NANGO: PeerKind = {
  name: 'Nango’s algorithm',
  source:
    'https://github.com/NangoHQ/nango, packages/shared/lib/services/connections: utils.ts, credentials/refresh.ts, connection.service.ts (setRefreshFailure)',
  open({ nowMs, isUp, isStoreUp, mint, death }, given) {
    let refreshToken = given;
    let row: PublishedToken | null = null;
    let failedDays = new Set<number>();
    let lockedUntilMs = 0;
    let lastFailureAtMs: number | null = null;
    const isExhausted = () => failedDays.size >= FAILED_DAYS_TO_GIVE_UP;
    const isReady = () =>
      nowMs() >= lockedUntilMs && nowMs() - (lastFailureAtMs ?? -Infinity) >= FAILURE_COOLDOWN_MS;
    const fail = () => {
      lastFailureAtMs = nowMs();
      failedDays.add(Math.floor(nowMs() / DAY_MS));
    };
    const succeed = (minted: PublishedToken) => {
      row = minted;
      lastFailureAtMs = null;
      failedDays = new Set();
    };
    const refresh = () => {
      const dies = death();
      if (dies !== null) lockedUntilMs = nowMs() + LOCK_MS;
      if (dies === 'before') return;
      const answer = mint(refreshToken);
      if (dies === 'after') return;
      if (answer.kind === 'minted') succeed(answer);
      else fail();
    };
    const isFresh = () => row !== null && row.expiresAtMs - nowMs() > REFRESH_MARGIN_MS;
    return {
      run() {
        // Its database is where consumers read, and fails as theirs does.
        if (!isUp('compute') || !isStoreUp() || isExhausted()) return null;
        if (!isFresh() && isReady()) refresh();
        return isFresh() ? (row?.accessToken ?? null) : null;
      },
      take(fresh) {
        refreshToken = fresh;
        row = null;
        lastFailureAtMs = null;
        failedDays = new Set();
      },
      get refreshToken() {
        return isExhausted() ? null : refreshToken;
      },
      get calls() {
        return lastFailureAtMs !== null;
      },
    };
  },
};
