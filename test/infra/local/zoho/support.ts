import { onTestFinished } from 'vitest';
import {
  startZohoSimulator,
  type ZohoSimulator,
  type ZohoSimulatorOptions,
} from '../../../../infra/local/zoho/simulator.ts';

export const USER = 'ada@example.com';
export const REDIRECT_URI = 'http://127.0.0.1:9/callback';
export const TOKEN_SHAPE = /^1000\.[0-9a-f]{32}\.[0-9a-f]{32}$/;
const BEGIN_MS = Date.UTC(2026, 10, 1);

/** A JSON answer; the named fields are those that tests read, unchecked. */
export interface Json {
  readonly [field: string]: unknown;
  readonly access_token?: unknown;
  readonly refresh_token?: unknown;
  readonly id?: unknown;
  readonly secret?: unknown;
  readonly code?: unknown;
  readonly redirectUrl?: unknown;
}
export interface Reply {
  readonly status: number;
  readonly body: Json;
}

/** A simulator with one user and one client, on a clock that the test moves. Closed when the test ends. */
export async function startZoho(options: Partial<ZohoSimulatorOptions> = {}) {
  const clock = { nowMs: BEGIN_MS };
  const zoho = await startZohoSimulator({ nowMs: () => clock.nowMs, ...options });
  onTestFinished(() => zoho.close());
  zoho.registerUser({
    email: USER,
    name: 'Ada',
    organizations: [{ zgid: '60001', id: '415', name: 'Acme' }],
  });
  const client = zoho.registerClient({ name: 'Keeper', redirectUris: [REDIRECT_URI] });
  return { zoho, clock, client, ...actions(zoho, { id: client.id, secret: client.secret }) };
}

/** What a client of Zoho does, over the real socket. */
export function actions(zoho: ZohoSimulator, client: { id: string; secret: string }) {
  const token = (fields: Record<string, string>, origin = zoho.origin) =>
    post(`${origin}/oauth/v2/token`, { client_id: client.id, client_secret: client.secret, ...fields });
  return {
    token,
    /** Consents for offline access, in one go. */
    consent: (overrides: Partial<Parameters<ZohoSimulator['consent']>[0]> = {}) =>
      zoho.consent({
        clientId: client.id,
        redirectUri: REDIRECT_URI,
        scopes: ['ZohoCRM.org.READ'],
        user: USER,
        accessType: 'offline',
        prompt: 'consent',
        ...overrides,
      }),
    exchange: (code: string | null, origin?: string) =>
      token({ grant_type: 'authorization_code', code: code ?? '', redirect_uri: REDIRECT_URI }, origin),
    mint: (refreshToken: unknown, origin?: string) =>
      token({ grant_type: 'refresh_token', refresh_token: String(refreshToken) }, origin),
    /** A refresh token and the access token that came with it. */
    async authorize(scopes = ['ZohoCRM.org.READ']) {
      const { code } = zoho.issueGrantCode({ clientId: client.id, scopes, user: USER });
      const { body } = await token({ grant_type: 'authorization_code', code });
      return { refreshToken: String(body.refresh_token), accessToken: String(body.access_token) };
    },
    probe: (accessToken: unknown, path = '/crm/v8/org', origin = zoho.origin) =>
      get(origin + path, { authorization: `Zoho-oauthtoken ${accessToken}` }),
  };
}

export async function post(url: string, fields: Record<string, string>): Promise<Reply> {
  return reply(await fetch(url, { method: 'POST', body: new URLSearchParams(fields) }));
}

export async function get(url: string, headers: Record<string, string> = {}): Promise<Reply> {
  return reply(await fetch(url, { headers }));
}

export async function postJson(url: string, body: unknown): Promise<Reply> {
  return reply(await fetch(url, { method: 'POST', body: JSON.stringify(body) }));
}

export async function reply(response: Response): Promise<Reply> {
  return { status: response.status, body: (await response.json()) as Json };
}
