import { describe, expect, it } from 'vitest';
import { REDIRECT_URI, startZoho, USER } from './support.ts';

type Started = Awaited<ReturnType<typeof startZoho>>;

function authorizeUrl({ zoho, client }: Started, overrides: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: REDIRECT_URI,
    scope: 'ZohoCRM.org.READ,ZohoCRM.users.READ',
    access_type: 'offline',
    prompt: 'consent',
    state: 'a state',
    ...overrides,
  });
  return `${zoho.origin}/oauth/v2/auth?${query}`;
}

async function decide(url: string, decision: 'accept' | 'deny'): Promise<URL> {
  const body = new URLSearchParams(new URL(url).searchParams);
  body.set('decision', decision);
  body.set('account', `${USER} 60001`);
  const response = await fetch(new URL('/oauth/v2/auth', url), { method: 'POST', body, redirect: 'manual' });
  return new URL(response.headers.get('location') ?? 'about:blank');
}

describe('the consent page', () => {
  it('shows who asks for which scopes, and nothing that a script could run', async () => {
    const started = await startZoho();
    const response = await fetch(authorizeUrl(started, { state: '"><script>' }));
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain('Keeper');
    expect(page).toContain('ZohoCRM.users.READ');
    expect(page).toContain('value="&quot;&gt;&lt;script&gt;"');
    expect(page).not.toContain('<script');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it.each([
    ['an unknown client', { client_id: '<b>' }, 'invalid_client'],
    ['a redirect URI with one more slash', { redirect_uri: `${REDIRECT_URI}/` }, 'invalid_redirect_uri'],
    ['another response type', { response_type: 'token' }, 'invalid_response_type'],
    ['no scope', { scope: '' }, 'invalid_scope'],
    ['a scope that cannot be one', { scope: 'everything' }, 'invalid_scope'],
  ])('refuses %s on a page, without a redirect', async (_case, overrides, error) => {
    const response = await fetch(authorizeUrl(await startZoho(), overrides), { redirect: 'manual' });
    const page = await response.text();
    expect(response.status).toBe(400);
    expect(page).toContain(error);
    expect(page).not.toContain('<b>');
  });

  it('redirects an acceptance with code, state, location and accounts server', async () => {
    const started = await startZoho();
    const redirect = await decide(authorizeUrl(started), 'accept');
    expect(redirect.href.split('?')[0]).toBe(REDIRECT_URI);
    expect(Object.fromEntries(redirect.searchParams)).toEqual({
      state: 'a state',
      code: expect.any(String),
      location: 'us',
      'accounts-server': started.zoho.origin,
    });
    const { body } = await started.exchange(redirect.searchParams.get('code'));
    expect(body).toHaveProperty('refresh_token');
  });

  it('redirects a denial with access_denied and the state', async () => {
    const redirect = await decide(authorizeUrl(await startZoho()), 'deny');
    expect(Object.fromEntries(redirect.searchParams)).toEqual({ state: 'a state', error: 'access_denied' });
  });
});

describe('whether a consent yields a refresh token', () => {
  it('does not for online access, which is the default', async () => {
    const { zoho, client, exchange } = await startZoho();
    const { code } = zoho.consent({
      clientId: client.id,
      redirectUri: REDIRECT_URI,
      scopes: ['ZohoCRM.org.READ'],
      user: USER,
    });
    const { body } = await exchange(code);
    expect(body).toHaveProperty('access_token');
    expect(body).not.toHaveProperty('refresh_token');
  });

  it('does the first time, and again only with prompt=consent', async () => {
    const { zoho, client, exchange, consent } = await startZoho();
    const again = () =>
      zoho.consent({
        clientId: client.id,
        redirectUri: REDIRECT_URI,
        scopes: ['ZohoCRM.org.READ'],
        user: USER,
        accessType: 'offline',
      });
    expect((await exchange(again().code)).body).toHaveProperty('refresh_token');
    expect((await exchange(again().code)).body).not.toHaveProperty('refresh_token');
    expect((await exchange(consent().code)).body).toHaveProperty('refresh_token');
    zoho.removeApp({ user: USER, clientId: client.id });
    expect((await exchange(again().code)).body).toHaveProperty('refresh_token');
  });
});
