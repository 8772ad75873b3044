import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { barriersOf } from '../../support/browser-axe.ts';
import { operatorOf } from '../../support/browser-operator.ts';
import { COLLEAGUE, describeInBrowser, goTo, PATIENCE, signIn } from '../../support/browser-stage.ts';

const HOUR_MS = 3_600_000;
/** After so long a refresh is due, and the token is still valid. */
const TICK_MS = 51 * 60_000;
/** A phone and a desk, in px. */
const WIDTHS = [390, 1280];
/** The narrowest that WCAG asks for, in px: 1280 at a zoom of 400 %. */
const NARROWEST = 320;
const DIALOGS = ['reauthorize', 'manual-update', 'refresh', 'health-check', 'restore'];

/** Every look of what is open: light and dark, phone and desk; none may keep anybody out, or scroll sideways. */
async function expectOpenToAll(page: Page): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await barriersOf(page), `${page.url()} at ${width} px, ${colorScheme}`).toEqual([]);
    }
  }
  await page.setViewportSize({ width: NARROWEST, height: 800 });
  expect(
    await page.evaluate('document.documentElement.scrollWidth'),
    `the width of ${page.url()}`,
  ).toBeLessThanOrEqual(NARROWEST);
}

/** Until nothing of a view is still to come. */
async function settle(page: Page, heading: string): Promise<void> {
  await page.getByRole('heading', { name: heading, exact: true }).first().waitFor();
  await loaded(page);
}

const loaded = (page: Page) => expect.poll(() => page.locator('.skeleton').count(), PATIENCE).toBe(0);

describeInBrowser('the console for everybody', (stage) => {
  it('has no barrier before a sign-in, and for an account that is no admin’s', async () => {
    const page = await stage().open('#/');
    await expectOpenToAll(page);
    await signIn(page, COLLEAGUE);
    await page.getByRole('heading', { name: 'This account is not an admin' }).waitFor();
    await expectOpenToAll(page);
    await page.context().close();
  });

  it('has no barrier in its views', async () => {
    const page = await stage().openSignedIn('#/');
    await settle(page, 'Both connections are fine');
    await expectOpenToAll(page);
    for (const [hash, heading] of [
      ['#/connections/crm', 'crm'],
      ['#/audit?connection=crm', 'Audit'],
      ['#/incidents', 'Incidents'],
    ] as const) {
      await goTo(page, hash);
      await settle(page, heading);
      await expectOpenToAll(page);
    }
    await page.context().setOffline(true);
    await goTo(page, '#/connections/crm');
    await page.getByText('You are offline', { exact: true }).waitFor();
    await expectOpenToAll(page);
    await page.context().close();
  });

  it('has no barrier in its dialogs', async () => {
    const page = await stage().openSignedIn('#/connections/crm');
    await settle(page, 'crm');
    for (const dialog of DIALOGS) {
      await goTo(page, `#/connections/crm/${dialog}`);
      await page.getByRole('dialog').waitFor();
      await loaded(page);
      await expectOpenToAll(page);
      await page.keyboard.press('Escape');
      await page.waitForURL('**#/connections/crm');
    }
    await page.context().close();
  });

  it('is used by the keyboard alone: a refresh, and a dialog that gives the focus back', async () => {
    const page = await stage().openSignedIn('#/connections/books');
    await page.getByRole('button', { name: 'Refresh now' }).waitFor();
    await tabTo(page, 'Refresh now');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Refresh books now' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    // The address follows by an event: pressed before that, Enter would ask for what is still asked for.
    await page.waitForURL('**#/connections/books');
    expect(await focused(page)).toMatch(/^Refresh now/);

    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await tabTo(page, 'Refresh now');
    await page.keyboard.press('Enter');
    await dialog.getByText('Consumers hold a fresh token').waitFor();
    expect(await focused(page)).toBe('Done');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    expect(await focused(page)).toMatch(/^Refresh now/);
    await page.context().close();
  });

  it('has no barrier while a connection is degraded, and while it is down', async () => {
    const { twin, run, openSignedIn } = stage();
    const operator = operatorOf(twin);
    const refreshToken = await operator.refreshTokenOf('books');
    twin.simulator.addFault({ kind: 'status', routes: 'token' });
    twin.clock.advance(TICK_MS);
    await run('Refresh');
    const page = await openSignedIn('#/connections/books');
    await page.getByText('Degraded').first().waitFor();
    await settle(page, 'books');
    await expectOpenToAll(page);

    twin.simulator.clearFaults();
    twin.simulator.revokeRefreshToken({ refreshToken });
    twin.clock.advance(HOUR_MS);
    await run('Refresh');
    await page.reload();
    await page.getByText('Zoho has ended this access').waitFor();
    await settle(page, 'books');
    await expectOpenToAll(page);
    await goTo(page, '#/');
    await settle(page, '1 of 2 connections needs you');
    await expectOpenToAll(page);
    await goTo(page, '#/incidents');
    await settle(page, 'Incidents');
    await page.locator('details summary').first().click();
    await expectOpenToAll(page);
    await page.context().close();
  });
});

/** Tab by tab, as somebody does who looks for it. */
async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 40) {
    await page.keyboard.press('Tab');
    const reached = await focused(page);
    if (reached.startsWith(name)) return;
    passed.push(reached);
  }
  throw new Error(`“${name}” is not reached by Tab. Reached: ${passed.join(', ')}`);
}

const focused = (page: Page): Promise<string> =>
  page.evaluate('(document.activeElement.innerText ?? "").trim()');
