import { REVOCATION_GRACE_MS } from '../../domain/schedule.ts';
import { html } from '../../html.ts';
import type { Replacement } from '../../workflows/replace-credential.ts';
import { failureMessage } from './failure-message.ts';
import {
  type Fact,
  type Message,
  requestNewLink,
  STATUS_ROUTE,
  type Standing,
  timeOf,
  UNTOUCHED,
} from './message.ts';

/** What to tell about a consent that was given, by what it came to. */
export function replacementMessage(connection: string, replacement: Replacement): Message {
  switch (replacement.kind) {
    case 'replaced':
      return {
        status: 200,
        tone: 'success',
        title: 'Connected',
        happened: html`<p>The new credential is proven and in use, and consumers have a fresh access token.</p>`,
        standing: standingOf(replacement),
        steps: [NOTHING_TO_DO],
        connection,
        facts: publishedFacts(replacement),
      };
    case 'unchanged':
      return {
        status: 200,
        tone: 'success',
        title: 'Already connected',
        happened: html`<p>Zoho gave the credential that is running already. It is proven once more, and consumers have a fresh
access token.</p>`,
        standing: { assurance: 'The running credential was not touched.', more: 'It works.' },
        steps: [NOTHING_TO_DO],
        connection,
        facts: publishedFacts(replacement),
      };
    case 'proven':
      return {
        status: 200,
        tone: 'attention',
        title: 'Proven, but not saved',
        happened: html`<p>Zoho accepts the new credential. It was only to be tried, so nothing was saved.</p>`,
        standing: UNTOUCHED,
        steps: [requestNewLink(connection, 'To save one')],
        connection,
        facts: [],
      };
    case 'unfinished':
      return {
        status: 202,
        tone: 'attention',
        title: 'Almost done',
        happened: html`<p>The new credential is stored safely. Something was in the way of the last step, which is taken by
itself within a few minutes.</p>`,
        standing: {
          assurance: 'Nothing is lost.',
          more: 'The running credential stays until the new one has proven itself.',
        },
        steps: [
          html`Wait five minutes. Do not consent again.`,
          html`Look at ${STATUS_ROUTE}: the connection should be <code>healthy</code>.`,
          html`If it is not, its <code>lastFailure</code> says what is in the way.`,
        ],
        connection,
        facts: [generationFact(replacement.generation)],
      };
    case 'failed':
      return failureMessage(connection, replacement.failure);
  }
}

type Published = Extract<Replacement, { kind: 'replaced' | 'unchanged' }>;

const NOTHING_TO_DO = html`Nothing more: consumers find the new token by themselves, and it is refreshed in time. You may
close this page.`;

function standingOf({ supersededVersionId }: Published): Standing {
  return supersededVersionId === null
    ? { assurance: 'Nothing was replaced.', more: 'No credential was in use before this one.' }
    : {
        assurance: 'No consumer is cut off.',
        more: `The former credential is revoked in ${REVOCATION_GRACE_MS / 60_000} minutes at the earliest, when nobody holds a token of it any more.`,
      };
}

function publishedFacts({ credential, organizationId, token }: Published): Fact[] {
  const organization = organizationId ?? credential.organizationId;
  return [
    ...(organization === null ? [] : [{ name: 'Organisation', value: html`<code>${organization}</code>` }]),
    generationFact(credential.generation),
    { name: 'Consumers have a valid token until', value: timeOf(token.expiresAt) },
  ];
}

function generationFact(generation: number): Fact {
  return { name: 'Generation', value: html`${String(generation)}` };
}
