import { expect, it } from 'vitest';
import { authorizationUrl } from '../../../lib/zoho/authorization-url.ts';

const REQUEST = {
  accountsServer: 'https://accounts.zoho.eu',
  clientId: '1000.ABC',
  redirectUri: 'https://keeper.example.com/api/zoho/oauth/callback?stage=a&b',
  scopes: ['ZohoCRM.org.READ', 'ZohoCRM.modules.ALL'],
  state: 'k9+/=&%',
};

it('asks at the home data centre for a refresh token, also from somebody who consented before', () => {
  const url = new URL(authorizationUrl(REQUEST));
  expect(url.origin + url.pathname).toBe('https://accounts.zoho.eu/oauth/v2/auth');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: 'code',
    client_id: '1000.ABC',
    redirect_uri: REQUEST.redirectUri,
    scope: 'ZohoCRM.org.READ,ZohoCRM.modules.ALL',
    state: REQUEST.state,
    access_type: 'offline',
    prompt: 'consent',
  });
});

it('names each parameter once', () => {
  const { searchParams } = new URL(authorizationUrl(REQUEST));
  expect([...searchParams.keys()]).toHaveLength(new Set(searchParams.keys()).size);
});
