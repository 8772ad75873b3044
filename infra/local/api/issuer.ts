import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import { ADMINISTRATOR, claimsOf } from './sign-in/accounts.ts';
import type { AppClient } from './sign-in/app-client.ts';
import { keepSessions } from './sign-in/sessions.ts';
import { addSignInPages, CODE_ENDPOINT } from './sign-in/sign-in-pages.ts';

/** Claims of an ID token in place of the administrator's own. */
type TokenOverrides = Readonly<Record<string, unknown>>;

/** The stand-in for a Cognito user pool: signs ID tokens, publishes the keys to check them by, and has pages to sign in on. */
export interface Issuer {
  /** Also where its pages are. */
  readonly url: string;
  readonly keys: JWTVerifyGetKey;
  /** From now on browsers may sign in to these. */
  deploy(clients: readonly AppClient[]): void;
  /** An ID token of the twin's administrator for one app client, valid for years of virtual time. */
  mintAdminToken(clientId: string, overrides?: TokenOverrides): Promise<string>;
  close(): Promise<void>;
}

/** Cognito's own paths. What it has not, or has otherwise, goes where nobody asks. */
const ENDPOINTS = {
  jwks: '/.well-known/jwks.json',
  token: '/oauth2/token',
  userinfo: '/oauth2/userInfo',
  authorize: CODE_ENDPOINT,
  revoke: '/mock/revoke',
  endSession: '/mock/endsession',
  introspect: '/mock/introspect',
};

/**
 * @param nowMs the virtual clock
 * @param port 0 takes any free port
 */
export async function startIssuer(nowMs: () => number, port = 0): Promise<Issuer> {
  const { OAuth2Server } = await import('oauth2-mock-server');
  const server = new OAuth2Server(undefined, undefined, { endpoints: ENDPOINTS });
  let clients: readonly AppClient[] = [];
  addSignInPages(server.service, () => clients);
  keepSessions(server.service, nowMs);
  await server.issuer.keys.generate('RS256');
  await server.start(port, '127.0.0.1');
  const url = `http://127.0.0.1:${server.address().port}`;
  server.issuer.url = url;
  return {
    url,
    keys: createLocalJWKSet({ keys: server.issuer.keys.toJSON() }),
    deploy: (deployed) => {
      clients = deployed;
    },
    mintAdminToken: (clientId, overrides = {}) =>
      server.issuer.buildToken({
        scopesOrTransform: (_header, payload) => {
          const iat = Math.floor(nowMs() / 1000);
          Object.assign(payload, claimsOf(ADMINISTRATOR, clientId, iat), overrides);
        },
      }),
    close: () => server.stop(),
  };
}
