import { type Html, html } from '../../html.ts';
import type { ReplacementFailure } from '../../workflows/replacement-failure.ts';
import { PROBLEMS } from '../problem.ts';
import {
  emergencyReauth,
  type Message,
  requestNewLink,
  STATUS_ROUTE,
  type Standing,
  timeOf,
  UNTOUCHED,
} from './message.ts';

/** What only a kind of failure can say. */
type Explanation = Pick<Message, 'status' | 'title' | 'happened' | 'steps'> & {
  readonly standing?: Standing;
};

/** What to tell about a consent that was given and whose credential was not taken. */
export function failureMessage(connection: string, failure: ReplacementFailure): Message {
  return {
    tone: 'failure',
    standing: UNTOUCHED,
    ...explain(connection, failure),
    connection,
    facts: [{ name: 'Code', value: html`<code>${failure.code}</code>` }],
  };
}

function explain(connection: string, failure: ReplacementFailure): Explanation {
  const newLink = requestNewLink(connection);
  switch (failure.kind) {
    case 'codeRejected':
      return {
        status: PROBLEMS['token-refused'].status,
        title: 'Zoho’s code was no longer valid',
        happened: html`<p>Zoho did not accept the code that it had sent back with your consent. Such a code works once, and
for about a minute.</p>`,
        steps: [
          newLink,
          html`At Zoho, accept once and let the browser come back by itself: the code must be exchanged within a minute.`,
        ],
      };
    case 'tokenRejected':
      return {
        status: PROBLEMS['token-refused'].status,
        title: 'Zoho refused the refresh token',
        happened: html`<p>Zoho did not accept the refresh token: it was revoked, or it belongs to another client or data
centre.</p>`,
        steps: [newLink],
      };
    case 'noRefreshToken':
      return {
        status: PROBLEMS['no-refresh-token'].status,
        title: 'Zoho gave no refresh token',
        happened: html`<p>Zoho gave an access token, but no refresh token with it. Access would have ended within an hour,
so nothing was saved.</p>`,
        steps: [newLink, removeConnectedApp()],
      };
    case 'scopeMissing':
      return {
        status: PROBLEMS['scope-missing'].status,
        title: 'Not all permissions were granted',
        happened: html`<p>The consent leaves out what this connection needs:</p>
<ul>${failure.missing.map((scope) => html`<li><code>${scope}</code></li>`)}</ul>`,
        steps: [newLink, html`At Zoho, accept every permission that is asked for, as a user who has them.`],
      };
    case 'otherOrganization':
      return {
        status: PROBLEMS['organization-mismatch'].status,
        title: 'Wrong Zoho organisation',
        happened: html`<p>The consent is for another Zoho organisation than the one that this connection belongs to, so it
was not used.</p>`,
        steps: [
          html`Sign out of Zoho, or open a private window, and sign in as a user of the right organisation.`,
          newLink,
          html`If you mean to change the organisation, ask for it by name:${emergencyReauth({
            connection,
            reason: 'change of organisation',
            expectedOrganizationId: '…',
          })}`,
        ],
      };
    case 'organizationUnknown':
      return {
        status: PROBLEMS['organization-mismatch'].status,
        title: 'The organisation could not be checked',
        happened: html`<p>The link was made for an organisation by name (<code>expectedOrganizationId</code>), and this
connection’s probe cannot tell which organisation a consent is for.</p>`,
        steps: [
          html`Leave <code>expectedOrganizationId</code> out; or first give the connection a probe of a Zoho product in
the deployment’s configuration, and deploy.`,
          newLink,
        ],
      };
    case 'probeRejected':
      return {
        status: PROBLEMS['token-refused'].status,
        title: 'Zoho’s API refused the new token',
        happened: html`<p>Zoho gave a new token, and then did not let it through. ${failure.detail}</p>`,
        steps: [
          html`Check in Zoho that the user who consents may use this product and its API.`,
          html`Check in the deployment’s configuration that the connection’s scopes hold the one that its probe needs.`,
          newLink,
        ],
      };
    case 'misconfigured':
      return {
        status: PROBLEMS.misconfigured.status,
        title: 'Zoho refused the OAuth client',
        happened: html`<p>${failure.detail} The consent itself was fine; it could not be redeemed.</p>`,
        steps: [
          html`${failure.remedy}`,
          html`Check in Zoho’s API console that the stack’s output <code>RedirectUri</code> is registered, letter by
letter.`,
          newLink,
        ],
      };
    case 'throttled':
      return {
        status: PROBLEMS['zoho-throttled'].status,
        title: 'Zoho is throttling',
        happened: html`<p>Zoho refuses token requests for the rest of its 10-minute window. The code from your consent
does not last that long.</p>`,
        steps: [html`Wait ten minutes. Asking sooner prolongs it.`, newLink],
      };
    case 'budgetSpent':
      return {
        status: PROBLEMS['mint-budget-spent'].status,
        title: 'Too many token requests',
        happened: html`<p>This connection has made as many token requests as Zoho allows for now.</p>`,
        steps: [html`Wait until ${timeOf(new Date(failure.freeAtMs).toISOString())}.`, newLink],
      };
    case 'unavailable':
      return {
        status: PROBLEMS['zoho-unavailable'].status,
        title: 'Zoho is not answering',
        happened: html`<p>${failure.detail} The code from your consent does not wait for it.</p>`,
        steps: [html`Wait a few minutes, until Zoho answers again.`, newLink],
      };
    case 'changed':
      return {
        status: PROBLEMS['credential-changed'].status,
        title: 'The credential changed meanwhile',
        happened: html`<p>Somebody else gave this connection a new credential while yours was being proven. Theirs
stands.</p>`,
        steps: [
          html`Look at ${STATUS_ROUTE}. If the connection is <code>healthy</code>, there is nothing to do.`,
          requestNewLink(connection, 'If it is not'),
        ],
      };
    case 'store':
      return failure.failureClass === 'misconfigured'
        ? unusableSecret(failure, newLink)
        : unusableStore(connection, failure);
  }
}

function removeConnectedApp(): Html {
  return html`If it happens again: sign in at <code>accounts.zoho.com</code>, or your data centre’s own, and remove this app
under Security, Connected Apps. That also ends the running credential, if it is of the same user. Then request
another link.`;
}

/** A person can mend what stands in a secret; it was read before the code was used. */
function unusableSecret({ detail, remedy }: ReplacementFailure, newLink: Html): Explanation {
  return {
    status: PROBLEMS.unavailable.status,
    title: 'A stored secret cannot be used',
    happened: html`<p>${detail} The consent itself was fine; it could not be redeemed.</p>`,
    steps: [html`${remedy}`, newLink],
  };
}

/** It may have failed before the new credential was kept, or after: then the sweep finds it. */
function unusableStore(connection: string, { detail }: ReplacementFailure): Explanation {
  return {
    status: PROBLEMS.unavailable.status,
    title: 'A store could not be used',
    happened: html`<p>${detail} So the new credential is not in use.</p>`,
    standing: {
      assurance: 'Nothing is lost.',
      more: 'The running credential stays until a new one has proven itself.',
    },
    steps: [
      html`Wait five minutes, then look at ${STATUS_ROUTE}. If the new credential was kept, it is taken up by itself.`,
      requestNewLink(connection, 'If the connection still needs a consent'),
      html`If it happens again, check the function’s role, the key that encrypts the secrets, and the AWS Health Dashboard.`,
    ],
  };
}
