import type { PeerKind, PublishedToken } from './peer.ts';

/** RefreshCheckIntervalSeconds times RefreshExpiryDeltaFactor in pkg/persistence/config.go: 60 s and 1.2. */
export const REFRESH_MARGIN_MS = 72_000;
/** ReapCheckIntervalSeconds, there. */
export const REAP_EVERY_MINUTES = 5;
/** ReapTransientErrorAttempts, there. */
export const REAP_ATTEMPTS = 10;
/** ReapTransientErrorSeconds, there. */
export const REAP_AFTER_MS = 86_400_000;

const MINUTE_MS = 60_000;

/**
 * A plugin of Vault's that looks every minute whether a token has less than 72 s left. What Zoho says of a dead refresh
 * token comes with 200, which it takes for a passing fault: it asks again each minute, and deletes the credential when 10
 * attempts have failed and the access token expired a day ago. Nobody is told.
 */
export const VAULT_PLUGIN: PeerKind = {
  name: 'Vault’s OAuth plugin',
  source:
    'https://github.com/puppetlabs/vault-plugin-secrets-oauthapp, pkg/persistence/config.go, pkg/backend/token_authcode.go, pkg/reap/checker_authcode.go',
  open({ nowMs, isUp, isStoreUp, mint, death }, given) {
    let refreshToken: string | null = given;
    let token: PublishedToken | null = null;
    let attemptedAtMs = 0;
    let failures = 0;
    const leftMs = () => (token?.expiresAtMs ?? 0) - nowMs();
    const refresh = (from: string) => {
      const dies = death();
      if (dies === 'before') return;
      const answer = mint(from);
      if (dies === 'after') return;
      attemptedAtMs = nowMs();
      if (answer.kind === 'minted') token = answer;
      failures = answer.kind === 'minted' ? 0 : failures + 1;
    };
    const isReaped = () =>
      failures >= REAP_ATTEMPTS && (token?.expiresAtMs ?? attemptedAtMs) + REAP_AFTER_MS <= nowMs();
    return {
      run() {
        // Its storage is where consumers read, and fails as theirs does.
        if (!isUp('compute') || !isStoreUp()) return null;
        if (refreshToken !== null && leftMs() < REFRESH_MARGIN_MS) refresh(refreshToken);
        if ((nowMs() / MINUTE_MS) % REAP_EVERY_MINUTES === 0 && isReaped()) {
          refreshToken = null;
          token = null;
          failures = 0;
        }
        return leftMs() > 0 ? (token?.accessToken ?? null) : null;
      },
      take(fresh) {
        refreshToken = fresh;
        token = null;
        failures = 0;
      },
      get refreshToken() {
        return refreshToken;
      },
      calls: false,
    };
  },
};
