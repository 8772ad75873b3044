import { describe, expect, it } from 'vitest';
import { MintJournal } from '../../../../infra/local/zoho/journal.ts';
import { tokenReference } from '../../../../infra/local/zoho/state.ts';
import { actions, get, type Json, postJson, REDIRECT_URI, startZoho, TOKEN_SHAPE, USER } from './support.ts';

describe('the control API', () => {
  it('sets up a connection from nothing, over HTTP alone', async () => {
    const { zoho } = await startZoho();
    zoho.reset();
    const control = (path: string, body: Json) => postJson(`${zoho.origin}/_control/${path}`, body);
    await control('users', { email: USER });
    const { body: client } = await control('clients', { name: 'Keeper', redirectUris: [REDIRECT_URI] });
    const { exchange } = actions(zoho, { id: String(client.id), secret: String(client.secret) });
    const { body: consent } = await control('consent', {
      clientId: client.id,
      redirectUri: REDIRECT_URI,
      scopes: ['ZohoCRM.org.READ'],
      user: USER,
      state: 'here',
      accessType: 'offline',
      prompt: 'consent',
    });
    expect(new URL(String(consent.redirectUrl)).searchParams.get('state')).toBe('here');
    expect((await exchange(String(consent.code))).body).toHaveProperty('refresh_token');

    const { body: grant } = await control('grant-codes', {
      clientId: client.id,
      scopes: ['ZohoCRM.org.READ'],
      user: USER,
    });
    expect(grant.code).toMatch(TOKEN_SHAPE);
    const { body: again } = await control('grant-codes', { scopes: ['ZohoCRM.org.READ'], user: USER });
    expect(again.code, 'of the only client').toMatch(TOKEN_SHAPE);
    const { body: denied } = await control('consent', {
      clientId: client.id,
      redirectUri: REDIRECT_URI,
      scopes: ['ZohoCRM.org.READ'],
      user: USER,
      decision: 'deny',
    });
    expect(denied).toMatchObject({ redirectUrl: expect.stringContaining('access_denied'), code: null });
  });

  it.each([
    ['users', { email: 'nobody' }, 'email'],
    ['users', { email: USER, age: 3 }, 'age'],
    ['faults', { kind: 'flood' }, 'kind'],
    ['faults', { kind: 'down', times: 0 }, 'times'],
    ['settings', { throttleStatus: 500 }, 'throttleStatus'],
    ['settings', { nothing: 1 }, 'nothing'],
    ['consent', { clientId: 'x', redirectUri: REDIRECT_URI, scopes: ['a.b'], user: USER }, 'client x'],
    ['actions/revoke', { refreshToken: 'wrong' }, 'no living refresh token'],
    ['actions/change-password', { user: 'eve@example.com' }, 'eve@example.com'],
  ])('refuses %s %o with 400 and says what is wrong', async (path, input, expected) => {
    const { zoho } = await startZoho();
    const answer = await postJson(`${zoho.origin}/_control/${path}`, input);
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining(expected) } });
  });

  it('refuses what is not JSON, and routes that do not exist', async () => {
    const { zoho } = await startZoho();
    const notJson = await fetch(`${zoho.origin}/_control/users`, { method: 'POST', body: '{' });
    expect(notJson.status).toBe(400);
    expect((await postJson(`${zoho.origin}/_control/nothing`, {})).status).toBe(404);
  });

  it('changes the named settings at run time and keeps the others', async () => {
    const { zoho } = await startZoho({ settings: { mintsPerWindow: 3 } });
    await postJson(`${zoho.origin}/_control/settings`, { accessTokenLifetimeS: 60 });
    expect(zoho.settings).toMatchObject({ accessTokenLifetimeS: 60, mintsPerWindow: 3 });
  });

  it('forgets everything on reset, and returns to the settings that it started with', async () => {
    const { zoho, authorize, mint } = await startZoho({ settings: { mintsPerWindow: 3 } });
    await authorize();
    zoho.addFault({ kind: 'down' });
    zoho.changeSettings({ mintsPerWindow: 5 });
    await postJson(`${zoho.origin}/_control/reset`, {});
    expect(zoho.journal).toEqual([]);
    expect(zoho.settings.mintsPerWindow).toBe(3);
    expect((await mint('any')).body).toEqual({ error: 'invalid_client' });
  });
});

