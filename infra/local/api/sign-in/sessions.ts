import type { IncomingMessage } from 'node:http';
import type {
  MutableRedirectUri,
  MutableResponse,
  MutableToken,
  OAuth2Service,
  TokenRequestIncomingMessage,
} from 'oauth2-mock-server';
import { type Account, claimsOf } from './accounts.ts';
import { accountOf } from './sign-in-pages.ts';

/** Somebody who has signed in. */
interface Session {
  readonly account: Account;
  /** In s since the epoch, by the virtual clock. */
  readonly authTime: number;
}

/** As the template's app clients have it; in real time, so that a console renews its tokens while it is looked at. */
const EXPIRES_IN_S = 15 * 60;

/**
 * Gives each code and each refresh token to the account that it is for, and takes either once: a code at its exchange, a
 * refresh token when it is revoked.
 *
 * @param nowMs the virtual clock
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export function keepSessions(service: OAuth2Service, nowMs: () => number): void {
  const nowS = () => Math.floor(nowMs() / 1_000);
  const codes = new Map<string, Session>();
  const refreshTokens = new Map<string, Session>();

  service.on('beforeAuthorizeRedirect', ({ url }: MutableRedirectUri, request: IncomingMessage) => {
    const account = accountOf(request);
    const code = url.searchParams.get('code');
    if (account && code) codes.set(code, { account, authTime: nowS() });
  });
  service.on('beforeTokenSigning', ({ payload }: MutableToken, request: TokenRequestIncomingMessage) => {
    const session = sessionOf(request);
    if (!session) return;
    const { account, authTime } = session;
    // Only an ID token is made for an audience.
    const isIdToken = 'aud' in payload;
    const claims = claimsOf(account, String(request.body.client_id), nowS(), authTime);
    Object.assign(payload, claims, isIdToken ? {} : { token_use: 'access' });
  });
  service.on('beforeResponse', (response: MutableResponse, request: TokenRequestIncomingMessage) => {
    const session = sessionOf(request);
    if (!session || response.body === '') {
      response.statusCode = 400;
      response.body = { error: 'invalid_grant' };
      return;
    }
    const { refresh_token: issued, ...tokens } = response.body;
    const isRenewal = request.body.grant_type === 'refresh_token';
    response.body = { ...tokens, expires_in: EXPIRES_IN_S, ...(!isRenewal && { refresh_token: issued }) };
    if (isRenewal) return;
    codes.delete(request.body.code ?? '');
    refreshTokens.set(String(issued), session);
  });
  service.addRoute('POST', '/oauth2/revoke', (request, response) => {
    refreshTokens.delete(String((request.body as { token?: unknown } | undefined)?.token));
    response.writeHead(200).end();
  });

  function sessionOf({ body }: TokenRequestIncomingMessage): Session | undefined {
    const { refresh_token: refreshToken } = body as { refresh_token?: unknown };
    if (body.grant_type === 'refresh_token') return refreshTokens.get(String(refreshToken));
    // The mock server checks a verifier where there is one; whoever brings none has not asked for the code.
    return body.code_verifier === undefined ? undefined : codes.get(body.code ?? '');
  }
}
