import type { BrowserContext, Page, Request, Response, Route } from 'playwright-core';
import * as z from 'zod';
import type { KnownOrigins } from './browser-watch.ts';
import type { LeakWatch } from './leaks.ts';

/** Keeps everything that a page shows, stores, says and sends, but for the places where a secret belongs. */
export interface BrowserLeaks {
  /** Takes in what is shown and stored now. `typed`: the one secret that is in its field at this moment. */
  look(page: Page, moment: string, typed?: string): Promise<void>;
  /** Waits for what is under way, and answers where a secret stands that must not stand there. */
  find(): Promise<string[]>;
  /** How many tokens of the sign-in are looked for. */
  signInTokens(): number;
  /** Lets what is under way end, and closes the browser's context. */
  close(): Promise<void>;
}

const CALLBACK_PATH = '/api/zoho/oauth/callback';

/** Whatever a page can be made to hold, as text. A field's value is none of its markup. */
const HELD = `(async () => ({
  markup: document.documentElement.outerHTML,
  fields: [...document.querySelectorAll('input, textarea, select')].map(({ value }) => value),
  address: location.href,
  title: document.title,
  history: JSON.stringify(history.state),
  windowName: window.name,
  localStorage: JSON.stringify({ ...localStorage }),
  sessionStorage: JSON.stringify({ ...sessionStorage }),
  cookie: document.cookie,
  databases: (await indexedDB.databases()).map(({ name }) => name),
}))()`;

const heldSchema = z.looseObject({ fields: z.array(z.string()), address: z.string() });
const tokensSchema = z.object({
  id_token: z.string(),
  access_token: z.string(),
  refresh_token: z.string().optional(),
});

export async function watchBrowserLeaks(
  context: BrowserContext,
  { api, signIn, zoho }: KnownOrigins,
  watch: LeakWatch,
): Promise<BrowserLeaks> {
  const reading: Promise<void>[] = [];
  const seen = new Set<string>();
  let idTokens: string[] = [];
  const keepToken = (token: string) => {
    seen.add(token);
    watch.keepSecret(token);
  };

  const onRequest = (request: Request) => void reading.push(seeRequest(request));
  const onResponse = (response: Response) => void reading.push(seeHeaders(response));
  await context.route('**/*', seeAnswer);
  context.on('console', (message) => watch.see('the browser’s console', message.text()));
  context.on('request', onRequest);
  context.on('response', onResponse);

  /** An answer may come while another is read. */
  async function readAll(): Promise<void> {
    for (let read = 0; read < reading.length; read += 1) await reading[read];
  }

  async function seeRequest(request: Request): Promise<void> {
    const { origin, pathname } = new URL(request.url());
    const place = `a request to ${pathname}`;
    const { authorization = '', referer = '', ...headers } = await request.allHeaders();
    // The ID token is for the API, and for nobody else.
    const sent = origin === api ? withoutAny(authorization, idTokens) : authorization;
    watch.see(`${place}: its headers`, JSON.stringify({ ...headers, authorization: sent }));
    // From page to page of its own, the sign-in and Zoho go as they like.
    const isTheirs = origin !== api && referer.startsWith(origin);
    watch.see(`${place}: where it comes from`, isTheirs ? '' : referer);
    const address = request.isNavigationRequest() ? withoutRedirect(request.url()) : request.url();
    watch.see(`${place}: its address`, address);
    watch.see(`${place}: its body`, withoutRightful(request));
  }

  async function seeHeaders(response: Response): Promise<void> {
    const { location, ...headers } = await response.allHeaders();
    const place = `an answer of ${new URL(response.url()).pathname}`;
    watch.see(`${place}: its headers`, JSON.stringify(headers));
    if (location === undefined) return;
    watch.see(`${place}: where it leads`, withoutRedirect(new URL(location, response.url()).href));
  }

  /** Before the page has it: a page that is left takes its answers with it. What a document holds is looked at there. */
  async function seeAnswer(route: Route): Promise<void> {
    const request = route.request();
    if (request.isNavigationRequest()) return route.continue();
    const response = await route.fetch();
    const { origin, pathname } = new URL(request.url());
    const text = await response.text();
    if (origin === signIn && pathname === '/oauth2/token') learnTokens(text);
    else watch.see(`an answer of ${pathname}: its body`, withoutLink(text));
    await route.fulfill({ response });
  }

  function learnTokens(text: string): void {
    const { id_token, access_token, refresh_token } = tokensSchema.parse(JSON.parse(text));
    idTokens = [...idTokens, id_token];
    for (const token of [id_token, access_token, ...(refresh_token ? [refresh_token] : [])]) keepToken(token);
  }

  /** A redirect carries a code or a state; they stand nowhere else. */
  function withoutRedirect(address: string): string {
    if (!URL.canParse(address)) return address;
    const url = new URL(address);
    for (const name of ['code', 'state']) {
      const value = url.searchParams.get(name);
      if (value === null) continue;
      watch.keepSecret(value);
      url.searchParams.delete(name);
    }
    return url.href;
  }

  /** The link to a consent holds a state. */
  function withoutLink(text: string): string {
    const link = /"authorizationUrl":"([^"]*)"/.exec(text)?.[1];
    if (link === undefined) return text;
    withoutRedirect(link);
    return text.replace(link, '');
  }

  /** A body without what it is sent for: a code, a verifier and a refresh token to the sign-in, the typed token to the API. */
  function withoutRightful(request: Request): string {
    const { origin, pathname } = new URL(request.url());
    const body = request.postData() ?? '';
    if (origin === zoho) return '';
    if (origin === signIn) {
      const form = new URLSearchParams(body);
      for (const name of rightfulAt(pathname)) form.delete(name);
      return form.toString();
    }
    if (pathname !== '/api/zoho/manual-token-update') return body;
    const { refreshToken: _, grantCode: __, ...rest } = JSON.parse(body) as Record<string, unknown>;
    return JSON.stringify(rest);
  }

  return {
    async look(page, moment, typed) {
      const held = heldSchema.parse(await page.evaluate(HELD));
      const fields = held.fields.filter((value) => value !== typed);
      // The one page that is led to with a code and a state, and cannot take them out of its address: it runs nothing.
      const address = held.address.startsWith(`${api}${CALLBACK_PATH}`)
        ? withoutRedirect(held.address)
        : held.address;
      watch.see(`the page ${moment}`, JSON.stringify({ ...held, fields, address }));
      watch.see(`the cookies ${moment}`, JSON.stringify(await context.cookies(api)));
    },
    async find() {
      await readAll();
      return [...new Set(watch.leaks())];
    },
    signInTokens: () => seen.size,
    async close() {
      await context.unrouteAll({ behavior: 'wait' });
      // A page that is open goes on asking; what is read of a context that is closed fails.
      context.off('request', onRequest);
      context.off('response', onResponse);
      await readAll();
      await context.close();
    },
  };
}

function rightfulAt(pathname: string): string[] {
  if (pathname === '/oauth2/token') return ['code', 'code_verifier', 'refresh_token'];
  return pathname === '/oauth2/revoke' ? ['token'] : [];
}

function withoutAny(text: string, rightful: readonly string[]): string {
  return rightful.reduce((left, token) => left.replace(token, ''), text);
}
