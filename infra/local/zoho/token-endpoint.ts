import type { Answer } from './answer.ts';
import { json } from './answer.ts';
import type { SimulatorContext } from './context.ts';
import type { SimulatorRequest } from './request.ts';
import type { ZohoCall } from './route.ts';
import type { DataCenterCode, GrantCode, RefreshToken, ZohoClient } from './state.ts';
import { tokenReference } from './state.ts';
import type { Issued } from './tokens.ts';
import { issueForGrantCode, mint, revoke, useGrantCode } from './tokens.ts';

type TokenOutcome =
  | { readonly kind: 'granted'; readonly issued: Issued; readonly exchanged: boolean }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'throttled' };

type ClientCheck =
  | { readonly kind: 'known'; readonly client: ZohoClient }
  | { readonly kind: 'refused'; readonly error: string };

const THROTTLE_TEXTS = {
  english: {
    error_description: 'You have made too many requests continuously. Please try again after some time.',
    error: 'Access Denied',
    status: 'failure',
  },
  localized: {
    error_description: '您连续发出的请求过多。请稍后再试。',
    error: '拒绝访问',
    status: 'failure',
  },
};

/** `POST /oauth/v2/token`: the exchange of a grant code, or a mint from a refresh token. */
export function tokenCall(
  context: SimulatorContext,
  request: SimulatorRequest,
  parameters: URLSearchParams,
): ZohoCall {
  const { journal, nowMs } = context;
  const { dataCenter } = request;
  const sent = parameters.get('refresh_token');
  const presented = sent ?? parameters.get('code') ?? '';
  const concurrency = journal.enter(presented);
  let outcome: TokenOutcome | null = null;

  const answer = (decided: TokenOutcome): Answer => {
    outcome = decided;
    return answerOf(context, decided);
  };
  return {
    group: 'token',
    subject: { clientId: parameters.get('client_id'), refreshToken: sent },
    serve: () => answer(decide(context, dataCenter, parameters)),
    throttled: () => answer({ kind: 'throttled' }),
    wrongDataCenter: () => answer({ kind: 'refused', error: 'invalid_client' }),
    decided(fault) {
      const token = sent ?? (outcome?.kind === 'granted' ? outcome.issued.refreshToken : null);
      journal.record({
        atMs: nowMs(),
        dataCenter,
        grantType: parameters.get('grant_type'),
        clientId: parameters.get('client_id'),
        refreshToken: token === null ? null : tokenReference(token),
        ...journalOutcome(context, outcome),
        fault: fault?.kind ?? null,
        concurrency,
      });
    },
    ended: () => journal.leave(presented),
  };
}

/**
 * `POST /oauth/v2/token/revoke`.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/web-apps/token-revocation.html
 */
export function revokeCall(
  context: SimulatorContext,
  request: SimulatorRequest,
  parameters: URLSearchParams,
): ZohoCall {
  const token = parameters.get('token');
  return {
    group: 'token',
    subject: {
      clientId: context.state.findRefreshToken(token ?? '')?.clientId ?? null,
      refreshToken: token,
    },
    serve() {
      const revoked = token !== null && revoke(context, token, request.dataCenter);
      return revoked ? json({ status: 'success' }) : json({ error: 'invalid_code', status: 'failure' }, 400);
    },
    throttled: () => answerOf(context, { kind: 'throttled' }),
    wrongDataCenter: () => json({ error: 'invalid_code', status: 'failure' }, 400),
  };
}

function decide(
  context: SimulatorContext,
  dataCenter: DataCenterCode,
  parameters: URLSearchParams,
): TokenOutcome {
  const check = checkClient(context, dataCenter, parameters);
  if (check.kind === 'refused') return check;
  switch (parameters.get('grant_type')) {
    case 'authorization_code':
      return exchange(context, dataCenter, check.client, parameters);
    case 'refresh_token':
      return refresh(context, dataCenter, check.client, parameters);
    default:
      return { kind: 'refused', error: 'unsupported_grant_type' };
  }
}

