import type { SimulatorContext } from './context.ts';
import { tokenReference } from './state.ts';

/** What the simulator holds, without secrets and tokens: references stand in for refresh tokens. */
export function summarize({ state, settings, faults, origins, nowMs }: SimulatorContext) {
  const { users, clients, refreshTokens, accessTokens } = state.document;
  const now = nowMs();
  const alive = accessTokens.filter((token) => token.expiresAtMs > now);
  return {
    nowMs: now,
    dataCenters: Object.fromEntries(origins),
    settings,
    faults: faults.list(now),
    users,
    clients: clients.map(({ secret, secretByDataCenter, ...client }) => client),
    refreshTokens: refreshTokens.map(({ token, ...refreshToken }) => ({
      reference: tokenReference(token),
      ...refreshToken,
      activeAccessTokens: alive.filter((accessToken) => accessToken.refreshToken === token).length,
    })),
  };
}
