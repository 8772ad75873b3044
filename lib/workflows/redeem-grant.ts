import type { Connection } from '../config/configuration.ts';
import type { ClientSecret } from '../domain/client-secret.ts';
import type { Credential } from '../domain/credential.ts';
import type { DataCenter } from '../domain/data-center.ts';
import { exchangeCode, type MintedToken, mintAccessToken } from '../zoho/token-endpoint.ts';
import type { RenewalDependencies } from './dependencies.ts';
import type { TakeMint } from './mint-allowance.ts';
import {
  exchangeFailure,
  givenTokenFailure,
  noRefreshTokenFailure,
  type ReplacementFailure,
  spentFailure,
} from './replacement-failure.ts';

/** What an admin brings. */
export type Grant =
  /** A consent's code, or a Self Client's (which knows no redirect). */
  | { readonly kind: 'code'; readonly code: string; readonly redirectUri: string | null }
  | { readonly kind: 'refreshToken'; readonly refreshToken: string }
  /** A generation of before, out of the backups. */
  | { readonly kind: 'stored'; readonly credential: Credential };

/** What Zoho gave for the grant. */
export interface Issued {
  readonly minted: MintedToken;
  readonly mintedAtMs: number;
  readonly refreshToken: string;
  /** Whether nobody else has this refresh token: lost here, it is lost. */
  readonly isOnlyCopy: boolean;
  /** Whether Zoho replaced the given token in the same breath, so that the access token is not of the new one. */
  readonly isRotated: boolean;
}

export interface FailedReplacement {
  readonly kind: 'failed';
  readonly failure: ReplacementFailure;
}

type Redemption = { readonly kind: 'issued'; readonly issued: Issued } | FailedReplacement;

interface Redeeming {
  readonly connection: Connection;
  /** Where the grant was issued, found to be trusted; the client secret goes there. */
  readonly dataCenter: DataCenter;
  readonly client: ClientSecret;
  /** Null where no mint is asked for. */
  readonly takeMint: TakeMint | null;
}

/** Asks Zoho for the tokens behind what an admin brings. Throws what the state table throws. */
export function redeemGrant(
  deps: RenewalDependencies,
  redeeming: Redeeming & { readonly grant: Grant },
): Promise<Redemption> {
  const { grant } = redeeming;
  switch (grant.kind) {
    case 'code':
      return redeemCode(deps, redeeming, grant);
    case 'refreshToken':
      return mintFromGiven(deps, redeeming, grant.refreshToken);
    case 'stored':
      return mintFromGiven(deps, redeeming, grant.credential.refreshToken);
  }
}

async function redeemCode(
  deps: RenewalDependencies,
  { connection, dataCenter, client }: Redeeming,
  { code, redirectUri }: { code: string; redirectUri: string | null },
): Promise<Redemption> {
  const mintedAtMs = deps.nowMs();
  const { accountsServer } = dataCenter;
  const outcome = await exchangeCode(deps.zoho, { dataCenter, accountsServer, client, code, redirectUri });
  if (outcome.kind !== 'exchanged') return { kind: 'failed', failure: exchangeFailure(outcome, connection) };
  const { token: minted } = outcome;
  const { refreshToken } = minted;
  if (refreshToken === null) return { kind: 'failed', failure: noRefreshTokenFailure() };
  return { kind: 'issued', issued: { minted, mintedAtMs, refreshToken, isOnlyCopy: true, isRotated: false } };
}

async function mintFromGiven(
  deps: RenewalDependencies,
  { connection, dataCenter, client, takeMint }: Redeeming,
  given: string,
): Promise<Redemption> {
  const allowance = await takeMint?.();
  if (allowance?.kind === 'spent') return { kind: 'failed', failure: spentFailure(allowance.freeAtMs) };
  const mintedAtMs = deps.nowMs();
  const outcome = await mintAccessToken(deps.zoho, {
    dataCenter,
    accountsServer: dataCenter.accountsServer,
    client,
    refreshToken: given,
  });
  if (outcome.kind !== 'minted') return { kind: 'failed', failure: givenTokenFailure(outcome, connection) };
  const { token: minted } = outcome;
  const refreshToken = minted.refreshToken ?? given;
  const isRotated = refreshToken !== given;
  return { kind: 'issued', issued: { minted, mintedAtMs, refreshToken, isOnlyCopy: isRotated, isRotated } };
}
