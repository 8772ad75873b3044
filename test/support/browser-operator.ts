import * as z from 'zod';
import type { Twin } from '../../infra/local/twin.ts';
import { accessTokenSchema } from '../../lib/domain/access-token.ts';

const secretSchema = z.object({ SecretString: z.string() });
const clientSchema = z.object({ clientId: z.string(), clientSecret: z.string() });
const credentialSchema = z.object({ refreshToken: z.string(), scopes: z.array(z.string()) });

/** What an operator and a consumer do beside the console, on a twin whose connections share the client `main`. */
export interface Operator {
  /** The refresh token that a connection has now. */
  refreshTokenOf(connection: string): Promise<string>;
  /** A new one from Zoho, as its user gets it by another consent. */
  issueRefreshToken(connection: string): Promise<string>;
  /** A Self Client's grant code. */
  issueGrantCode(connection: string): Promise<string>;
  /** Whether Zoho takes the token that consumers find now. */
  isServed(connection: 'crm' | 'books'): Promise<boolean>;
}

const PROBES = { crm: '/crm/v8/org', books: '/books/v3/organizations' } as const;

export function operatorOf(twin: Twin): Operator {
  const readSecret = async (SecretId: string): Promise<unknown> => {
    const request = { operation: 'GetSecretValue', input: { SecretId }, principal: 'operator' };
    return JSON.parse(secretSchema.parse(await twin.secretsManager.service(request)).SecretString);
  };
  const readClient = async () => clientSchema.parse(await readSecret('zoho/clients/main'));
  const readCredential = async (connection: string) =>
    credentialSchema.parse(await readSecret(`zoho/${connection}/credential`));

  return {
    refreshTokenOf: async (connection) => (await readCredential(connection)).refreshToken,
    async issueRefreshToken(connection) {
      const { clientId, clientSecret } = await readClient();
      const { scopes } = await readCredential(connection);
      const redirectUri = `${twin.api}/api/zoho/oauth/callback`;
      const { code } = twin.simulator.consent({
        clientId,
        redirectUri,
        scopes,
        user: `${connection}@example.com`,
        accessType: 'offline',
        prompt: 'consent',
      });
      const answer = await fetch(`${twin.zoho}/oauth/v2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: clientId,
          client_secret: clientSecret,
          redirect_uri: redirectUri,
          code: code ?? '',
        }),
      });
      return z.object({ refresh_token: z.string() }).parse(await answer.json()).refresh_token;
    },
    async issueGrantCode(connection) {
      const [{ clientId }, { scopes }] = [await readClient(), await readCredential(connection)];
      return twin.simulator.issueGrantCode({ clientId, scopes, user: `${connection}@example.com` }).code;
    },
    async isServed(connection) {
      const token = accessTokenSchema.parse(await readSecret(`zoho/${connection}/access-token`));
      const headers = { authorization: `Zoho-oauthtoken ${token.accessToken}` };
      return (await fetch(token.apiDomain + PROBES[connection], { headers })).status === 200;
    },
  };
}
