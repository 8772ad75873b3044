import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { operatorOf } from '../../support/browser-operator.ts';
import { type BrowserStage, describeInBrowser, goTo } from '../../support/browser-stage.ts';

const REASON = 'The token was rotated by hand';
/** Of the shape that Zoho gives, and given to nobody. */
const WRONG_TOKEN = `1000.${'0'.repeat(32)}.${'f'.repeat(32)}`;

describeInBrowser('the operations of a connection', (stage) => {
  let page: Page;
  beforeAll(async () => {
    page = await stage().openSignedIn('#/');
  });

  it('P1: shows at once that a token is wrong, and leaves the running one as it is', async () => {
    const { dialog, requests } = await openDialog(page, 'manual-update');
    const before = await operatorOf(stage().twin).refreshTokenOf('crm');
    await dialog.getByLabel('Refresh token', { exact: true }).fill(WRONG_TOKEN);
    await dialog.getByLabel('Reason').fill(REASON);
    await dialog.getByRole('button', { name: 'Prove it' }).click();
    await dialog.getByRole('alert').getByText('Zoho refused the token or code').waitFor();
    expect(requests('manual-token-update')).toHaveLength(1);
    expect(await operatorOf(stage().twin).refreshTokenOf('crm')).toBe(before);
  });

  it('says in the field what is wrong with it, before anything is sent', async () => {
    const { dialog, requests } = await openDialog(page, 'manual-update');
    await dialog.getByLabel('Refresh token', { exact: true }).fill('two words');
    await dialog.getByLabel('Reason').fill('ab');
    await dialog.getByRole('button', { name: 'Prove it' }).click();
    await dialog.getByText('Say why, in at least 3 characters').waitFor();
    await dialog.getByText('That is not a token').waitFor();
    const field = dialog.getByLabel('Refresh token', { exact: true });
    expect([await field.getAttribute('aria-invalid'), await isFocused(page, 'data-lpignore="true"')]).toEqual(
      ['true', true],
    );
    expect(requests('manual-token-update')).toEqual([]);
  });

  it('says in the field what the API finds wrong with it', async () => {
    const { dialog } = await openDialog(page, 'manual-update');
    // The form refuses it itself: so the API's own words are fetched beside it.
    const { status, headers, text } = await stage().twin.ask('/api/zoho/manual-token-update', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ connection: 'crm', reason: REASON, refreshToken: 'two words' }),
    });
    await page.route('**/manual-token-update**', (route) =>
      route.fulfill({ status, headers: Object.fromEntries(headers), body: text }),
    );
    await dialog.getByLabel('Refresh token', { exact: true }).fill(WRONG_TOKEN);
    await dialog.getByLabel('Reason').fill(REASON);
    await dialog.getByRole('button', { name: 'Prove it' }).click();
    await dialog.getByText('Invalid request').waitFor();
    const described = await dialog
      .getByLabel('Refresh token', { exact: true })
      .getAttribute('aria-describedby');
    const fault = dialog.locator(`[id="${described?.split(' ').at(-1)}"]`);
    expect(await fault.innerText()).toMatch(/^Expected 1 to 512 printable characters/);
    await page.unroute('**/manual-token-update**');
  });

  it('proves a token that is right without saving it, and then saves it', async () => {
    const operator = operatorOf(stage().twin);
    const before = await operator.refreshTokenOf('crm');
    const token = await operator.issueRefreshToken('crm');
    const { dialog } = await openDialog(page, 'manual-update');
    await dialog.getByLabel('Refresh token', { exact: true }).fill(token);
    await dialog.getByLabel('Reason').fill(REASON);
    await dialog.getByRole('button', { name: 'Prove it' }).click();
    await dialog.getByText('It is proven', { exact: true }).waitFor();
    expect(await operator.refreshTokenOf('crm')).toBe(before);

    await dialog.getByRole('button', { name: 'Save it' }).click();
    await dialog.getByText('The new credential runs').waitFor();
    expect(await operator.refreshTokenOf('crm')).toBe(token);
    await dialog.getByRole('button', { name: 'Done' }).click();
    const { generation } = await statusOf(stage(), 'crm');
    await factOf(page, 'Generation').getByText(`${generation}`, { exact: true }).waitFor();
    await factOf(page, 'Came here').getByText('Brought by hand').waitFor();
    expect(await operator.isServed('crm')).toBe(true);
  });

  it('takes a grant code of a Self Client', async () => {
    const before = await statusOf(stage(), 'crm');
    const { dialog } = await openDialog(page, 'manual-update');
    await dialog.getByLabel('A grant code').check();
    await dialog
      .getByLabel('Grant code', { exact: true })
      .fill(await operatorOf(stage().twin).issueGrantCode('crm'));
    await dialog.getByLabel('Reason').fill(REASON);
    await dialog.getByRole('button', { name: 'Prove and save it' }).click();
    await dialog.getByText('The new credential runs').waitFor();
    await dialog.getByText(`Generation ${before.generation + 1}`).waitFor();
    expect(await statusOf(stage(), 'crm')).toMatchObject({ generation: before.generation + 1 });
  });

  it('restores an older generation, and says before what that takes the place of', async () => {
    const running = (await statusOf(stage(), 'crm')).generation;
    expect(running).toBeGreaterThan(1);
    const { dialog } = await openDialog(page, 'restore');
    await dialog.getByRole('button', { name: 'Generation 1' }).click();
    await dialog.getByRole('button', { name: 'Restore generation 1' }).waitFor();
    expect(await dialog.locator('form > p').first().innerText()).toMatch(
      new RegExp(
        `^Generation ${running} \\(running, obtained on .+\\) stays in the backups and is not revoked; ` +
          `generation 1 is proven at Zoho, and then comes back as generation ${running + 1}\\.$`,
      ),
    );
    await dialog.getByLabel('Reason').fill('The grant code was of the wrong user');
    await dialog.getByRole('button', { name: 'Restore generation 1' }).click();
    await dialog.getByText('The new credential runs').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await factOf(page, 'Generation')
      .getByText(`${running + 1}`, { exact: true })
      .waitFor();
    await factOf(page, 'Came here').getByText('Restored from a backup').waitFor();
    expect(await operatorOf(stage().twin).isServed('crm')).toBe(true);
  });

  it('P4: refreshes now, once however often it is pressed', async () => {
    const { dialog, requests } = await openDialog(page, 'refresh', 'books');
    await dialog.getByRole('button', { name: 'Refresh now' }).dblclick();
    await dialog.getByText('Consumers hold a fresh token').waitFor();
    expect(requests('refresh')).toHaveLength(1);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(page.url()).toBe(`${stage().twin.console}#/connections/books`);
  });

  it('stays, and shows the outcome, when somebody goes back while it is under way', async () => {
    const { dialog } = await openDialog(page, 'refresh', 'books');
    const isAsked = Promise.withResolvers<void>();
    const goesOn = Promise.withResolvers<void>();
    await page.route('**/api/zoho/refresh', async (route) => {
      isAsked.resolve();
      await goesOn.promise;
      await route.continue();
    });
    await dialog.getByRole('button', { name: 'Refresh now' }).click();
    await isAsked.promise;
    await page.evaluate('history.back()');
    await page.waitForFunction('history.length > 0 && location.hash.endsWith("/refresh")');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    goesOn.resolve();
    await dialog.getByText('Consumers hold a fresh token').waitFor();
    await page.unroute('**/api/zoho/refresh');
    await page.evaluate('history.back()');
    await dialog.waitFor({ state: 'hidden' });
  });

  it('hides a secret from onlookers, and offers it to no password manager', async () => {
    const { dialog } = await openDialog(page, 'manual-update');
    const field = dialog.getByLabel('Refresh token', { exact: true });
    await field.focus();
    const told = await page.evaluate(
      '[document.activeElement].map((input) => [input.type, input.autocomplete, getComputedStyle(input).webkitTextSecurity]).flat()',
    );
    expect(told).toEqual(['text', 'off', 'disc']);
  });

  it('checks the health now, and shows what was looked at', async () => {
    const { dialog } = await openDialog(page, 'health-check', 'books');
    await dialog.getByRole('button', { name: 'Check now' }).click();
    await dialog.getByText('Zoho accepts the token').first().waitFor({ state: 'attached' });
    const { json } = await stage().twin.ask('/api/zoho/health-check?connection=books');
    const shown = await dialog.locator('.findings > li').count();
    expect(shown).toBe(json.reports[0].checks.length);
  });
});

/** A dialog by its own link, as if for the first time, and the requests that are sent from then on. */
async function openDialog(page: Page, name: string, connection = 'crm') {
  const dialog = page.getByRole('dialog');
  await goTo(page, `#/connections/${connection}`);
  await dialog.waitFor({ state: 'detached' });
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(new URL(request.url()).pathname);
  });
  await goTo(page, `#/connections/${connection}/${name}`);
  await dialog.waitFor();
  return { dialog, requests: (path: string) => sent.filter((asked) => asked === `/api/zoho/${path}`) };
}

async function statusOf({ twin }: BrowserStage, connection: string): Promise<{ generation: number }> {
  const { json } = await twin.ask(`/api/zoho/status?connection=${connection}`);
  return json.connections[0];
}

const factOf = (page: Page, name: string) =>
  page.locator('.columns dl > div').filter({ has: page.getByText(name, { exact: true }) });

const isFocused = (page: Page, attribute: string) =>
  page.evaluate(`document.activeElement.matches('[${attribute}]')`);
