import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type CallbackOutcome, callbackPage } from '../../../lib/http/callback-page.ts';
import { replacementProblem } from '../../../lib/http/failure-problem.ts';
import { htmlPage } from '../../../lib/http/response.ts';
import { SecretUnusableError } from '../../../lib/vault/secret-document.ts';
import type { Replacement } from '../../../lib/workflows/replace-credential.ts';
import {
  brokenStoreFailure,
  changedFailure,
  exchangeFailure,
  givenTokenFailure,
  noRefreshTokenFailure,
  organizationUnknownFailure,
  otherOrganizationFailure,
  type ReplacementFailure,
  scopeFailure,
  spentFailure,
  unprovenFailure,
} from '../../../lib/workflows/replacement-failure.ts';
import { aConnection, aCredential, anAccessToken } from '../../support/builders.ts';

const REQUEST_ID = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';
const FREE_AT_MS = Date.parse('2026-11-23T03:14:15.000Z');

/** What a page must say, and the status it is sent with. */
interface Expected {
  readonly outcome: CallbackOutcome;
  readonly status: number;
  readonly result: 'Success' | 'Attention' | 'Failed';
  readonly title: string;
  /** What it says of the running credential. */
  readonly standing: RegExp;
}

const NOT_TOUCHED = /The running credential was not touched\./;
const KEPT = /Nothing is lost\. The running credential stays until (a|the) new one has proven itself\./;

const connection = 'crm';
const proven = {
  credential: aCredential({ generation: 7, organizationId: '60001234567' }),
  fingerprint: '0123456789abcdef',
  organizationId: '60001234567',
};
const published = {
  ...proven,
  token: anAccessToken({ expiresAt: '2026-11-23T01:00:00.000Z', generation: 7 }),
  publishedVersionId: '11111111-1111-4111-8111-111111111111',
  supersededVersionId: '22222222-2222-4222-8222-222222222222',
  replacedFingerprint: 'fedcba9876543210',
  repairs: [],
  backup: null,
};

const completed = (replacement: Replacement, auditRecorded = true): CallbackOutcome => ({
  kind: 'completed',
  connection,
  replacement,
  auditRecorded,
});
const failed = (failure: ReplacementFailure) => completed({ kind: 'failed', failure });
const page = (outcome: CallbackOutcome) => callbackPage(outcome, REQUEST_ID);

/** Every outcome that is no replacement; one that is missing does not compile. */
const OUTCOMES: Record<Exclude<CallbackOutcome['kind'], 'completed'>, Expected> = {
  unknownState: {
    outcome: { kind: 'unknownState' },
    status: 400,
    result: 'Attention',
    title: 'This link is no longer valid',
    standing: /Opening this page touched no credential\./,
  },
  denied: {
    outcome: { kind: 'denied', connection },
    status: 403,
    result: 'Attention',
    title: 'Consent was denied',
    standing: NOT_TOUCHED,
  },
  incomplete: {
    outcome: { kind: 'incomplete', connection },
    status: 400,
    result: 'Failed',
    title: 'Zoho sent no code',
    standing: NOT_TOUCHED,
  },
  untrustedServer: {
    outcome: { kind: 'untrustedServer', connection },
    status: 422,
    result: 'Failed',
    title: 'Unknown accounts server',
    standing: NOT_TOUCHED,
  },
  unaudited: {
    outcome: { kind: 'unaudited', connection },
    status: 503,
    result: 'Failed',
    title: 'Stopped: the audit is unavailable',
    standing: NOT_TOUCHED,
  },
  unknownConnection: {
    outcome: { kind: 'unknownConnection', connection },
    status: 404,
    result: 'Failed',
    title: 'No such connection any more',
    standing: /No credential was touched\./,
  },
  unreadable: {
    outcome: { kind: 'unreadable' },
    status: 400,
    result: 'Failed',
    title: 'This address cannot be read',
    standing: NOT_TOUCHED,
  },
  unavailable: {
    outcome: { kind: 'unavailable' },
    status: 503,
    result: 'Failed',
    title: 'Temporarily unavailable',
    standing: /The running credential was not touched, as far as is known\./,
  },
};

