import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ADMIN, type BrowserStage, describeInBrowser, goTo, PATIENCE } from '../../support/browser-stage.ts';
import { aConfigurationOf } from '../../support/builders.ts';

const STATUS = '**/api/zoho/status**';
const OFFLINE = 'You are offline: nothing can be sent now.';

/** A second check within the hour is one too many. */
const CONFIGURATION = aConfigurationOf({
  connections: [
    { id: 'crm', client: 'main', dataCenter: 'eu', scopes: ['ZohoCRM.org.READ'], probe: 'crm' },
    { id: 'books', client: 'main', dataCenter: 'eu', scopes: ['ZohoBooks.settings.READ'], probe: 'books' },
  ],
  rateLimits: { healthCheck: 1 },
});

describeInBrowser(
  'the console where something is out of reach',
  (stage) => {
    it('keeps what it knows while it is offline, says how old that is, and goes on by itself', async () => {
      const page = await stage().openSignedIn('#/connections/crm');
      await page.getByText('Everything is fine').waitFor();
      await page.context().setOffline(true);
      await page.getByText('You are offline', { exact: true }).waitFor();
      await page.getByText(/^What you see is of .+ old\. It is read again by itself\.$/).waitFor();
      await page.getByText('Everything is fine').waitFor();
      const actions = page.getByRole('region', { name: 'What you can do' });
      await actions.getByText(OFFLINE).waitFor();
      const buttons = await actions.getByRole('button').all();
      expect(buttons).toHaveLength(5);
      for (const button of buttons) expect(await button.isDisabled()).toBe(true);

      const read = page.waitForResponse(STATUS);
      await page.context().setOffline(false);
      await read;
      await page.getByText('You are offline', { exact: true }).waitFor({ state: 'hidden' });
      await expect.poll(() => actions.getByRole('button').first().isDisabled(), PATIENCE).toBe(false);
      await page.context().close();
    });

    it('sends nothing from an open dialog while it is offline, and says why', async () => {
      const page = await stage().openSignedIn('#/connections/crm/refresh');
      const button = page.getByRole('dialog').getByRole('button', { name: 'Refresh now' });
      await button.waitFor();
      await page.context().setOffline(true);
      await page.getByRole('dialog').getByText(OFFLINE).waitFor();
      expect(await button.isDisabled()).toBe(true);
      await page.context().close();
    });

    it('says what to do where there is nothing yet', async () => {
      const page = await stage().openSignedIn('#/incidents');
      await page.getByText('There was no incident yet.').waitFor();
      await page.route(STATUS, (route) => route.fulfill({ json: { connections: [] } }));
      await goTo(page, '#/');
      await page.getByText('No connection is configured. Declare one in infra/connections.json.').waitFor();
      await page.context().close();
    });

    it('shows an unavailable API’s own words beside what it knows, and leaves it alone as long as it asks', async () => {
      const page = await stage().openSignedIn('#/');
      await page.getByRole('heading', { name: 'Both connections are fine' }).waitFor();
      const problem = {
        type: 'urn:zoho-token-recovery:problem:unavailable',
        title: 'Temporarily unavailable',
        status: 503,
        detail: 'The state table could not be read. Try again in a minute.',
        requestId: 'the-request',
      };
      await page.route(STATUS, (route) =>
        route.fulfill({ status: 503, headers: { 'retry-after': '60' }, json: problem }),
      );
      await goTo(page, '#/connections/crm');
      const alert = page.getByRole('alert');
      for (const words of [problem.title, problem.detail, problem.requestId])
        await alert.getByText(words).waitFor();
      await page.context().close();
    });

    it('tells when a limit is over, and does not let it be tried before', async () => {
      const page = await stage().openSignedIn('#/connections/crm/health-check');
      const dialog = page.getByRole('dialog');
      const check = dialog.getByRole('button', { name: 'Check now' });
      await check.click();
      await dialog.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('button', { name: 'Check health' }).click();
      await check.click();
      await dialog.getByText('Too many requests').waitFor();
      await dialog.getByText(/^Try again in (59 min|1 h)/).waitFor();
      expect(await check.isDisabled()).toBe(true);
      await page.context().close();
    });

    it('lets it be tried again by itself once Retry-After is over', async () => {
      const page = await stage().openSignedIn('#/connections/books/refresh');
      await page.route('**/api/zoho/refresh', async (route) => {
        const problem = { type: 'about:blank', title: 'Throttled', status: 429, detail: 'Too fast.' };
        await route.fulfill({ status: 429, headers: { 'retry-after': '2' }, json: problem });
      });
      const button = page.getByRole('dialog').getByRole('button', { name: 'Refresh now' });
      await button.click();
      await page.getByText('Too fast.').waitFor();
      await page.getByText('You can try again now.').waitFor();
      expect(await button.isEnabled()).toBe(true);
      await page.context().close();
    });

    it('renews the session without a word when the API takes its token no more', async () => {
      const page = await stage().openSignedIn('#/');
      await page.getByRole('heading', { name: 'Both connections are fine' }).waitFor();
      const grants = grantsOf(page);
      await refuseTokens(stage(), page, 1);
      await goTo(page, '#/connections/crm');
      await page.getByText('Everything is fine').waitFor();
      expect(grants).toEqual(['refresh_token']);
      await page.context().close();
    });

    it('keeps the session, and what stands in a form, while the sign-in cannot be reached', async () => {
      const page = await stage().openSignedIn('#/connections/crm/reauthorize');
      const reason = page.getByRole('dialog').getByLabel('Reason');
      await reason.fill('The consent of last week was withdrawn');
      await page.route('**/oauth2/token', (route) => route.abort('internetdisconnected'));
      const refused = page.waitForResponse((response) => response.status() === 401);
      const aborted = page.waitForEvent('requestfailed');
      await refuseTokens(stage(), page, 1);
      await Promise.all([refused, aborted]);
      await page.waitForResponse((response) => response.url().includes('/status') && response.ok());
      expect(await reason.inputValue()).toBe('The consent of last week was withdrawn');
      await page.context().close();
    });

    it('lets a page of the audit that could not be read be asked for again', async () => {
      const page = await stage().openSignedIn('#/incidents');
      await page.getByText('There was no incident yet.').waitFor();
      await page.route('**/api/zoho/audit?*', (route) => route.abort('internetdisconnected'), { times: 1 });
      await page.getByRole('link', { name: 'Audit' }).click();
      await page.getByText('Check your own connection, and try again.').waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByText(/\d entr(y|ies) shown/).waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'Try again' }).waitFor({ state: 'detached' });
      await page.context().close();
    });

    it('says of what time it is when no answer comes, and nothing of the time after', async () => {
      const page = await stage().openSignedIn('#/connections/crm');
      await page.clock.install();
      await page.reload();
      await page.getByText('Everything is fine').waitFor();
      await page.route('**/api/zoho/**', () => {});
      await page.clock.fastForward(90 * 60_000);
      // As of a laptop that wakes: whatever was on its way is given up, and the network is there.
      await page.evaluate(`dispatchEvent(new Event('online'))`);
      await page.getByText('This is not of now').waitFor();
      await page.getByText('How it stands is not known').waitFor();
      await page.getByText(/^What you see is of .+ old/).waitFor();
      await page.context().close();
    });

    it('asks to sign in where that does not help, and keeps the place', async () => {
      const page = await stage().openSignedIn('#/');
      await page.getByRole('heading', { name: 'Both connections are fine' }).waitFor();
      const grants = grantsOf(page);
      await refuseTokens(stage(), page, 2);
      await goTo(page, '#/connections/crm/restore');
      await page.getByRole('heading', { name: 'Your session ended' }).waitFor();
      expect(grants).toEqual(['refresh_token']);
      await page.getByText('You then come to the connection crm').waitFor();
      await page.getByRole('button', { name: 'Sign in again' }).click();
      await page.getByRole('dialog', { name: 'Restore crm' }).waitFor();
      await page.getByText(ADMIN).waitFor();
      await page.context().close();
    });
  },
  { configuration: CONFIGURATION },
);

/** Has the API refuse the next status requests as it refuses a token that it does not take. */
async function refuseTokens({ twin }: BrowserStage, page: Page, times: number): Promise<void> {
  const { status, headers, text } = await twin.ask('/api/zoho/status', { token: null });
  expect(status).toBe(401);
  await page.route(
    STATUS,
    (route) => route.fulfill({ status, headers: Object.fromEntries(headers), body: text }),
    { times },
  );
}

/** By what tokens are asked for from now on. */
function grantsOf(page: Page): (string | null)[] {
  const grants: (string | null)[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/oauth2/token'))
      grants.push(new URLSearchParams(request.postData() ?? '').get('grant_type'));
  });
  return grants;
}
