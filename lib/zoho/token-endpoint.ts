import * as z from 'zod/mini';
import type { DataCenter } from '../domain/data-center.ts';
import { readAnswer } from './answer.ts';
import { classifyTokenError, tellableCode } from './classify.ts';
import { postForm, type ZohoHttp, type ZohoResponse } from './http.ts';
import { type MintedToken, readTokenAnswer } from './token-answer.ts';

export type { MintedToken } from './token-answer.ts';

/** The client as registered in Zoho's console; the secret may differ per data centre. */
export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface MintRequest {
  /** The connection's own data centre. */
  readonly dataCenter: DataCenter;
  /** The origin that issued the refresh token, already found to be trusted. */
  readonly accountsServer: string;
  readonly client: OAuthClient;
  readonly refreshToken: string;
}

/**
 * - `minted`: only this one holds a token
 * - `dead`: the refresh token is revoked, evicted or wrong
 * - `misconfigured`: wrong client, secret or data centre; says nothing about the refresh token
 * - `throttled`: more than 10 mints in 10 minutes; asking again prolongs it
 * - `transient`: anything else; try again later and keep everything
 *
 * `error` is Zoho's own code; `reason` is for people. Neither ever contains a secret.
 */
export type MintOutcome =
  | { readonly kind: 'minted'; readonly token: MintedToken }
  | { readonly kind: 'dead'; readonly error: string }
  | { readonly kind: 'misconfigured'; readonly error: string }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'transient'; readonly reason: string };

/**
 * Mints an access token: one token request with a refresh token.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export async function mintAccessToken(http: ZohoHttp, request: MintRequest): Promise<MintOutcome> {
  return interpretMint(await sendMint(http, request), request.dataCenter);
}

/** The request of {@link mintAccessToken}. */
export function sendMint(http: ZohoHttp, request: MintRequest): Promise<ZohoResponse> {
  return postForm(http, `${request.accountsServer}/oauth/v2/token`, {
    grant_type: 'refresh_token',
    client_id: request.client.clientId,
    client_secret: request.client.clientSecret,
    refresh_token: request.refreshToken,
  });
}

/** What the answer to {@link sendMint} means. Pure. */
export function interpretMint(response: ZohoResponse, dataCenter: DataCenter): MintOutcome {
  const answer = readTokenAnswer(response, dataCenter);
  switch (answer.kind) {
    case 'issued':
      return { kind: 'minted', token: answer.token };
    case 'grantRejected':
      return { kind: 'dead', error: answer.error };
    default:
      return answer;
  }
}

export interface ExchangeRequest {
  /** The origin that the redirect named, already found to be trusted. */
  readonly accountsServer: string;
  /** The connection's own data centre. */
  readonly dataCenter: DataCenter;
  readonly client: OAuthClient;
  /** Single-use, and good for a minute. */
  readonly code: string;
  /** The one that the code was requested with; null for a Self Client's code, which knows none. */
  readonly redirectUri: string | null;
}

/**
 * As {@link MintOutcome}, with `codeRejected` for a code that is used, expired or wrong: start again. An exchange
 * without a refresh token is possible (`token.refreshToken` is null): Zoho sends none without `prompt=consent`.
 */
export type ExchangeOutcome =
  | { readonly kind: 'exchanged'; readonly token: MintedToken }
  | { readonly kind: 'codeRejected'; readonly error: string }
  | { readonly kind: 'misconfigured'; readonly error: string }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'transient'; readonly reason: string };

/**
 * Exchanges a grant code for a refresh token and a first access token.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token.html
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
 */
export async function exchangeCode(http: ZohoHttp, request: ExchangeRequest): Promise<ExchangeOutcome> {
  return interpretExchange(await sendExchange(http, request), request.dataCenter);
}

/** The request of {@link exchangeCode}. */
export function sendExchange(http: ZohoHttp, request: ExchangeRequest): Promise<ZohoResponse> {
  return postForm(http, `${request.accountsServer}/oauth/v2/token`, {
    grant_type: 'authorization_code',
    client_id: request.client.clientId,
    client_secret: request.client.clientSecret,
    ...(request.redirectUri === null ? {} : { redirect_uri: request.redirectUri }),
    code: request.code,
  });
}

/** What the answer to {@link sendExchange} means. Pure. */
export function interpretExchange(response: ZohoResponse, dataCenter: DataCenter): ExchangeOutcome {
  const answer = readTokenAnswer(response, dataCenter);
  switch (answer.kind) {
    case 'issued':
      return { kind: 'exchanged', token: answer.token };
    case 'grantRejected':
      return { kind: 'codeRejected', error: answer.error };
    default:
      return answer;
  }
}

export interface RevokeRequest {
  /** The origin that issued the token, already found to be trusted. */
  readonly accountsServer: string;
  /** A refresh token, whose access tokens die with it, or one access token. */
  readonly token: string;
}

/** `unknownToken`: Zoho does not know it (any more), which is as good as revoked. */
export type RevokeOutcome =
  | { readonly kind: 'revoked' }
  | { readonly kind: 'unknownToken' }
  | { readonly kind: 'transient'; readonly reason: string };

/**
 * Revokes a token.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/web-apps/token-revocation.html
 */
export async function revokeToken(http: ZohoHttp, request: RevokeRequest): Promise<RevokeOutcome> {
  return interpretRevoke(await sendRevoke(http, request));
}

/** The request of {@link revokeToken}. */
export function sendRevoke(http: ZohoHttp, { accountsServer, token }: RevokeRequest): Promise<ZohoResponse> {
  return postForm(http, `${accountsServer}/oauth/v2/token/revoke`, { token });
}

const revokeBodySchema = z.object({ status: z.optional(z.unknown()), error: z.optional(z.unknown()) });

/**
 * What the answer to {@link sendRevoke} means. Pure.
 *
 * An unknown token is answered with 400, and so is a throttle: the body is asked first.
 */
export function interpretRevoke(response: ZohoResponse): RevokeOutcome {
  const answer = readAnswer(response);
  if (answer.kind === 'unusable') return { kind: 'transient', reason: answer.reason };
  const { data: body } = revokeBodySchema.safeParse(answer.json);
  if (!body) return { kind: 'transient', reason: `HTTP ${answer.status}, JSON, but not an object` };
  if (body.status === 'success') return { kind: 'revoked' };
  const errorClass = classifyTokenError(body.error, body.status);
  if (errorClass === 'grantRejected') return { kind: 'unknownToken' };
  if (errorClass === 'transient' && answer.status === 400) return { kind: 'unknownToken' };
  return { kind: 'transient', reason: `HTTP ${answer.status}, error ${tellableCode(body.error)}` };
}
