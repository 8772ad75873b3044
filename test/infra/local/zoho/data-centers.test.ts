import { expect, it } from 'vitest';
import { get, startZoho, USER } from './support.ts';

async function startWithEurope() {
  const started = await startZoho();
  const europe = await started.zoho.openDataCenter('eu');
  started.zoho.registerUser({ email: USER, dataCenter: 'eu' });
  return { ...started, europe };
}

it("redirects to the user's data centre, where alone the code can be exchanged", async () => {
  const { consent, exchange, europe } = await startWithEurope();
  const { redirectUrl, code } = consent();
  const redirect = new URL(redirectUrl).searchParams;
  expect(redirect.get('location')).toBe('eu');
  expect(redirect.get('accounts-server')).toBe(europe);
  expect((await exchange(code)).body).toEqual({ error: 'invalid_client' });
  expect((await exchange(code, europe)).body).toMatchObject({ api_domain: europe });
});

it('knows a token in its own data centre only', async () => {
  const { consent, exchange, mint, probe, zoho, europe } = await startWithEurope();
  const { body } = await exchange(consent().code, europe);
  expect((await mint(body.refresh_token)).body).toEqual({ error: 'invalid_client' });
  expect((await mint(body.refresh_token, europe)).body).toHaveProperty('access_token');
  expect((await probe(body.access_token)).status).toBe(401);
  expect((await probe(body.access_token, '/crm/v8/org', europe)).status).toBe(200);
  expect(zoho.journal.map(({ dataCenter, outcome }) => [dataCenter, outcome])).toEqual([
    ['eu', 'minted'],
    ['us', 'refused'],
    ['eu', 'minted'],
  ]);
});

it('may have a secret of its own per data centre', async () => {
  const { zoho, client, consent, exchange, token, europe } = await startWithEurope();
  const secretByDataCenter = { eu: 'of-europe' };
  zoho.registerClient({
    id: client.id,
    name: client.name,
    redirectUris: client.redirectUris,
    secretByDataCenter,
  });
  const code = consent().code ?? '';
  expect((await exchange(code, europe)).body).toEqual({ error: 'invalid_client_secret' });
  const fields = { grant_type: 'authorization_code', code, redirect_uri: client.redirectUris[0] ?? '' };
  expect((await token({ ...fields, client_secret: 'of-europe' }, europe)).body).toHaveProperty(
    'access_token',
  );
});

it('does not know a client that was registered for one data centre only', async () => {
  const { zoho, client, consent, exchange, europe } = await startWithEurope();
  zoho.registerClient({
    id: client.id,
    name: client.name,
    redirectUris: client.redirectUris,
    multiDataCenter: false,
  });
  expect((await exchange(consent().code, europe)).body).toEqual({ error: 'invalid_client' });
});

it('lists the open data centres', async () => {
  const { zoho, europe } = await startWithEurope();
  expect((await get(`${zoho.origin}/oauth/serverinfo`)).body).toEqual({
    result: 'success',
    locations: { us: zoho.origin, eu: europe },
  });
});
