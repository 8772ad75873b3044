import { createHash } from 'node:crypto';
import type { Page, Request } from 'playwright-core';
import { expect, it } from 'vitest';
import { ADMIN, COLLEAGUE, describeInBrowser, signIn } from '../../support/browser-stage.ts';

const TOKEN_PATH = '/oauth2/token';

/** The requests of a page from now on, whose path ends so. */
function requestsOf(page: Page, path: string): Request[] {
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.endsWith(path)) requests.push(request);
  });
  return requests;
}

const formOf = (request: Request | undefined) => new URLSearchParams(request?.postData() ?? '');

describeInBrowser('the sign-in', (stage) => {
  it('proves itself by PKCE, and knows no secret', async () => {
    const page = await stage().open('#/');
    const [authorizations, exchanges] = [requestsOf(page, '/oauth2/authorize'), requestsOf(page, TOKEN_PATH)];
    await signIn(page);
    const asked = new URL(authorizations[0]?.url() ?? '').searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: stage().twin.console,
      state: expect.stringMatching(/^\w{32}$/),
    });
    const form = formOf(exchanges[0]);
    const { code_verifier: verifier = '', ...sent } = Object.fromEntries(form);
    expect(sent).toEqual({
      grant_type: 'authorization_code',
      client_id: asked.get('client_id'),
      redirect_uri: stage().twin.console,
      code: expect.any(String),
    });
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(asked.get('code_challenge'));
    expect(await exchanges[0]?.allHeaders()).not.toHaveProperty('authorization');
    await page.context().close();
  });

  it('comes back to the view that was asked for, and leaves no code and no state in the address', async () => {
    const page = await stage().open('#/connections/crm/reauthorize');
    await page.getByText('You then come to the connection crm').waitFor();
    await signIn(page);
    await page.getByRole('dialog', { name: 'Re-authorise crm' }).waitFor();
    expect(page.url()).toBe(`${stage().twin.console}#/connections/crm/reauthorize`);
    await page.context().close();
  });

  it('is repeated without a click when the page is loaded again', async () => {
    const page = await stage().openSignedIn('#/connections/books');
    const exchanges = requestsOf(page, TOKEN_PATH);
    await page.reload();
    await page.getByRole('heading', { name: 'books', level: 1 }).waitFor();
    await page.getByText(ADMIN).waitFor();
    expect(exchanges).toHaveLength(1);
    expect(page.url()).toBe(`${stage().twin.console}#/connections/books`);
    await page.context().close();
  });

  it('is over with the sign-out: its refresh token is revoked, and no page signs in again by itself', async () => {
    const page = await stage().openSignedIn('#/');
    const revocations = requestsOf(page, '/oauth2/revoke');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    const { token, client_id } = Object.fromEntries(formOf(revocations[0]));
    const renewal = await fetch(stage().origins.signIn + TOKEN_PATH, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: token ?? '',
        client_id: client_id ?? '',
      }),
    });
    expect([renewal.status, await renewal.json()]).toEqual([400, { error: 'invalid_grant' }]);

    const authorizations = requestsOf(page, '/oauth2/authorize');
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in to the console' }).waitFor();
    expect(authorizations).toEqual([]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'As whom?' }).waitFor();
    await page.context().close();
  });

  it('says nothing of a revocation that did not come about, and shows the console no more meanwhile', async () => {
    const page = await stage().openSignedIn('#/');
    await page.getByRole('heading', { name: 'Both connections are fine' }).waitFor();
    await page.route('**/oauth2/revoke', (route) => route.abort('internetdisconnected'));
    const asked = requestsOf(page, '/api/zoho/status');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('did not confirm that they are revoked').waitFor();
    expect(asked).toEqual([]);
    await page.context().close();
  });

  it('keeps the view that was asked for when the exchange fails', async () => {
    const page = await stage().open('#/connections/crm/restore');
    await page.route(`**${TOKEN_PATH}`, (route) => route.abort('internetdisconnected'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('radio', { name: ADMIN }).check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The sign-in did not work').waitFor();
    await page.getByText('You then come to the connection crm').waitFor();
    expect(page.url()).toBe(`${stage().twin.console}#/connections/crm/restore`);
    await page.context().close();
  });

  it('takes up nothing that this tab did not begin', async () => {
    const page = await stage().open('?code=a-code-of-somebody-else&state=their-state');
    const exchanges = requestsOf(page, TOKEN_PATH);
    await page.getByText('This sign-in was begun in another tab').waitFor();
    expect([page.url(), exchanges]).toEqual([stage().twin.console, []]);
    await page.context().close();
  });

  it('tells an account that is no admin’s so, shows it nothing, and lets another one in', async () => {
    const page = await stage().open('#/');
    const answers: number[] = [];
    page.on('response', (response) => {
      if (new URL(response.url()).pathname.startsWith('/api/')) answers.push(response.status());
    });
    await signIn(page, COLLEAGUE);
    await page.getByRole('heading', { name: 'This account is not an admin' }).waitFor();
    expect(new Set(answers)).toEqual(new Set([403]));
    expect(await page.content()).not.toMatch(/>\s*(crm|books)\s*</);

    await page.getByRole('button', { name: 'Sign out, to use another account' }).click();
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await page.getByRole('radio', { name: ADMIN }).check();
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Both connections are fine' }).waitFor();
    await page.context().close();
  });
});
