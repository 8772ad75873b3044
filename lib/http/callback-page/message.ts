import { STATE_LIFETIME_MS } from '../../guards/pending-authorizations.ts';
import { type Html, html } from '../../html.ts';

/** How a consent ended, for the eye: it worked, something is left to be done, it did not work. */
export type Tone = 'success' | 'attention' | 'failure';

/** What a page says. */
export interface Message {
  readonly status: number;
  readonly tone: Tone;
  /** The result in a few words. */
  readonly title: string;
  /** What happened, as paragraphs or lists. */
  readonly happened: Html;
  /** What became of the credential that consumers live on: what an admin fears for most. */
  readonly standing: Standing;
  /** What went wrong besides. */
  readonly warning?: Html;
  /** What to do now, in this order; never empty. */
  readonly steps: readonly Html[];
  /** Null when nobody can tell whose consent it was. */
  readonly connection: string | null;
  /** What is known besides. */
  readonly facts: readonly Fact[];
}

export interface Standing {
  /** The one sentence to be read. */
  readonly assurance: string;
  readonly more: string;
}

export interface Fact {
  readonly name: string;
  readonly value: Html;
}

export const UNTOUCHED: Standing = {
  assurance: 'The running credential was not touched.',
  more: 'If it worked before, it still works.',
};

export const STATUS_ROUTE = html`<code>GET /api/zoho/status</code>`;

/** As a person says it. */
export const LINK_LIFETIME = `${STATE_LIFETIME_MS / 60_000} minutes`;

/**
 * @param connection null when nobody can tell which it is
 * @param condition such as `Otherwise`; always, if left out
 */
export function requestNewLink(connection: string | null, condition?: string): Html {
  const request = condition === undefined ? 'Request' : `${condition}, request`;
  const body = { connection: connection ?? '…', reason: 'consent again' };
  return html`${request} a new link, open it, and consent within ${LINK_LIFETIME}:${emergencyReauth(body)}`;
}

/** The request that brings a link, to be copied. */
export function emergencyReauth(body: Readonly<Record<string, string>>): Html {
  // On one line, but with spaces where it may wrap.
  const json = JSON.stringify(body, null, 1).replaceAll(/\n */g, ' ');
  return html`<pre>POST /api/zoho/emergency-reauth
<code>${json}</code></pre>`;
}

/** @param at ISO 8601, UTC */
export function timeOf(at: string): Html {
  // Made here, and not with the module: a first formatter is slow, and most callbacks are told no time.
  const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' });
  return html`<time datetime="${at}">${time.format(new Date(at))} UTC</time>`;
}
