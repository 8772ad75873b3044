import { html } from '../html.ts';
import type { ConsentOutcome } from '../workflows/complete-consent.ts';
import { renderMessage } from './callback-page/layout.ts';
import {
  LINK_LIFETIME,
  type Message,
  requestNewLink,
  STATUS_ROUTE,
  UNTOUCHED,
} from './callback-page/message.ts';
import { replacementMessage } from './callback-page/replacement-message.ts';
import { PROBLEMS } from './problem.ts';

/** What the callback came to: the workflow's outcome, or why there is none. */
export type CallbackOutcome =
  | ConsentOutcome
  /** The query is not one that Zoho sends. */
  | { readonly kind: 'unreadable' }
  /** A store threw before anything was done. */
  | { readonly kind: 'unavailable' };

/**
 * The page that an admin's browser shows after Zoho's consent. It repeats nothing of the query.
 *
 * @param requestId for whoever reads the logs
 */
export function callbackPage(
  outcome: CallbackOutcome,
  requestId: string,
): { status: number; html: string; style: string } {
  return renderMessage(messageOf(outcome), requestId);
}

const AUDIT_TABLE = html`the audit table: is it there, is it throttled, may the function write to it?`;

function messageOf(outcome: CallbackOutcome): Message {
  switch (outcome.kind) {
    case 'completed': {
      const message = replacementMessage(outcome.connection, outcome.replacement);
      return outcome.auditRecorded ? message : withoutAudit(message);
    }
    case 'unknownState':
      return {
        status: PROBLEMS['invalid-request'].status,
        tone: 'attention',
        title: 'This link is no longer valid',
        happened: html`<p>A link works once, for ${LINK_LIFETIME}, and until a newer one is made for its connection. This
one was used, ran out, was replaced, or was never made here.</p>`,
        standing: {
          assurance: 'Opening this page touched no credential.',
          more: 'What worked before still works.',
        },
        steps: [
          html`If you reloaded this page or went back to it, its first answer counts: look at ${STATUS_ROUTE}.`,
          requestNewLink(null, 'Otherwise'),
          html`If you did not ask for a consent yourself, close this page.`,
        ],
        connection: null,
        facts: [],
      };
    case 'denied':
      return {
        status: 403,
        tone: 'attention',
        title: 'Consent was denied',
        happened: html`<p>Zoho reports that no consent was given: somebody denied it, or Zoho turned it down.</p>`,
        standing: UNTOUCHED,
        steps: [
          html`If that was meant, there is nothing to do.`,
          requestNewLink(outcome.connection, 'If it was not'),
        ],
        connection: outcome.connection,
        facts: [],
      };
    case 'incomplete':
      return {
        status: PROBLEMS['invalid-request'].status,
        tone: 'failure',
        title: 'Zoho sent no code',
        happened: html`<p>Zoho sent the browser back without the code that stands for a consent, and without saying
why.</p>`,
        standing: UNTOUCHED,
        steps: [
          requestNewLink(outcome.connection),
          html`If it happens again, check in Zoho’s API console that the client is a server-based application.`,
        ],
        connection: outcome.connection,
        facts: [],
      };
    case 'untrustedServer':
      return {
        status: PROBLEMS['accounts-server-untrusted'].status,
        tone: 'failure',
        title: 'Unknown accounts server',
        happened: html`<p>The browser came back naming an accounts server that is neither Zoho’s nor the connection’s own.
Neither the code nor the client secret was sent there.</p>`,
        standing: UNTOUCHED,
        steps: [
          html`If you did not ask for this link yourself, stop here and tell your security team.`,
          requestNewLink(outcome.connection, 'Otherwise'),
          html`If it happens again, check the connection’s <code>dataCenter</code> in the deployment’s configuration.`,
        ],
        connection: outcome.connection,
        facts: [],
      };
    case 'unaudited':
      return {
        status: PROBLEMS['audit-unavailable'].status,
        tone: 'failure',
        title: 'Stopped: the audit is unavailable',
        happened: html`<p>What cannot be put on record is not done, and the audit took no entry. So nothing was done with
your consent.</p>`,
        standing: UNTOUCHED,
        steps: [
          requestNewLink(outcome.connection, 'After a minute'),
          html`If it happens again, look at ${AUDIT_TABLE}`,
        ],
        connection: outcome.connection,
        facts: [],
      };
    case 'unknownConnection':
      return {
        status: PROBLEMS['unknown-connection'].status,
        tone: 'failure',
        title: 'No such connection any more',
        happened: html`<p>The connection was taken out of the deployment’s configuration after this link was made. The
consent was not used.</p>`,
        standing: { assurance: 'No credential was touched.', more: 'Other connections are not concerned.' },
        steps: [
          html`Look at ${STATUS_ROUTE}: it lists the connections that there are.`,
          html`If it was renamed, request a link for its new name. If it was taken out by mistake, deploy it again first.`,
        ],
        connection: outcome.connection,
        facts: [],
      };
    case 'unreadable':
      return {
        status: PROBLEMS['invalid-request'].status,
        tone: 'failure',
        title: 'This address cannot be read',
        happened: html`<p>The address that the browser came with is not one that Zoho sends: a part of it is doubled, too
long, or broken. Nothing was done with it.</p>`,
        standing: UNTOUCHED,
        steps: [
          requestNewLink(null),
          html`Let the browser come back by itself; do not copy or change the address on the way.`,
        ],
        connection: null,
        facts: [],
      };
    case 'unavailable':
      return {
        status: PROBLEMS.unavailable.status,
        tone: 'failure',
        title: 'Temporarily unavailable',
        happened: html`<p>A store behind this page could not be reached, so your consent could not be taken up.</p>`,
        standing: {
          assurance: 'The running credential was not touched, as far as is known.',
          more: 'If it worked before, it still works.',
        },
        steps: [
          html`Wait a minute, then look at ${STATUS_ROUTE}.`,
          requestNewLink(null, 'If the connection still needs a consent'),
          html`If it lasts, look at the AWS Health Dashboard, and in the logs for the request below.`,
        ],
        connection: null,
        facts: [],
      };
  }
}

/** The attempt is on record, or it would not have been made. While the audit is out, no new link is given either. */
function withoutAudit(message: Message): Message {
  return {
    ...message,
    warning: html`<strong>This outcome is not in the audit.</strong> Only the attempt is.`,
    steps: [html`Look at ${AUDIT_TABLE} Keep the request id below for whoever asks.`, ...message.steps],
  };
}