/** Likewise for replacements that did not fail. */
const REPLACEMENTS: Record<Exclude<Replacement['kind'], 'failed'>, Expected> = {
  replaced: {
    outcome: completed({ kind: 'replaced', ...published }),
    status: 200,
    result: 'Success',
    title: 'Connected',
    standing: /No consumer is cut off\. The former credential is revoked in 70 minutes at the earliest/,
  },
  unchanged: {
    outcome: completed({ kind: 'unchanged', ...published, supersededVersionId: null }),
    status: 200,
    result: 'Success',
    title: 'Already connected',
    standing: NOT_TOUCHED,
  },
  proven: {
    outcome: completed({ kind: 'proven', ...proven }),
    status: 200,
    result: 'Attention',
    title: 'Proven, but not saved',
    standing: NOT_TOUCHED,
  },
  unfinished: {
    outcome: completed({
      kind: 'unfinished',
      generation: 7,
      fingerprint: '0123456789abcdef',
      supersededVersionId: null,
    }),
    status: 202,
    result: 'Attention',
    title: 'Almost done',
    standing: KEPT,
  },
};

/** Likewise for failures, whose status is the one that the JSON API answers. */
const FAILURES: Record<
  ReplacementFailure['kind'],
  { readonly failure: ReplacementFailure; readonly title: string; readonly standing?: RegExp }
> = {
  codeRejected: {
    failure: exchangeFailure({ kind: 'codeRejected', error: 'invalid_code' }, aConnection()),
    title: 'Zoho’s code was no longer valid',
  },
  tokenRejected: {
    failure: givenTokenFailure({ kind: 'dead', error: 'invalid_code' }, aConnection()),
    title: 'Zoho refused the refresh token',
  },
  noRefreshToken: { failure: noRefreshTokenFailure(), title: 'Zoho gave no refresh token' },
  scopeMissing: {
    failure: scopeFailure(['ZohoCRM.modules.ALL', 'ZohoCRM.org.READ']),
    title: 'Not all permissions were granted',
  },
  otherOrganization: {
    failure: otherOrganizationFailure(aConnection()),
    title: 'Wrong Zoho organisation',
  },
  organizationUnknown: {
    failure: organizationUnknownFailure(),
    title: 'The organisation could not be checked',
  },
  probeRejected: {
    failure: unprovenFailure(
      { kind: 'rejected', reason: 'noPermission', code: 'NO_PERMISSION' },
      aConnection(),
    ),
    title: 'Zoho’s API refused the new token',
  },
  misconfigured: {
    failure: exchangeFailure({ kind: 'misconfigured', error: 'invalid_client' }, aConnection()),
    title: 'Zoho refused the OAuth client',
  },
  throttled: {
    failure: exchangeFailure({ kind: 'throttled' }, aConnection()),
    title: 'Zoho is throttling',
  },
  budgetSpent: { failure: spentFailure(FREE_AT_MS), title: 'Too many token requests' },
  unavailable: {
    failure: exchangeFailure({ kind: 'transient', reason: 'HTTP 503' }, aConnection()),
    title: 'Zoho is not answering',
  },
  changed: { failure: changedFailure(), title: 'The credential changed meanwhile' },
  store: {
    failure: brokenStoreFailure(new Error('unforeseen')),
    title: 'A store could not be used',
    standing: KEPT,
  },
};

const UNUSABLE_SECRET = brokenStoreFailure(
  new SecretUnusableError('SECRET_EMPTY', 'The secret zoho/clients/main is empty.', 'Put a document there.'),
);

const EVERY_PAGE: readonly Expected[] = [
  ...Object.values(OUTCOMES),
  ...Object.values(REPLACEMENTS),
  ...[
    ...Object.values(FAILURES),
    { failure: UNUSABLE_SECRET, title: 'A stored secret cannot be used', standing: NOT_TOUCHED },
  ].map(({ failure, title, standing = NOT_TOUCHED }) => ({
    outcome: failed(failure),
    status: replacementProblem(failure, 0).status,
    result: 'Failed' as const,
    title,
    standing,
  })),
];

