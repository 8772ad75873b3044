import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorize } from '../../../../infra/local/api/authorizer.ts';
import { type Issuer, startIssuer } from '../../../../infra/local/api/issuer.ts';

let nowMs = Date.UTC(2040, 0, 1);
const CONSOLE = 'https://console.example/console';
const ADMIN = '7c0d8d4e-1a5f-4a53-9b0e-2f1f6f6b5a10';
const COLLEAGUE = '1f0a7c52-6d0e-4f0b-8f7e-9d3a1c2b4e60';

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer(() => nowMs);
  issuer.deploy([{ id: 'console', callbackUrls: [CONSOLE], logoutUrls: [CONSOLE] }]);
});
afterAll(() => issuer.close());

const verifier = randomBytes(32).toString('base64url');
const REQUEST = {
  response_type: 'code',
  client_id: 'console',
  redirect_uri: CONSOLE,
  scope: 'openid email',
  state: 'the-state',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
};

async function get(path: string, parameters: Record<string, string>, cookie = '') {
  const response = await fetch(`${issuer.url}${path}?${new URLSearchParams(parameters)}`, {
    redirect: 'manual',
    headers: { cookie },
  });
  const location = response.headers.get('location');
  const session = response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  return { status: response.status, location, session, text: await response.text() };
}

/** Chooses who to be; answers the code and the session. */
async function signIn(account: string) {
  const { location, session } = await get('/login', { ...REQUEST, account });
  const { searchParams } = new URL((await follow(location)).location ?? '');
  return { code: searchParams.get('code') ?? '', state: searchParams.get('state'), session };
}

async function follow(location: string | null) {
  const { pathname, searchParams } = new URL(location ?? '', issuer.url);
  return get(pathname, Object.fromEntries(searchParams));
}

async function ask(body: Record<string, string>) {
  const response = await fetch(`${issuer.url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'console', ...body }),
  });
  return { status: response.status, tokens: (await response.json()) as Record<string, string> };
}

const exchange = (code: string, code_verifier = verifier) =>
  ask({ grant_type: 'authorization_code', code, code_verifier, redirect_uri: CONSOLE });

const claimsIn = (token = '') => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

const isLetIn = async (token: string) => {
  const options = { issuer, clientIds: ['console'], nowMs: () => nowMs };
  const authorization = await authorize(`Bearer ${token}`, options);
  return authorization.kind === 'authorized' ? authorization.claims : authorization.message;
};

describe('the pages to sign in on', () => {
  it('ask who to be, and carry the request along', async () => {
    const { status, text } = await get('/oauth2/authorize', REQUEST);
    expect(status).toBe(200);
    for (const part of ['admin@example.com', 'colleague@example.com', 'value="the-state"'])
      expect(text).toContain(part);
  });

  it('lead back with a code, whose ID token the API takes', async () => {
    const { code, state } = await signIn(ADMIN);
    expect(state).toBe('the-state');
    const { status, tokens } = await exchange(code);
    expect(status).toBe(200);
    expect(tokens).toMatchObject({ expires_in: 900 });
    expect(await isLetIn(tokens.id_token ?? '')).toMatchObject({
      email: 'admin@example.com',
      'cognito:groups': 'zoho-admins',
    });
    expect(await isLetIn(tokens.access_token ?? '')).toBe('Unauthorized');
  });

  it('know an account that is no admin', async () => {
    const { tokens } = await exchange((await signIn(COLLEAGUE)).code);
    const claims = await isLetIn(tokens.id_token ?? '');
    expect(claims).toMatchObject({ email: 'colleague@example.com' });
    expect(claims).not.toHaveProperty('cognito:groups');
  });

  it('do not ask a browser again that has signed in, until it signs out', async () => {
    const { session } = await signIn(ADMIN);
    expect((await get('/oauth2/authorize', REQUEST, session)).status).toBe(302);
    const out = await get('/logout', { client_id: 'console', logout_uri: CONSOLE }, session);
    expect([out.location, out.session]).toEqual([CONSOLE, 'twin-session=']);
  });

  it.each([
    ['another address than is registered', { redirect_uri: 'https://evil.example/' }, /is not registered/],
    ['another client', { client_id: 'other' }, /no app client other/],
    ['no PKCE', { code_challenge: undefined }, /PKCE/],
    ['a plain challenge', { code_challenge_method: 'plain' }, /S256/],
    ['a token at once', { response_type: 'token' }, /response_type/],
  ])('refuse %s, without sending the browser anywhere', async (_, differing, message) => {
    const asked = { ...REQUEST, ...differing };
    const parameters = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
    const { status, location, text } = await get('/oauth2/authorize', parameters as Record<string, string>);
    expect([status, location]).toEqual([400, null]);
    expect(text).toMatch(message);
  });

  it('refuse to sign out to a stranger’s address', async () => {
    const { status, location } = await get('/logout', {
      client_id: 'console',
      logout_uri: 'https://evil.example',
    });
    expect([status, location]).toEqual([400, null]);
  });
});

describe('the token endpoint', () => {
  it('takes a code once, and with its verifier only', async () => {
    const { code } = await signIn(ADMIN);
    expect((await exchange(code, 'x'.repeat(43))).status).toBe(400);
    const { code: unproven } = await signIn(ADMIN);
    expect((await ask({ grant_type: 'authorization_code', code: unproven })).status).toBe(400);
    const { code: another } = await signIn(ADMIN);
    expect((await exchange(another)).status).toBe(200);
    expect((await exchange(another)).status).toBe(400);
  });

  it('renews tokens by a refresh token, without another one, until it is revoked', async () => {
    const { tokens } = await exchange((await signIn(ADMIN)).code);
    const { refresh_token: refreshToken = '' } = tokens;
    nowMs += 600_000;
    const renewal = await ask({ grant_type: 'refresh_token', refresh_token: refreshToken });
    expect(renewal.tokens).not.toHaveProperty('refresh_token');
    expect(await isLetIn(renewal.tokens.id_token ?? '')).toMatchObject({ email: 'admin@example.com' });
    // A page refuses a renewal that claims another sign-in (OpenID Connect Core, section 12.2).
    expect(claimsIn(renewal.tokens.id_token).auth_time).toBe(claimsIn(tokens.id_token).auth_time);
    expect(claimsIn(renewal.tokens.id_token).iat).toBe(Number(claimsIn(tokens.id_token).iat) + 600);
    await fetch(`${issuer.url}/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: refreshToken, client_id: 'console' }),
    });
    const refused = await ask({ grant_type: 'refresh_token', refresh_token: refreshToken });
    expect([refused.status, refused.tokens]).toEqual([400, { error: 'invalid_grant' }]);
  });
});
