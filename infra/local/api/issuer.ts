import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose';

/** Claims of an ID token in place of the administrator's own. */
type TokenOverrides = Readonly<Record<string, unknown>>;

/** The stand-in for a Cognito user pool: signs ID tokens, and publishes the keys to check them by. */
export interface Issuer {
  readonly url: string;
  readonly keys: JWTVerifyGetKey;
  /** An ID token of the twin's administrator for one app client, valid for years of virtual time. */
  mintAdminToken(clientId: string, overrides?: TokenOverrides): Promise<string>;
  close(): Promise<void>;
}

/** Ten years: whoever waits for a renewal lets months pass, and at 60 times real time a day is over in half an hour. */
const TOKEN_LIFETIME_S = 3_650 * 86_400;

/** @param nowMs the virtual clock */
export async function startIssuer(nowMs: () => number): Promise<Issuer> {
  const { OAuth2Server } = await import('oauth2-mock-server');
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  const url = `http://127.0.0.1:${server.address().port}`;
  server.issuer.url = url;
  return {
    url,
    keys: createLocalJWKSet({ keys: server.issuer.keys.toJSON() }),
    mintAdminToken: (clientId, overrides = {}) =>
      server.issuer.buildToken({
        scopesOrTransform: (_header, payload) => {
          const iat = Math.floor(nowMs() / 1000);
          Object.assign(payload, adminClaims(clientId, iat), overrides);
        },
      }),
    close: () => server.stop(),
  };
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html */
function adminClaims(clientId: string, iat: number) {
  return {
    sub: '7c0d8d4e-1a5f-4a53-9b0e-2f1f6f6b5a10',
    aud: clientId,
    token_use: 'id',
    email: 'admin@example.com',
    email_verified: true,
    'cognito:username': 'admin',
    'cognito:groups': ['zoho-admins'],
    auth_time: iat,
    iat,
    nbf: iat,
    exp: iat + TOKEN_LIFETIME_S,
  };
}