/** A page as it reads: without its style, tags and entities, and with single spaces. */
function textOf(outcome: CallbackOutcome): string {
  const { html } = page(outcome);
  return html
    .replace(/<style>.*<\/style>/s, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&quot;/g, '"')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ (?=[.,:])/g, '');
}

describe('the page after a consent', () => {
  describe.each(EVERY_PAGE)('“$title”', ({ outcome, status, result, title, standing }) => {
    it('says the result in its title, its one heading and a word, and by its status', () => {
      const { status: sent, html } = page(outcome);
      expect(sent).toBe(status);
      expect(html).toContain(`<title>${title}</title>`);
      expect(html.match(/<h1>.*?<\/h1>/g)).toEqual([`<h1>${title}</h1>`]);
      expect(html).toContain(`<b>${result}</b>`);
    });

    it('says what became of the running credential', () => {
      expect(textOf(outcome)).toMatch(standing);
    });

    it('says what to do, and by which id to find the request', () => {
      const text = textOf(outcome);
      expect(text).toMatch(/What to do now \S.* Back to the console Details /);
      expect(text).toContain(`Request id ${REQUEST_ID}`);
    });

    it('runs, loads and sends nothing, links to the console only, and styles nothing past its style element', () => {
      const { html } = page(outcome);
      const tags = html.replace(/<style>.*<\/style>/s, '').match(/<[^>]*>/g) ?? [];
      const names = new Set(tags.map((tag) => /^<[/!]?([a-z0-9]+)/.exec(tag)?.[1]));
      const harmless =
        'doctype html head meta title body main header div p b strong h1 h2 ol ul li dl dt dd code pre time svg path circle a';
      expect([...names].filter((name) => !harmless.split(' ').includes(name ?? ''))).toEqual([]);
      const address = 'connection' in outcome ? 'connections/crm' : '';
      expect(tags.filter((tag) => /\s(style|on\w+|src|href|action)\s*=/i.test(tag))).toEqual([
        `<a href="../../../console#/${address}">`,
      ]);
      expect(html).not.toMatch(/https?:|\/\/[a-z]|url\(|@import/i);
    });

    it('bears the style that the policy names by its hash, and no other', () => {
      const { headers, body } = htmlPage(page(outcome));
      const [[, style = ''] = [], ...others] = body.matchAll(/<style[^>]*>(.*?)<\/style>/gs);
      expect(others).toEqual([]);
      const hash = createHash('sha256').update(style).digest('base64');
      expect(headers?.['content-security-policy']).toContain(`style-src 'sha256-${hash}';`);
    });

    it('can be read aloud, on a small screen, and by no search engine', () => {
      const { html } = page(outcome);
      expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(html.match(/<main /g)).toHaveLength(1);
      expect(html).toContain('<meta name="viewport" content="width=device-width,initial-scale=1">');
      expect(html).toContain('<meta name="robots" content="noindex">');
      expect(html.match(/<svg /g)).toEqual(html.match(/<svg (?=[^>]*aria-hidden="true")/g));
    });
  });

  it('has a title of its own for each result', () => {
    const titles = EVERY_PAGE.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('names the connection wherever it is known', () => {
    for (const { outcome } of EVERY_PAGE) {
      const isKnown = 'connection' in outcome;
      expect(textOf(outcome).includes('Connection crm')).toBe(isKnown);
    }
  });

  it('tells of a new credential what it is, and until when consumers have a token', () => {
    const text = textOf(REPLACEMENTS.replaced.outcome);
    expect(text).toContain(
      'Connection crm Organisation 60001234567 Generation 7 Consumers have a valid token until 23 November 2026 at 01:00:00 UTC',
    );
  });

  it('names the organisation that is pinned where the probe names none, and none where none is', () => {
    const organizationOf = (pinned: string | null) =>
      / Organisation (\d+)/.exec(
        textOf(
          completed({
            kind: 'replaced',
            ...published,
            organizationId: null,
            credential: aCredential({ organizationId: pinned }),
          }),
        ),
      )?.[1];
    expect(organizationOf('60007654321')).toBe('60007654321');
    expect(organizationOf(null)).toBeUndefined();
  });

  it('does not speak of a former credential where there was none', () => {
    const text = textOf(completed({ kind: 'replaced', ...published, supersededVersionId: null }));
    expect(text).toContain('No credential was in use before this one.');
    expect(text).not.toContain('former');
  });

  it('lists the permissions that are missing', () => {
    const { html } = page(failed(FAILURES.scopeMissing.failure));
    expect(html).toContain(
      '<ul><li><code>ZohoCRM.modules.ALL</code></li><li><code>ZohoCRM.org.READ</code></li></ul>',
    );
  });

  it('says how to ask for a new link, and how soon to consent, where the code had run out', () => {
    const text = textOf(failed(FAILURES.codeRejected.failure));
    expect(text).toContain('consent within 10 minutes: POST /api/zoho/emergency-reauth');
    expect(text).toContain('{ "connection": "crm", "reason": "consent again" }');
    expect(text).toContain('the code must be exchanged within a minute');
  });

  it('says how to change the organisation by name', () => {
    expect(textOf(failed(FAILURES.otherOrganization.failure))).toContain('"expectedOrganizationId": "…"');
  });

  it('says until when to wait where a time is known', () => {
    expect(textOf(failed(FAILURES.budgetSpent.failure))).toContain(
      'Wait until 23 November 2026 at 03:14:15 UTC.',
    );
  });

  it('warns that removing the app at Zoho ends the running credential', () => {
    expect(textOf(failed(FAILURES.noRefreshToken.failure))).toContain('also ends the running credential');
  });

  it('sends nobody who reloaded a good answer to consent again', () => {
    expect(textOf({ kind: 'unknownState' })).toMatch(/If you reloaded this page .* its first answer counts/);
  });

  it.each(
    EVERY_PAGE.flatMap(({ title, outcome }) => (outcome.kind === 'completed' ? [{ title, outcome }] : [])),
  )('says so if the audit lacks “$title”, and what to look at', ({ outcome }) => {
    const warning =
      /This outcome is not in the audit\. Only the attempt is\. What to do now Look at the audit table/;
    expect(textOf(outcome)).not.toMatch(warning);
    expect(textOf({ ...outcome, auditRecorded: false })).toMatch(warning);
  });

  describe('P8', () => {
    it('shows neither a token, nor a fingerprint, nor where a credential is stored', () => {
      for (const { outcome } of Object.values(REPLACEMENTS)) {
        const { html } = page(outcome);
        for (const kept of [
          published.credential.refreshToken,
          published.token.accessToken,
          published.fingerprint,
          published.replacedFingerprint,
          published.publishedVersionId,
          published.supersededVersionId,
        ]) {
          expect(html).not.toContain(kept);
        }
      }
    });

    it('makes no markup of anything that it is given', () => {
      const hostile = `</code></pre></style><script>alert("1")</script><img src=x onerror='alert(1)'>&lt;`;
      const failure = { code: hostile, detail: hostile, remedy: hostile };
      const outcomes: CallbackOutcome[] = [
        { kind: 'denied', connection: hostile },
        { kind: 'unknownConnection', connection: hostile },
        {
          kind: 'completed',
          connection: hostile,
          replacement: { kind: 'failed', failure: { ...scopeFailure([hostile]), ...failure } },
          auditRecorded: true,
        },
        ...Object.values(FAILURES).map((given) => failed({ ...given.failure, ...failure })),
        completed({
          kind: 'replaced',
          ...published,
          organizationId: hostile,
        }),
      ];
      for (const outcome of outcomes) {
        const { html } = callbackPage(outcome, hostile);
        expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)');
        expect(html).not.toMatch(/<script|<img/i);
        expect(html.match(/<\/style>/g)).toHaveLength(1);
      }
    });
  });
});
