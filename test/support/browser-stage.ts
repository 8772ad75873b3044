import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import * as z from 'zod';
import type { TwinOptions } from '../../infra/local/twin.ts';
import { CHROMIUM, launchChromium } from './browser-chromium.ts';
import { type KnownOrigins, watchPages } from './browser-watch.ts';
import { aConfigurationOf } from './builders.ts';
import { startWatchedTwin, type WatchedTwin } from './watched-twin.ts';

/** A twin with its console open in a browser. Nothing happens by itself: no schedule runs. */
export interface BrowserStage {
  readonly twin: WatchedTwin;
  readonly browser: Browser;
  readonly origins: KnownOrigins;
  /** A browser of somebody who has never been here, at a view of the console. */
  open(hash: string, options?: BrowserContextOptions): Promise<Page>;
  /** The same, signed in. */
  openSignedIn(hash: string, options?: BrowserContextOptions & { account?: string }): Promise<Page>;
  /** Invokes a function once. */
  run(prefix: 'Refresh' | 'Sweep' | 'Anchor'): Promise<void>;
  /** What pages did since the last time, and must not do. */
  faults(): string[];
  close(): Promise<void>;
}

export const ADMIN = 'admin@example.com';
export const COLLEAGUE = 'colleague@example.com';

/** Both connections have users of their own at the simulator (infra/local/sample.ts). */
const CONFIGURATION = aConfigurationOf({
  connections: [
    { id: 'crm', client: 'main', dataCenter: 'eu', scopes: ['ZohoCRM.org.READ'], probe: 'crm' },
    { id: 'books', client: 'main', dataCenter: 'eu', scopes: ['ZohoBooks.settings.READ'], probe: 'books' },
  ],
  rateLimits: { reauthorize: 1_000, override: 1_000, refresh: 1_000, restore: 1_000, healthCheck: 1_000 },
});

/** What has not come by then, on a machine that is busy with other things, will not come. */
const PATIENCE_MS = 30_000;
const START_PATIENCE_MS = 120_000;
/** For `expect.poll`. */
export const PATIENCE = { timeout: PATIENCE_MS } as const;

/**
 * Tests in a browser, with a stage of their own on which both connections are healthy. After each of them, no page may have
 * thrown, done what its policy forbids, or asked anybody else than the API and the sign-in.
 */
export function describeInBrowser(
  name: string,
  suite: (stage: () => BrowserStage) => void,
  options: Partial<TwinOptions> = {},
): void {
  if (CHROMIUM === null)
    console.log('no Chromium: apt install chromium; the console’s browser tests are skipped');
  describe.skipIf(CHROMIUM === null)(name, { timeout: 2 * PATIENCE_MS }, () => {
    let stage: BrowserStage;
    beforeAll(async () => {
      stage = await openBrowserStage({ configuration: CONFIGURATION, ...options });
    }, START_PATIENCE_MS);
    afterEach(() => expect(stage.faults()).toEqual([]));
    afterAll(() => stage?.close());
    suite(() => stage);
  });
}

async function openBrowserStage(options: TwinOptions): Promise<BrowserStage> {
  const [twin, browser] = await Promise.all([startWatchedTwin(options), launchChromium()]);
  const origins = { api: twin.api, signIn: await signInOriginOf(twin), zoho: twin.zoho };
  const faults: string[] = [];

  const stage: BrowserStage = {
    twin,
    browser,
    origins,
    async open(hash, options = {}) {
      const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
      context.setDefaultTimeout(PATIENCE_MS);
      await watchPages(context, origins, (fault) => faults.push(fault));
      const page = await context.newPage();
      await page.goto(twin.console + hash);
      return page;
    },
    async openSignedIn(hash, { account, ...options } = {}) {
      const page = await stage.open(hash, options);
      await signIn(page, account);
      return page;
    },
    async run(prefix) {
      const name = twin.lambda.functionNames.find((candidate) => candidate.startsWith(prefix)) ?? prefix;
      await twin.lambda.invoke(name, {});
    },
    faults: () => faults.splice(0),
    async close() {
      await browser.close();
      await twin.close();
    },
  };
  await stage.run('Refresh');
  return stage;
}

/** From the console's first page through the sign-in's own, and back. */
export async function signIn(page: Page, account = ADMIN): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('radio', { name: account }).check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(account).first().waitFor();
}

/** Goes to another view of the page that is open. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
}

/** As the page itself is told. */
async function signInOriginOf(twin: WatchedTwin): Promise<string> {
  const { text } = await twin.ask(twin.console, { token: null });
  const settings = /id="settings">([^<]*)</.exec(text)?.[1] ?? '';
  return z.object({ signInOrigin: z.url() }).parse(JSON.parse(settings)).signInOrigin;
}
