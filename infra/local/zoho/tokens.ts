import type { SimulatorContext } from './context.ts';
import type { AccessToken, DataCenterCode, Grant, GrantCode, RefreshToken } from './state.ts';
import { newToken } from './state.ts';

/** What a token request yields when it is granted. */
export interface Issued {
  readonly accessToken: AccessToken;
  /** A refresh token that the client has not seen before, or null. */
  readonly refreshToken: string | null;
}

export type MintResult =
  | { readonly kind: 'minted'; readonly issued: Issued }
  | { readonly kind: 'throttled' };

/** Issues a single-use grant code; a Self Client's has no redirect URI. */
export function issueGrantCode(
  { settings, state, nowMs }: SimulatorContext,
  grant: Grant,
  { redirectUri, offline }: { redirectUri: string | null; offline: boolean },
): GrantCode {
  const code = {
    ...grant,
    code: newToken(),
    redirectUri,
    offline,
    expiresAtMs: nowMs() + settings.grantCodeLifetimeS * 1000,
  };
  state.document.grantCodes.push(code);
  return code;
}

/** Takes a grant code out of the store: whoever presents it uses it up, as with Zoho. */
export function useGrantCode({ state, nowMs }: SimulatorContext, code: string): GrantCode | null {
  const { document } = state;
  const found = document.grantCodes.find((candidate) => candidate.code === code);
  document.grantCodes = document.grantCodes.filter((candidate) => candidate !== found);
  return found && found.expiresAtMs > nowMs() ? found : null;
}

/** Issues what a grant code stands for: an access token and, after an offline consent, a refresh token. */
export function issueForGrantCode(context: SimulatorContext, code: GrantCode): Issued {
  const grant = grantOf(code);
  const refreshToken = code.offline ? issueRefreshToken(context, grant).token : null;
  return { accessToken: issueAccessToken(context, grant, refreshToken), refreshToken };
}

/**
 * Mints an access token, at most 10 in a window that begins with its first mint.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html
 */
export function mint(context: SimulatorContext, refreshToken: RefreshToken): MintResult {
  if (!countMint(context, refreshToken)) return { kind: 'throttled' };
  const rotated = context.settings.rotateRefreshTokens ? rotate(context, refreshToken) : null;
  const accessToken = issueAccessToken(context, grantOf(refreshToken), refreshToken.token);
  return { kind: 'minted', issued: { accessToken, refreshToken: rotated } };
}

/** Deletes a refresh token and every access token that it minted. */
export function dropRefreshToken({ state }: SimulatorContext, token: string): void {
  const { document } = state;
  document.refreshTokens = document.refreshTokens.filter((candidate) => candidate.token !== token);
  document.accessTokens = document.accessTokens.filter((candidate) => candidate.refreshToken !== token);
}

/** Deletes all tokens and codes that a test on their grant selects. */
export function dropGrants({ state }: SimulatorContext, selects: (grant: Grant) => boolean): void {
  const { document } = state;
  document.grantCodes = document.grantCodes.filter((code) => !selects(code));
  document.refreshTokens = document.refreshTokens.filter((token) => !selects(token));
  document.accessTokens = document.accessTokens.filter((token) => !selects(token));
}

/** Revokes a refresh token with its access tokens, or one access token; false if this data centre knows neither. */
export function revoke(context: SimulatorContext, token: string, dataCenter: DataCenterCode): boolean {
  const { state } = context;
  const refreshToken = state.findRefreshToken(token);
  if (refreshToken?.dataCenter === dataCenter) {
    dropRefreshToken(context, token);
    return true;
  }
  const accessToken = findLiveAccessToken(context, token, dataCenter);
  if (!accessToken) return false;
  state.document.accessTokens = state.document.accessTokens.filter((candidate) => candidate !== accessToken);
  return true;
}

/** The access token, if it is alive in this data centre. */
export function findLiveAccessToken(
  { state, nowMs }: SimulatorContext,
  token: string,
  dataCenter: DataCenterCode,
): AccessToken | null {
  const found = state.findAccessToken(token);
  return found && found.dataCenter === dataCenter && found.expiresAtMs > nowMs() ? found : null;
}

function issueRefreshToken(context: SimulatorContext, grant: Grant): RefreshToken {
  const { settings, state, nowMs } = context;
  const siblings = state.document.refreshTokens.filter(
    ({ email, clientId }) => email === grant.email && clientId === grant.clientId,
  );
  const surplus = Math.max(0, siblings.length + 1 - settings.refreshTokensPerUserAndClient);
  for (const { token } of siblings.slice(0, surplus)) dropRefreshToken(context, token);

  const issued: RefreshToken = {
    ...grant,
    token: newToken(),
    issuedAtMs: nowMs(),
    mintWindow: { startedAtMs: 0, mints: 0 },
  };
  state.document.refreshTokens.push(issued);
  return issued;
}

function issueAccessToken(
  { settings, state, nowMs }: SimulatorContext,
  grant: Grant,
  refreshToken: string | null,
): AccessToken {
  const { document } = state;
  const issued: AccessToken = {
    ...grant,
    token: newToken(),
    refreshToken,
    expiresAtMs: nowMs() + settings.accessTokenLifetimeS * 1000,
  };
  document.accessTokens.push(issued);
  if (refreshToken !== null) {
    const active = document.accessTokens.filter(
      (token) => token.refreshToken === refreshToken && token.expiresAtMs > nowMs(),
    );
    const kept = new Set(active.slice(-settings.activeAccessTokensPerRefreshToken));
    document.accessTokens = document.accessTokens.filter(
      (token) => token.refreshToken !== refreshToken || kept.has(token),
    );
  }
  return issued;
}

function countMint({ settings, nowMs }: SimulatorContext, refreshToken: RefreshToken): boolean {
  const window = refreshToken.mintWindow;
  if (nowMs() >= window.startedAtMs + settings.mintWindowS * 1000) {
    window.startedAtMs = nowMs();
    window.mints = 0;
  }
  if (window.mints >= settings.mintsPerWindow) {
    if (settings.retryProlongsThrottle) window.startedAtMs = nowMs();
    return false;
  }
  window.mints += 1;
  return true;
}

/** Gives the same grant a new refresh token; the old one is dead from here on, its access tokens live on. */
function rotate({ state }: SimulatorContext, refreshToken: RefreshToken): string {
  const old = refreshToken.token;
  refreshToken.token = newToken();
  for (const accessToken of state.document.accessTokens) {
    if (accessToken.refreshToken === old) accessToken.refreshToken = refreshToken.token;
  }
  return refreshToken.token;
}

function grantOf({ clientId, email, organization, scopes, dataCenter }: Grant): Grant {
  return { clientId, email, organization, scopes, dataCenter };
}