describe('what a user or an administrator of Zoho does', () => {
  it.each(['value', 'reference'])('revokes a refresh token by its %s', async (selector) => {
    const { zoho, authorize, mint, probe } = await startZoho();
    const { refreshToken, accessToken } = await authorize();
    zoho.revokeRefreshToken({
      refreshToken: selector === 'value' ? refreshToken : tokenReference(refreshToken),
    });
    expect((await mint(refreshToken)).body).toEqual({ error: 'invalid_code' });
    expect((await probe(accessToken)).status).toBe(401);
  });

  it('evicts the oldest refresh token', async () => {
    const { zoho, client, authorize, mint } = await startZoho();
    const [oldest, newest] = [await authorize(), await authorize()];
    zoho.evictOldest({ user: USER, clientId: client.id });
    expect((await mint(oldest.refreshToken)).body).toEqual({ error: 'invalid_code' });
    expect((await mint(newest.refreshToken)).body).toHaveProperty('access_token');
  });

  it('changes the password, which kills the tokens unless told otherwise', async () => {
    const { zoho, authorize, mint } = await startZoho();
    const { refreshToken } = await authorize();
    zoho.changePassword({ user: USER, terminateApiTokens: false });
    expect((await mint(refreshToken)).body).toHaveProperty('access_token');
    zoho.changePassword({ user: USER });
    expect((await mint(refreshToken)).body).toEqual({ error: 'invalid_code' });
  });

  it('disables a client, whose tokens work again once it is enabled', async () => {
    const { zoho, client, authorize, mint } = await startZoho();
    const { refreshToken } = await authorize();
    zoho.setClientDisabled({ clientId: client.id });
    expect((await mint(refreshToken)).body).toEqual({ error: 'invalid_client' });
    zoho.setClientDisabled({ clientId: client.id, disabled: false });
    expect((await mint(refreshToken)).body).toHaveProperty('access_token');
  });

  it('deletes a client with everything granted to it', async () => {
    const { zoho, client, authorize, mint, probe } = await startZoho();
    const { refreshToken, accessToken } = await authorize();
    zoho.deleteClient({ clientId: client.id });
    expect((await mint(refreshToken)).body).toEqual({ error: 'invalid_client' });
    expect((await probe(accessToken)).status).toBe(401);
  });
});

describe('the journal', () => {
  it('tells every token request: when, who, what came of it', async () => {
    const { zoho, client, authorize, mint, clock } = await startZoho();
    const { refreshToken } = await authorize();
    zoho.addFault({ kind: 'down', times: 1 });
    await mint(refreshToken).catch(() => {});
    await mint('wrong');
    const common = { clientId: client.id, dataCenter: 'us', concurrency: 1, atMs: clock.nowMs };
    const refresh = { ...common, grantType: 'refresh_token', refreshToken: tokenReference(refreshToken) };
    expect(zoho.journal).toEqual([
      { ...refresh, grantType: 'authorization_code', outcome: 'minted', error: null, fault: null },
      { ...refresh, outcome: 'lost', error: null, fault: 'down' },
      {
        ...refresh,
        refreshToken: tokenReference('wrong'),
        outcome: 'refused',
        error: 'invalid_code',
        fault: null,
      },
    ]);
    expect((await get(`${zoho.origin}/_control/journal`)).body).toEqual({ entries: zoho.journal });
  });

  it('counts the requests with one refresh token that are in flight together', async () => {
    const { zoho, authorize, mint } = await startZoho();
    const [one, two] = [await authorize(), await authorize()];
    zoho.addFault({ kind: 'slow', delayMs: 600_000, times: 1 });
    const held = mint(one.refreshToken).catch(() => {});
    await expect.poll(() => zoho.journal.at(-1)?.fault).toBe('slow');
    await mint(one.refreshToken);
    await mint(one.refreshToken);
    await mint(two.refreshToken);
    expect(zoho.journal.slice(-4).map(({ concurrency }) => concurrency)).toEqual([1, 2, 2, 1]);
    await zoho.close();
    await held;
  });

  it('keeps the last 1000', () => {
    const journal = new MintJournal();
    for (let atMs = 0; atMs <= 1000; atMs += 1) {
      journal.record({
        atMs,
        dataCenter: 'us',
        grantType: 'refresh_token',
        clientId: null,
        refreshToken: null,
        outcome: 'lost',
        error: null,
        fault: 'down',
        concurrency: 1,
      });
    }
    expect(journal.entries.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 1000 }, (_, index) => index + 1),
    );
  });
});

describe('what people see', () => {
  it('gives away no token and no secret, neither in the state nor in the journal nor on the start page', async () => {
    const { zoho, client, authorize } = await startZoho();
    const { refreshToken, accessToken } = await authorize();
    for (const path of ['/_control/state', '/_control/journal', '/']) {
      const text = await (await fetch(zoho.origin + path)).text();
      expect(text).toContain(tokenReference(refreshToken));
      for (const secret of [refreshToken, accessToken, client.secret]) expect(text).not.toContain(secret);
    }
  });

  it('has buttons on the start page that switch a fault on and off', async () => {
    const { zoho } = await startZoho();
    zoho.registerClient({ name: '<i>Other' });
    const page = await (await fetch(zoho.origin)).text();
    expect(page).toContain('Keeper');
    expect(page).toContain('&lt;i&gt;Other');
    const press = (route: string, json: string) =>
      fetch(`${zoho.origin}/_control/${route}`, { method: 'POST', body: new URLSearchParams({ json }) });
    const after = await (await press('faults', '{"kind":"down"}')).text();
    expect(after).toContain('Switch off');
    expect(await (await press('faults/clear', '{}')).text()).toContain('Zoho is well');
  });
});
