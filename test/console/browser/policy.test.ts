import { createServer } from 'node:http';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { closeServer, listen } from '../../../infra/local/http-server.ts';
import { type BrowserStage, describeInBrowser, PATIENCE } from '../../support/browser-stage.ts';

/** What a phone loads in a second where the network is bad. */
const MOST_BYTES = 60_000;

describeInBrowser('the console’s page', (stage) => {
  it('comes compressed, small enough for a phone at night, and loads nothing else', async () => {
    const { twin, browser } = stage();
    const page = await browser.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const response = await page.goto(twin.console);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await response?.headerValue('content-encoding')).toBe('gzip');
    const sizes = await response?.request().sizes();
    expect(sizes?.responseBodySize).toBeGreaterThan(10_000);
    expect(sizes?.responseBodySize).toBeLessThan(MOST_BYTES);
    expect(requests).toEqual([twin.console]);
    await page.close();
  });

  it.each([
    ['markup', `document.body.innerHTML = '<img src=x onerror="window.injected = true">'`],
    [
      'a script',
      `const script = document.createElement('script');
       script.append('window.injected = true');
       document.body.append(script)`,
    ],
    ['text', `setTimeout('window.injected = true')`],
    ['a handler', `document.body.setAttribute('onclick', 'window.injected = true'); document.body.click()`],
  ])('does not run %s that was injected', async (_name, injection) => {
    const page = await stage().open('#/');
    await page.evaluate(`(() => { try { ${injection} } catch {} })()`);
    await expectViolation(stage(), /require-trusted-types-for|script-src/);
    expect(await page.evaluate('window.injected')).toBeUndefined();
    await closeExpectingFaults(stage(), page);
  });

  it('sends nothing to anybody else than the API and the sign-in', async () => {
    const page = await stage().open('#/');
    const sent = await page.evaluate(`fetch('${stage().twin.zoho}/').then(() => 'sent', () => 'refused')`);
    expect(sent).toBe('refused');
    await expectViolation(stage(), /connect-src/);
    await closeExpectingFaults(stage(), page);
  });

  it('stands in no frame', async () => {
    const { twin, browser } = stage();
    const page = await browser.newPage();
    const told: string[] = [];
    page.on('console', (message) => told.push(message.text()));
    const other = createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end(`<iframe src="${twin.console}"></iframe>`);
    });
    await page.goto(await listen(other, 0));
    await expect.poll(() => told.join(), PATIENCE).toMatch(/frame-ancestors|X-Frame-Options/);
    expect(await page.frames()[1]?.locator('button').count()).toBe(0);
    await page.close();
    await closeServer(other);
  });
});

async function expectViolation({ faults }: BrowserStage, of: RegExp): Promise<void> {
  const found: string[] = [];
  const violations = () => {
    found.push(...faults());
    return found.filter((fault) => fault.includes('security policy violation')).join();
  };
  await expect.poll(violations, PATIENCE).toMatch(of);
}

/** One violation is told in several ways, and some of them come later. */
async function closeExpectingFaults({ faults }: BrowserStage, page: Page): Promise<void> {
  await page.context().close();
  faults();
}
