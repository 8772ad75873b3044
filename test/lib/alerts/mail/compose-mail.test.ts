import { describe, expect, it } from 'vitest';
import { clockAt } from '../../../../lib/alerts/mail/clock.ts';
import { composeMail } from '../../../../lib/alerts/mail/compose-mail.ts';
import type { Mail } from '../../../../lib/alerts/mail/mail.ts';
import type { Message } from '../../../../lib/domain/alert.ts';
import { aMailContext, NOW_MS, SAMPLES } from './samples.ts';

const MINUTE_MS = 60_000;

function mailOf(message: Message): Mail {
  return composeMail(message, aMailContext({ timeZone: 'UTC' }), clockAt(NOW_MS, 'UTC'));
}

/** The routes that a mail's commands go to, in the order of its steps. */
function routesOf({ steps }: Pick<Mail, 'steps'>): string[] {
  return steps.flatMap(({ command }) => command?.match(/(?<=\/api\/zoho\/)[\w-]+/) ?? []);
}

describe('what to do', () => {
  it.each([
    ['dead', 'CREDENTIAL_DEAD', ['emergency-reauth']],
    ['unauthorized', 'CREDENTIAL_MISSING', ['emergency-reauth']],
    ['misconfigured', 'ORGANIZATION_CHANGED', ['emergency-reauth']],
    ['misconfigured', 'ZOHO_REFUSED_CLIENT', ['refresh', 'health-check']],
    ['store', 'AWS_CALL_FAILED', ['refresh', 'health-check']],
    ['transient', 'ZOHO_UNAVAILABLE', ['refresh']],
    ['throttled', 'ZOHO_THROTTLED', ['status']],
    [null, 'UNKNOWN', ['health-check']],
  ] as const)('about %s, %s is asked for at %j', (failureClass, code, routes) => {
    const mail = mailOf({ ...SAMPLES.down, failureClass, code });
    expect(routesOf(mail)).toEqual(routes);
    expect(mail.steps[0].text).toBe(SAMPLES.down.remedy);
  });

  it('about a renewal that is open is to print where to consent, else to ask for a link', () => {
    expect(routesOf(mailOf(SAMPLES.renewalDue))).toEqual(['renewal']);
    expect(routesOf(mailOf({ ...SAMPLES.renewalDue, isOpened: false }))).toEqual(['emergency-reauth']);
  });

  it('about a stranger’s credential is to shut them out, then to go back', () => {
    const { otherwise } = mailOf(SAMPLES.credentialReplaced);
    expect(otherwise?.steps[0].command).toContain(`--username '${SAMPLES.credentialReplaced.by.id}'`);
    expect(otherwise && routesOf(otherwise)).toEqual(['audit', 'restore', 'emergency-reauth']);
    expect(otherwise?.steps[2]?.command).toContain('"generation":7');
  });

  it('about the first credential is not to go back to one before', () => {
    const { otherwise } = mailOf({ ...SAMPLES.credentialReplaced, generation: 1 });
    expect(otherwise && routesOf(otherwise)).toEqual(['audit', 'emergency-reauth']);
  });
});

describe('how consumers are', () => {
  it.each([
    ['Consumers are fine until 03:20 UTC.', { ...SAMPLES.degraded }],
    ['Consumers probably fail already.', { ...SAMPLES.down }],
    [
      'Consumers are without a token since 02:39 UTC.',
      { ...SAMPLES.down, consumersFineUntilMs: NOW_MS - 3 * MINUTE_MS },
    ],
    ['Consumers are without a token.', { ...SAMPLES.down, consumersFineUntilMs: null }],
    ['Consumers are fine.', { ...SAMPLES.flapping, health: 'healthy' as const }],
    ['Consumers are fine.', SAMPLES.recovered],
    ['Consumers are without a token.', { ...SAMPLES.renewalDue, consumersFineUntilMs: null }],
    ['Consumers are not concerned.', SAMPLES.auditBroken],
    ['Consumers of crm have no token that works.', SAMPLES.digest],
  ])('is told first: %s', (assurance, message) => {
    expect(mailOf(message).consumers.assurance).toBe(assurance);
  });

  it('is told in minutes of an incident that is over', () => {
    expect(mailOf(SAMPLES.recovered).facts).toContainEqual({
      name: 'Consumers without a token',
      value: 'for 14 min',
    });
  });
});

describe('whether to get up', () => {
  it.each([
    ['Act now: a person must consent', SAMPLES.down],
    ['Act now', { ...SAMPLES.down, failureClass: 'misconfigured' as const, code: 'ZOHO_REFUSED_CLIENT' }],
    [
      'Watch it: it is tried again by itself',
      { ...SAMPLES.down, failureClass: 'transient' as const, code: 'ZOHO_UNAVAILABLE' },
    ],
    ['Can wait until 03:20 UTC', SAMPLES.degraded],
    ['Act before 03:20 UTC', { ...SAMPLES.degraded, failureClass: 'misconfigured' as const }],
    ['Nothing to do', SAMPLES.recovered],
    ['Act now: consumers fail', SAMPLES.digest],
  ])('is told in a few words: %s', (urgency, message) => {
    expect(mailOf(message).urgency).toBe(urgency);
  });
});

describe('a long timeline', () => {
  it('is told from both ends', () => {
    const { incident } = SAMPLES.recovered;
    const [event] = incident?.timeline ?? [];
    if (!incident || !event) throw new Error('The sample has an incident.');
    const timeline = Array.from({ length: 50 }, (_, index) => ({ ...event, code: `EVENT_${index}` }));
    const [part] = mailOf({ ...SAMPLES.recovered, incident: { ...incident, timeline } }).parts;
    expect(part?.lines.map(({ text }) => text.split(':')[0])).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `EVENT_${index}`),
      '30 more',
      ...Array.from({ length: 10 }, (_, index) => `EVENT_${index + 40}`),
    ]);
  });
});
