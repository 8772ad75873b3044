import { describe, expect, it } from 'vitest';
import { post, REDIRECT_URI, reply, startZoho, TOKEN_SHAPE, USER } from './support.ts';

const THROTTLED = {
  error_description: 'You have made too many requests continuously. Please try again after some time.',
  error: 'Access Denied',
  status: 'failure',
};

describe('the exchange of a grant code', () => {
  it('answers both tokens, the API domain, the scopes and the lifetime', async () => {
    const { zoho, consent, exchange } = await startZoho();
    const { code } = consent({ scopes: ['ZohoCRM.org.READ', 'ZohoCRM.users.READ'] });
    expect(await exchange(code)).toEqual({
      status: 200,
      body: {
        access_token: expect.stringMatching(TOKEN_SHAPE),
        refresh_token: expect.stringMatching(TOKEN_SHAPE),
        scope: 'ZohoCRM.org.READ ZohoCRM.users.READ',
        api_domain: zoho.origin,
        token_type: 'Bearer',
        expires_in: 3600,
      },
    });
  });

  it('leaves the scopes out when set to answer as it used to', async () => {
    const { consent, exchange } = await startZoho({ settings: { scopeInExchange: false } });
    expect((await exchange(consent().code)).body).not.toHaveProperty('scope');
  });

  it('takes a code once', async () => {
    const { consent, exchange } = await startZoho();
    const { code } = consent();
    await exchange(code);
    expect(await exchange(code)).toEqual({ status: 200, body: { error: 'invalid_code' } });
  });

  it.each([60, 120, 180])('takes a code for %i seconds', async (grantCodeLifetimeS) => {
    const { consent, exchange, clock } = await startZoho({ settings: { grantCodeLifetimeS } });
    const [first, second] = [consent(), consent()];
    clock.nowMs += grantCodeLifetimeS * 1000 - 1;
    expect((await exchange(first.code)).body).toHaveProperty('access_token');
    clock.nowMs += 1;
    expect((await exchange(second.code)).body).toEqual({ error: 'invalid_code' });
  });

  it('refuses another redirect URI than the one that the code was sent to', async () => {
    const { consent, token } = await startZoho();
    const code = consent().code ?? '';
    const answer = await token({ grant_type: 'authorization_code', code, redirect_uri: `${REDIRECT_URI}/` });
    expect(answer.body).toEqual({ error: 'invalid_redirect_uri' });
  });

  it('takes the code of a Self Client without a redirect URI', async () => {
    const { zoho, client, token } = await startZoho();
    const { code } = zoho.issueGrantCode({ clientId: client.id, scopes: ['ZohoCRM.org.READ'], user: USER });
    const answer = await token({ grant_type: 'authorization_code', code });
    expect(answer.body).toHaveProperty('refresh_token');
  });
});

describe('a mint', () => {
  it('answers an access token and no refresh token', async () => {
    const { authorize, mint, zoho } = await startZoho();
    const { refreshToken } = await authorize();
    expect(await mint(refreshToken)).toEqual({
      status: 200,
      body: {
        access_token: expect.stringMatching(TOKEN_SHAPE),
        api_domain: zoho.origin,
        token_type: 'Bearer',
        expires_in: 3600,
      },
    });
  });

  it('takes its parameters from the query string and from a multipart body as well', async () => {
    const { authorize, client, zoho } = await startZoho();
    const { refreshToken } = await authorize();
    const fields = {
      client_id: client.id,
      client_secret: client.secret,
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    };
    const url = `${zoho.origin}/oauth/v2/token`;
    const query = await fetch(`${url}?${new URLSearchParams(fields)}`, { method: 'POST' });
    expect((await reply(query)).body).toHaveProperty('access_token');
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const multipart = await fetch(url, { method: 'POST', body: form });
    expect((await reply(multipart)).body).toHaveProperty('access_token');
  });

  it('refuses a body that is not the form it says it is', async () => {
    const { zoho } = await startZoho();
    const response = await fetch(`${zoho.origin}/oauth/v2/token`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: 'no form',
    });
    expect(response.status).toBe(400);
  });

  it('answers milliseconds beside expires_in_sec when set to answer as it used to', async () => {
    const { authorize, mint } = await startZoho({ settings: { legacyExpiry: true } });
    const { refreshToken } = await authorize();
    expect((await mint(refreshToken)).body).toMatchObject({ expires_in: 3_600_000, expires_in_sec: 3600 });
  });

  it('answers a new refresh token when set to rotate: the old one is dead, its access tokens live on', async () => {
    const { authorize, mint, probe, zoho } = await startZoho({ settings: { rotateRefreshTokens: true } });
    const { refreshToken, accessToken } = await authorize();
    const rotated = (await mint(refreshToken)).body.refresh_token;
    expect(rotated).toMatch(TOKEN_SHAPE);
    expect((await mint(refreshToken)).body).toEqual({ error: 'invalid_code' });
    expect((await probe(accessToken)).status).toBe(200);
    zoho.revokeRefreshToken({ refreshToken: String(rotated) });
    expect((await probe(accessToken)).status).toBe(401);
  });

  it.each([
    ['an unknown client', { client_id: '1000.NOBODY' }, 'invalid_client'],
    ['no client', { client_id: '' }, 'invalid_client'],
    ['a wrong secret', { client_secret: 'guess' }, 'invalid_client_secret'],
    ['an unknown refresh token', { refresh_token: '__proto__' }, 'invalid_code'],
    ['another grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
  ])('refuses %s with 200 and an error in the body', async (_case, fields, error) => {
    const { authorize, token } = await startZoho();
    const { refreshToken } = await authorize();
    const answer = await token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...fields });
    expect(answer).toEqual({ status: 200, body: { error } });
  });

  it("refuses another client's refresh token", async () => {
    const { authorize, token, zoho } = await startZoho();
    const { refreshToken } = await authorize();
    const other = zoho.registerClient({ name: 'Other' });
    const answer = await token({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: other.id,
      client_secret: other.secret,
    });
    expect(answer.body).toEqual({ error: 'invalid_code' });
  });

  it('answers errors with 400 when set to follow RFC 6749', async () => {
    const { mint } = await startZoho({ settings: { tokenErrorStatus: 400 } });
    expect(await mint('wrong')).toEqual({ status: 400, body: { error: 'invalid_code' } });
  });
});

