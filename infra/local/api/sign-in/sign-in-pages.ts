import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OAuth2Service } from 'oauth2-mock-server';
import { escapeHtml, messagePage, page } from '../../page.ts';
import { ACCOUNTS, type Account } from './accounts.ts';
import { type AppClient, faultOfAuthorization, faultOfLogout } from './app-client.ts';

/** Where codes are given, once somebody has signed in. */
export const CODE_ENDPOINT = '/code';
/** As Cognito's pages remember a browser. */
const COOKIE = 'twin-session';
const SESSION_S = 3_600;

/**
 * The stand-in for Cognito's managed login: a page to sign in on, by choosing who to be, and the way out. A browser that
 * has signed in is not asked again within the hour.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
export function addSignInPages(service: OAuth2Service, clients: () => readonly AppClient[]): void {
  service.addRoute('GET', '/oauth2/authorize', (request, response) => {
    const parameters = parametersOf(request);
    const fault = faultOfAuthorization(parameters, clients());
    if (fault !== null) return send(response, 400, messagePage('Cannot sign in', `${fault}.`));
    const account = accountNamed(cookieOf(request));
    if (account) return redirect(response, withAccount(parameters, account));
    send(response, 200, signInPage(parameters));
  });
  service.addRoute('GET', '/login', (request, response) => {
    const parameters = parametersOf(request);
    const account = accountNamed(parameters.get('account'));
    if (!account) return send(response, 400, messagePage('Cannot sign in', 'There is no such account.'));
    remember(response, account.subject, SESSION_S);
    redirect(response, withAccount(parameters, account));
  });
  service.addRoute('GET', '/logout', (request, response) => {
    const parameters = parametersOf(request);
    const fault = faultOfLogout(parameters, clients());
    if (fault !== null) return send(response, 400, messagePage('Cannot sign out', `${fault}.`));
    remember(response, '', 0);
    redirect(response, parameters.get('logout_uri') ?? '');
  });
}

/** The account that a code is asked for. */
export function accountOf(request: IncomingMessage): Account | null {
  return accountNamed(parametersOf(request).get('account'));
}

function signInPage(parameters: URLSearchParams): string {
  const carried = [...parameters].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const choices = ACCOUNTS.map(({ subject, email, groups }, index) => {
    const hint = groups.length > 0 ? groups.join(', ') : 'in no group';
    return `<label><input type="radio" name="account" value="${subject}"${index === 0 ? ' checked' : ''}>
${escapeHtml(email)} <span class="soft">${escapeHtml(hint)}</span></label>`;
  });
  return page(
    'Sign in',
    `<form action="/login"><section>
<p class="soft">Stand-in for Cognito’s pages</p>
<h1>Sign in</h1>
<h2>As whom?</h2>${choices.join('')}
${carried.join('')}
<div class="row"><button class="main">Sign in</button></div>
<p class="soft">On AWS, a password and an authenticator app are asked for here.</p>
</section></form>`,
    'narrow',
  );
}

function withAccount(parameters: URLSearchParams, { subject }: Account): string {
  const asked = new URLSearchParams(parameters);
  asked.set('account', subject);
  return `${CODE_ENDPOINT}?${asked}`;
}

function accountNamed(subject: string | null | undefined): Account | null {
  return ACCOUNTS.find((account) => account.subject === subject) ?? null;
}

function parametersOf({ url = '/' }: IncomingMessage): URLSearchParams {
  return new URL(url, 'http://localhost').searchParams;
}

function cookieOf({ headers }: IncomingMessage): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`).exec(headers.cookie ?? '')?.[1];
}

function remember(response: ServerResponse, subject: string, maxAgeS: number): void {
  response.setHeader(
    'set-cookie',
    `${COOKIE}=${subject}; Max-Age=${maxAgeS}; Path=/; HttpOnly; SameSite=Lax`,
  );
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(302, { location, 'cache-control': 'no-store' }).end();
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(html);
}
