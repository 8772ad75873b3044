import fc from 'fast-check';
import { unescape as unescapeHtml } from 'html-escaper';
import { describe, expect, it } from 'vitest';
import { renderMessage, renderTogether } from '../../../../lib/alerts/mail/render-message.ts';
import { RUNBOOK_OF } from '../../../../lib/alerts/runbooks.ts';
import { type Message, messageSchema } from '../../../../lib/domain/alert.ts';
import { anyMessage, remediesOf } from './any-message.ts';
import { aMailContext, SAMPLES } from './samples.ts';

const CONTEXTS = [
  { zone: 'another zone', context: aMailContext() },
  { zone: 'UTC only', context: aMailContext({ timeZone: 'UTC', runbooksUrl: null }) },
];
const EVERY_KIND = CONTEXTS.flatMap((told) =>
  Object.values(SAMPLES).map((message) => ({ ...told, kind: message.kind, message })),
);

/** What a person reads, on one line. */
function wordsOf(text: string): string {
  return text.replaceAll(/[|\s]+/g, ' ');
}

function wordsOfHtml(html: string): string {
  // Plain text has an address in place of what leads there.
  const body = html.replace(/^.*<body/s, '<body').replaceAll(/<a [^>]*href="([^"]*)"[^>]*>/g, ' $1 ');
  return wordsOf(unescapeHtml(body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/&(ensp|nbsp);/g, ' ')));
}