function checkClient(
  { state }: SimulatorContext,
  dataCenter: DataCenterCode,
  parameters: URLSearchParams,
): ClientCheck {
  const client = state.findClient(parameters.get('client_id') ?? '');
  if (!client || client.disabled) return { kind: 'refused', error: 'invalid_client' };
  if (!client.multiDataCenter && client.homeDataCenter !== dataCenter) {
    return { kind: 'refused', error: 'invalid_client' };
  }
  const secret = client.secretByDataCenter[dataCenter] ?? client.secret;
  if (parameters.get('client_secret') !== secret) return { kind: 'refused', error: 'invalid_client_secret' };
  return { kind: 'known', client };
}

function exchange(
  context: SimulatorContext,
  dataCenter: DataCenterCode,
  client: ZohoClient,
  parameters: URLSearchParams,
): TokenOutcome {
  const presented = parameters.get('code') ?? '';
  const elsewhere = context.state.document.grantCodes.some(
    (code) => code.code === presented && code.dataCenter !== dataCenter,
  );
  if (elsewhere) return { kind: 'refused', error: 'invalid_client' };
  const code = useGrantCode(context, presented);
  if (!code || code.clientId !== client.id) return { kind: 'refused', error: 'invalid_code' };
  if (!redirectsAlike(code, parameters)) return { kind: 'refused', error: 'invalid_redirect_uri' };
  return { kind: 'granted', issued: issueForGrantCode(context, code), exchanged: true };
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 */
function redirectsAlike(code: GrantCode, parameters: URLSearchParams): boolean {
  return code.redirectUri === null || code.redirectUri === parameters.get('redirect_uri');
}

function refresh(
  context: SimulatorContext,
  dataCenter: DataCenterCode,
  client: ZohoClient,
  parameters: URLSearchParams,
): TokenOutcome {
  const token: RefreshToken | undefined = context.state.findRefreshToken(
    parameters.get('refresh_token') ?? '',
  );
  if (!token || token.clientId !== client.id) return { kind: 'refused', error: 'invalid_code' };
  if (token.dataCenter !== dataCenter) return { kind: 'refused', error: 'invalid_client' };
  const minted = mint(context, token);
  if (minted.kind === 'throttled') return minted;
  return { kind: 'granted', issued: minted.issued, exchanged: false };
}

function answerOf(context: SimulatorContext, outcome: TokenOutcome): Answer {
  const { settings } = context;
  switch (outcome.kind) {
    case 'granted':
      return json(grantedBody(context, outcome));
    case 'refused':
      return json({ error: outcome.error }, settings.tokenErrorStatus);
    case 'throttled':
      return json(THROTTLE_TEXTS[settings.throttleText], settings.throttleStatus);
  }
}

function grantedBody(
  { settings, origins }: SimulatorContext,
  { issued, exchanged }: Extract<TokenOutcome, { kind: 'granted' }>,
): object {
  const { accessToken, refreshToken } = issued;
  const lifetimeS = settings.accessTokenLifetimeS;
  return {
    access_token: accessToken.token,
    ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
    ...(exchanged && settings.scopeInExchange ? { scope: accessToken.scopes.join(' ') } : {}),
    api_domain: origins.get(accessToken.dataCenter),
    token_type: 'Bearer',
    ...(settings.legacyExpiry ? { expires_in_sec: lifetimeS } : {}),
    expires_in: settings.legacyExpiry ? lifetimeS * 1000 : lifetimeS,
  };
}

function journalOutcome({ settings }: SimulatorContext, outcome: TokenOutcome | null) {
  switch (outcome?.kind) {
    case undefined:
      return { outcome: 'lost', error: null } as const;
    case 'granted':
      return { outcome: 'minted', error: null } as const;
    case 'refused':
      return { outcome: 'refused', error: outcome.error } as const;
    case 'throttled':
      return { outcome: 'refused', error: THROTTLE_TEXTS[settings.throttleText].error } as const;
  }
}
