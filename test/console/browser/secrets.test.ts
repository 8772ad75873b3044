import { expect, it } from 'vitest';
import { watchBrowserLeaks } from '../../support/browser-leaks.ts';
import { operatorOf } from '../../support/browser-operator.ts';
import { describeInBrowser, goTo, signIn } from '../../support/browser-stage.ts';
import { type LeakWatch, watchForLeaks } from '../../support/leaks.ts';

const REASON = 'To look for what comes to light';

describeInBrowser('P8: what the console holds and sends', (stage) => {
  it('is no token, code or state but where it belongs, in a session that uses everything', async () => {
    const { twin, origins, open } = stage();
    const operator = operatorOf(twin);
    const page = await open('#/');
    const leaks = await watchBrowserLeaks(page.context(), origins, twin.watch);
    await signIn(page);
    await page.getByRole('heading', { name: 'Both connections are fine' }).waitFor();
    await leaks.look(page, 'after the sign-in');

    const dialog = page.getByRole('dialog');
    const done = async () => {
      await dialog.getByRole('button', { name: 'Done' }).click();
      await dialog.waitFor({ state: 'hidden' });
    };
    const token = await operator.issueRefreshToken('crm');
    await goTo(page, '#/connections/crm/manual-update');
    const field = dialog.getByLabel('Refresh token', { exact: true });
    await field.fill(token);
    await dialog.getByLabel('Reason').fill(REASON);
    await leaks.look(page, 'with a token in its field', token);
    await dialog.getByRole('button', { name: 'Prove it' }).click();
    await dialog.getByText('It is proven', { exact: true }).waitFor();
    await leaks.look(page, 'with a token that is proven', token);
    await dialog.getByRole('button', { name: 'Save it' }).click();
    await dialog.getByText('The new credential runs').waitFor();
    await leaks.look(page, 'after a token was saved');
    await done();

    await goTo(page, '#/connections/crm/manual-update');
    await dialog.getByLabel('A grant code').check();
    const code = await operator.issueGrantCode('crm');
    const codeField = dialog.getByLabel('Grant code', { exact: true });
    await codeField.fill(code);
    await dialog.getByLabel('Reason').fill(REASON);
    twin.simulator.addFault({ kind: 'status', routes: 'token' });
    await dialog.getByRole('button', { name: 'Prove and save it' }).click();
    await dialog.getByRole('alert').first().waitFor();
    twin.simulator.clearFaults();
    expect(await codeField.inputValue()).toBe('');
    await leaks.look(page, 'after a grant code was refused');
    await page.keyboard.press('Escape');

    await goTo(page, '#/connections/crm/restore');
    await dialog.getByRole('button', { name: 'Generation 1' }).click();
    await dialog.getByLabel('Reason').fill(REASON);
    await dialog.getByRole('button', { name: 'Restore generation 1' }).click();
    await dialog.getByText('The new credential runs').waitFor();
    await leaks.look(page, 'after a restoration');
    await done();

    await goTo(page, '#/connections/books/refresh');
    await dialog.getByRole('button', { name: 'Refresh now' }).click();
    await dialog.getByText('Consumers hold a fresh token').waitFor();
    await leaks.look(page, 'after a refresh');
    await done();
    await goTo(page, '#/connections/books/health-check');
    await dialog.getByRole('button', { name: 'Check now' }).click();
    await dialog.getByRole('button', { name: 'Done' }).waitFor();
    await leaks.look(page, 'after a health check');
    await done();

    await goTo(page, '#/audit?connection=crm');
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText('The chain is intact').waitFor();
    for (const entry of await page.locator('.entries summary').all()) await entry.click();
    await leaks.look(page, 'with the audit open');
    await goTo(page, '#/incidents');
    await page.getByText('There was no incident yet').waitFor();
    await leaks.look(page, 'with the incidents open');

    await goTo(page, '#/connections/crm/reauthorize');
    await dialog.getByLabel('Reason').fill(REASON);
    await dialog.getByRole('button', { name: 'Continue to Zoho' }).click();
    await page.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    await leaks.look(page, 'that Zoho leads back to');
    await page.getByRole('link', { name: 'Back to the console' }).click();
    await page.getByText('The consent was accepted').waitFor();
    await leaks.look(page, 'after a consent');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await leaks.look(page, 'after the sign-out');

    expect(await leaks.find()).toEqual([]);
    // Two sign-ins of three tokens each.
    expect(leaks.signInTokens()).toBe(6);
    expect(twin.watch.counts().secrets).toBeGreaterThan(20);
    await leaks.close();
  });

  it('is found where a page would keep, show or send it: the search sees what it is to see', async () => {
    const { origins, open } = stage();
    const page = await open('#/');
    const watch: LeakWatch = watchForLeaks();
    const leaks = await watchBrowserLeaks(page.context(), origins, watch);
    const answered = page.waitForResponse('**/oauth2/token');
    await signIn(page);
    const tokens = JSON.parse(await (await answered).text());
    await page.getByRole('heading', { name: 'Both connections are fine' }).waitFor();
    await leaks.look(page, 'as it is');
    expect(await leaks.find()).toEqual([]);

    const plant = (script: string) => page.evaluate(`(token => { ${script} })('${tokens.id_token}')`);
    const places: readonly [string, string][] = [
      ['kept for the session', 'sessionStorage.setItem("a", token)'],
      ['kept for good', 'localStorage.setItem("a", token)'],
      ['in a cookie', 'document.cookie = "a=" + token'],
      ['in the address', 'history.replaceState(null, "", "#/" + token)'],
      ['in the page', 'document.querySelector("h1").textContent = token'],
      [
        'in a field',
        'document.body.append(Object.assign(document.createElement("input"), { value: token }))',
      ],
    ];
    for (const [place, script] of places) {
      await plant(script);
      await leaks.look(page, place);
      expect(await leaks.find()).toContain(`the page ${place}`);
    }
    await plant('console.log(token)');
    await plant('fetch("/api/zoho/status?a=" + token)');
    await plant('fetch("/api/zoho/elsewhere", { method: "POST", body: token })');
    await page.waitForResponse('**/elsewhere');
    expect(await leaks.find()).toEqual(
      expect.arrayContaining([
        'the browser’s console',
        'a request to /api/zoho/status: its address',
        'a request to /api/zoho/elsewhere: its body',
      ]),
    );
    await leaks.close();
  });
});