/** Every element that is opened, and every attribute's name. */
function markupOf(html: string): Set<string> {
  const elements = html.match(/<[^>]*>/g) ?? [];
  return new Set(
    elements.flatMap((element) => [
      ...(element.match(/^<\/?[!\w]+/g) ?? []),
      ...(element.replaceAll(/"[^"]*"/g, '').match(/[\w-]+(?==)/g) ?? []),
    ]),
  );
}

const OWN_MARKUP = new Set(
  EVERY_KIND.flatMap(({ message, context }) => [...markupOf(renderMessage(message, context).html)]),
);

describe('the e-mail of any message', () => {
  it('has one subject line, no markup but its own, and in both parts the connection, the remedy and the runbook', () => {
    fc.assert(
      fc.property(anyMessage, fc.constantFrom(...CONTEXTS), (message, { context }) => {
        const { subject, html, text } = renderMessage(message, context);
        expect(subject.length).toBeLessThanOrEqual(120);
        expect(subject).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
        expect([...markupOf(html)].filter((markup) => !OWN_MARKUP.has(markup))).toEqual([]);
        for (const words of [wordsOf(text), wordsOfHtml(html)]) {
          for (const connection of connectionsOf(message)) expect(words).toContain(connection);
          for (const word of remediesOf(message).flatMap(wordsAlone)) expect(words).toContain(word);
          expect(words).toContain(`${RUNBOOK_OF[message.kind]}.md`);
          expect(words).toContain('onsumers');
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(EVERY_KIND)('says the same in both parts: $kind, $zone', ({ message, context }) => {
    const { html, text } = renderMessage(message, context);
    expect(new Set(alphanumericsOf(wordsOfHtml(html)))).toEqual(new Set(alphanumericsOf(wordsOf(text))));
  });

  it.each(EVERY_KIND)('needs nothing from elsewhere: $kind, $zone', ({ message, context }) => {
    expect(messageSchema.parse(message)).toEqual(message);
    const { html } = renderMessage(message, context);
    expect(html).not.toMatch(/<script|<img|<link|\bsrc=|url\(|@import/);
    expect(html).toMatch(/<meta name="viewport" content="width=device-width/);
  });

  it.each([
    ['crm DOWN: refresh token dead, consent needed', SAMPLES.down],
    [
      'crm DOWN: consent does not fit, a new one is needed',
      { ...SAMPLES.down, failureClass: 'misconfigured' as const, code: 'ORGANIZATION_CHANGED' },
    ],
    ['crm degraded: consumers are fine until 03:20 UTC', SAMPLES.degraded],
    ['crm flapping: degraded again, consumers are fine until 03:09 UTC', SAMPLES.flapping],
    ['crm recovered after 23 min', SAMPLES.recovered],
    ['crm renewal due in 7 days', SAMPLES.renewalDue],
    ['crm renewal due today', { ...SAMPLES.renewalDue, daysLeft: 0 }],
    ['crm renewal overdue by 1 day', { ...SAMPLES.renewalDue, daysLeft: -1 }],
    ['crm renewed by admin@example.com: generation 8', SAMPLES.renewed],
    ['crm credential replaced by admin@example.com', SAMPLES.credentialReplaced],
    ['crm recovered by itself: credential taken from the backup table', SAMPLES.recoveredFromBackup],
    ['crm backup was missing: written again to the bucket', SAMPLES.backupRewritten],
    ['crm rate limit reached: manual-token-update by admin@example.com', SAMPLES.rateLimited],
    ['crm audit BROKEN: Entry 7 was changed: its hash is not that of its content.', SAMPLES.auditBroken],
    ['2 connections need attention: crm, books', SAMPLES.digest],
  ])('has the connection and its state first in the subject: %s', (subject, message) => {
    expect(renderMessage(message, aMailContext()).subject).toBe(subject);
  });

  it('P8: holds no token, whoever put it into a text', () => {
    const token = `1000.${'4f'.repeat(16)}.${'a7'.repeat(16)}`;
    const mail = renderMessage(
      { ...SAMPLES.credentialReplaced, reason: `it was ${token}, I think` },
      aMailContext(),
    );
    expect(JSON.stringify(mail)).not.toContain('4f4f');
    expect(JSON.stringify(mail)).not.toContain('a7a7');
    expect(mail.text).toContain('(a token, left out)');
  });

  it('stays within what mail clients show when hundreds of connections fail', () => {
    const [entry] = SAMPLES.digest.entries;
    const entries = Array.from({ length: 300 }, (_, index) => ({
      ...entry,
      connection: `connection-${index}`,
    }));
    const { subject, html, text } = renderMessage({ ...SAMPLES.digest, entries } as Message, aMailContext());
    expect(subject).toBe(
      '300 connections need attention: connection-0, connection-1, connection-2 and 297 more',
    );
    expect(html.length).toBeLessThan(100_000);
    expect(text).toContain('connection-299');
  });
});

function connectionsOf(message: Message): string[] {
  return message.kind === 'digest'
    ? message.entries.map(({ connection }) => connection)
    : [message.connection];
}

/** But the numbers of steps, which only plain text spells out. */
function alphanumericsOf(words: string): string[] {
  return words.replaceAll(/ \d\. /g, ' ').match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Letters and digits: the rest may be escaped, cut or put on one line. */
function wordsAlone(text: string): string[] {
  return text.slice(0, 400).match(/[A-Za-z0-9]{2,20}(?=[ ,.])/g) ?? [];
}

describe('an e-mail that SES would not take for a while', () => {
  const sentAfter = (minutes: number) =>
    renderMessage(SAMPLES.down, aMailContext({ nowMs: SAMPLES.down.atMs + minutes * 60_000 }));

  it('says how late it is, in both parts', () => {
    const { text, html } = sentAfter(94);
    for (const words of [wordsOf(text), wordsOfHtml(html)]) {
      expect(words).toContain('This e-mail is 1 h 34 min late');
    }
  });

  it('says nothing of a moment', () => {
    expect(wordsOf(sentAfter(4).text)).not.toContain('late,');
  });
});

describe('one e-mail for many connections', () => {
  const context = aMailContext();
  const of = (connection: string, differing: object = {}) => ({ ...SAMPLES.down, ...differing, connection });
  const together = (...messages: [Message, ...Message[]]) => renderTogether(messages, context);

  it('of one alone is its own', () => {
    expect(together(SAMPLES.down)).toEqual(renderMessage(SAMPLES.down, context));
  });

  it('names them in its subject, and has what each needs', () => {
    const { subject, text, html } = together(of('crm'), of('books'), of('desk'), of('mail'), of('people'));
    expect(subject).toBe('5 connections DOWN: crm, books, desk and 2 more');
    for (const words of [wordsOf(text), wordsOfHtml(html)]) {
      for (const connection of ['crm', 'books', 'desk', 'mail', 'people']) {
        expect(words).toContain(`${connection}: DOWN`);
      }
      expect(words).toContain(SAMPLES.down.detail);
      expect(words).toContain(`${RUNBOOK_OF.down}.md`);
    }
  });

  it('begins with those whose consumers run dry first, and says where reasons differ', () => {
    const later = of('later', { consumersFineUntilMs: SAMPLES.down.atMs + 500_000 });
    const sooner = of('sooner', { consumersFineUntilMs: null, detail: 'The client is wrong.' });
    const { subject, text } = together(later, sooner);
    expect(subject).toBe('2 connections DOWN: sooner, later');
    expect(wordsOf(text)).toContain('What happened to each stands below.');
  });

  it('of hundreds is still one that mail clients show', () => {
    const messages = Array.from({ length: 300 }, (_, index) => of(`connection-${index}`));
    const { html, text } = together(messages[0] as Message, ...messages.slice(1));
    expect(Buffer.byteLength(html)).toBeLessThan(100_000);
    expect(text).toContain('connection-299');
  });
});