describe('the throttle', () => {
  async function exhausted(settings = {}) {
    const started = await startZoho({ settings });
    const { refreshToken } = await started.authorize();
    for (let count = 0; count < 10; count += 1) {
      expect((await started.mint(refreshToken)).body).toHaveProperty('access_token');
    }
    return { ...started, refreshToken };
  }

  it('refuses the 11th mint until the window of 10 minutes is over', async () => {
    const { mint, refreshToken, clock } = await exhausted();
    expect(await mint(refreshToken)).toEqual({ status: 400, body: THROTTLED });
    clock.nowMs += 599_999;
    expect((await mint(refreshToken)).body).toEqual(THROTTLED);
    clock.nowMs += 1;
    expect((await mint(refreshToken)).body).toHaveProperty('access_token');
  });

  it('counts each refresh token by itself', async () => {
    const { mint, authorize } = await exhausted();
    expect((await mint((await authorize()).refreshToken)).body).toHaveProperty('access_token');
  });

  it('is prolonged by a retry when set to', async () => {
    const { mint, refreshToken, clock } = await exhausted({ retryProlongsThrottle: true });
    clock.nowMs += 599_999;
    await mint(refreshToken);
    clock.nowMs += 599_999;
    expect((await mint(refreshToken)).body).toEqual(THROTTLED);
    clock.nowMs += 600_000;
    expect((await mint(refreshToken)).body).toHaveProperty('access_token');
  });

  it('answers 200 and a localized text when set to', async () => {
    const { mint, refreshToken } = await exhausted({ throttleStatus: 200, throttleText: 'localized' });
    const answer = await mint(refreshToken);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ error: '拒绝访问', status: 'failure' });
  });
});

describe('the limits on living tokens', () => {
  it('silently deletes the oldest refresh token at the 21st, with its access tokens', async () => {
    const { authorize, mint, probe } = await startZoho();
    const oldest = await authorize();
    const second = await authorize();
    for (let count = 2; count < 20; count += 1) await authorize();
    expect((await probe(oldest.accessToken)).status).toBe(200);
    const newest = await authorize();
    expect((await probe(oldest.accessToken)).status).toBe(401);
    expect((await mint(oldest.refreshToken)).body).toEqual({ error: 'invalid_code' });
    expect((await mint(second.refreshToken)).body).toHaveProperty('access_token');
    expect((await mint(newest.refreshToken)).body).toHaveProperty('access_token');
  });

  it.each([10, 15, 30])('lets the oldest access token die when %i are active', async (limit) => {
    const settings = { activeAccessTokensPerRefreshToken: limit, mintsPerWindow: 100 };
    const { authorize, mint, probe } = await startZoho({ settings });
    const { refreshToken, accessToken } = await authorize();
    for (let count = 1; count < limit; count += 1) await mint(refreshToken);
    expect((await probe(accessToken)).status).toBe(200);
    await mint(refreshToken);
    expect((await probe(accessToken)).status).toBe(401);
  });

  it('lets an access token live for an hour', async () => {
    const { authorize, probe, clock } = await startZoho();
    const { accessToken } = await authorize();
    clock.nowMs += 3_599_999;
    expect((await probe(accessToken)).status).toBe(200);
    clock.nowMs += 1;
    expect((await probe(accessToken)).status).toBe(401);
  });
});

describe('revocation', () => {
  it('kills a refresh token with its access tokens', async () => {
    const { authorize, mint, probe, zoho } = await startZoho();
    const { refreshToken, accessToken } = await authorize();
    const answer = await post(`${zoho.origin}/oauth/v2/token/revoke`, { token: refreshToken });
    expect(answer).toEqual({ status: 200, body: { status: 'success' } });
    expect((await mint(refreshToken)).body).toEqual({ error: 'invalid_code' });
    expect((await probe(accessToken)).status).toBe(401);
  });

  it('kills one access token and leaves its refresh token', async () => {
    const { authorize, mint, probe, zoho } = await startZoho();
    const { refreshToken, accessToken } = await authorize();
    await post(`${zoho.origin}/oauth/v2/token/revoke?token=${accessToken}`, {});
    expect((await probe(accessToken)).status).toBe(401);
    expect((await mint(refreshToken)).body).toHaveProperty('access_token');
  });

  it('answers 400 for a token that it does not know', async () => {
    const { zoho } = await startZoho();
    expect((await post(`${zoho.origin}/oauth/v2/token/revoke`, { token: 'wrong' })).status).toBe(400);
  });
});
