import { expect, it } from 'vitest';
import { operatorOf } from '../../support/browser-operator.ts';
import { describeInBrowser } from '../../support/browser-stage.ts';

const HOUR_MS = 3_600_000;

describeInBrowser('re-authorisation by clicking', (stage) => {
  it('brings a connection back whose credential is dead, with every backup of it', async () => {
    const { twin, run, openSignedIn } = stage();
    const operator = operatorOf(twin);
    // The backups hold the very same refresh token.
    twin.simulator.revokeRefreshToken({ refreshToken: await operator.refreshTokenOf('crm') });
    twin.clock.advance(HOUR_MS);
    await run('Sweep');
    expect(await operator.isServed('crm')).toBe(false);

    const page = await openSignedIn('#/');
    await page.getByRole('heading', { name: '1 of 2 connections needs you' }).waitFor();
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'crm' }) });
    await card.getByText('Down').waitFor();
    await card.getByRole('link', { name: 'crm', exact: true }).click();
    const standing = page.getByRole('region', { name: 'How it stands' });
    await standing.getByText('Zoho has ended this access: a person must consent anew').waitFor();
    await standing.getByText('Consumers are without a token').waitFor();
    expect(await standing.locator('a, button').allInnerTexts()).toEqual(['Re-authorise']);

    await standing.getByRole('link', { name: 'Re-authorise' }).click();
    const dialog = page.getByRole('dialog', { name: 'Re-authorise crm' });
    await dialog.getByLabel('Reason').fill('The refresh token was revoked');
    await dialog.getByRole('button', { name: 'Continue to Zoho' }).click();
    await page.getByRole('radio', { name: 'crm@example.com' }).check();
    expect(new URL(page.url()).origin).toBe(twin.zoho);
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    await page.getByRole('link', { name: 'Back to the console' }).click();

    await page.getByText('The consent was accepted').waitFor();
    await page.getByText('Generation 2 came of it').waitFor();
    await page.getByText('Everything is fine').waitFor();
    expect(page.url()).toBe(`${twin.console}#/connections/crm`);
    expect(await page.locator('.page-head').innerText()).toMatch(/crm\s+Healthy/);
    expect(await operator.isServed('crm')).toBe(true);
    await page.context().close();
  });

  it('tells a consent that was denied, and that nothing was touched by it', async () => {
    const { twin, openSignedIn } = stage();
    const before = await operatorOf(twin).refreshTokenOf('books');
    const page = await openSignedIn('#/connections/books/reauthorize');
    await page.getByLabel('Reason').fill('To see what a denial does');
    await page.getByRole('button', { name: 'Continue to Zoho' }).click();
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('heading', { name: 'Consent was denied' }).waitFor();
    await page.getByRole('link', { name: 'Back to the console' }).click();
    await page.getByText('The consent was not taken up').waitFor();
    await page.getByText('The running credential stays as it is').waitFor();
    expect(await operatorOf(twin).refreshTokenOf('books')).toBe(before);
    await page.context().close();
  });
});
