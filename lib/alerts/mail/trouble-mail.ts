import type { AlertOf } from '../../domain/alert.ts';
import { RUNBOOK_OF } from '../runbooks.ts';
import { look } from './admin-ways.ts';
import { type Clock, inWords } from './clock.ts';
import { consumersInTrouble, consumersServed, isAhead } from './consumers.ts';
import { type Fact, known, type Mail, type MailContext, type Tone } from './mail.ts';
import { needsConsent, stepsAgainst, type Trouble } from './remedies.ts';
import { causeFact, causeWords, cooldownWords, HEALTH_WORDS, sentence } from './words.ts';

/** Consumers are, or will soon be, without a token. */
export function downMail(alert: AlertOf<'down'>, context: MailContext, clock: Clock): Mail {
  const cause = headlineOf(alert);
  return {
    ...troubleMail(alert, context, clock),
    subject: `${alert.connection} DOWN: ${cause}`,
    tone: 'failure',
    state: 'DOWN',
    urgency: urgencyWhenDown(alert),
    title: sentence(cause),
    why: `This e-mail came because ${alert.connection} went down. ${cooldownWords(context)} You will get one more when it recovers.`,
  };
}

/** Attempts fail, and consumers still have a token. */
export function degradedMail(alert: AlertOf<'degraded'>, context: MailContext, clock: Clock): Mail {
  return {
    ...troubleMail(alert, context, clock),
    subject: `${alert.connection} degraded: ${consumersShortly(alert, clock)}`,
    tone: 'attention',
    state: 'degraded',
    urgency: urgencyWhenDegraded(alert, clock),
    title: sentence(headlineOf(alert)),
    why: `This e-mail came because refreshing ${alert.connection} fails. ${cooldownWords(context)} You will get one more when it recovers.`,
  };
}

/** It comes and goes. */
export function flappingMail(alert: AlertOf<'flapping'>, context: MailContext, clock: Clock): Mail {
  const { connection, health, quietUntilMs } = alert;
  const mail = troubleMail(alert, context, clock);
  return {
    ...mail,
    subject: `${connection} flapping: ${flappingShortly(alert, clock)}`,
    tone: FLAPPING_TONES[health],
    state: `flapping, ${HEALTH_WORDS[health]} now`,
    urgency: flappingUrgency(alert, clock),
    title: `It failed again: ${headlineOf(alert)}`,
    happened: `It failed again soon after it had recovered: ${alert.detail}`,
    consumers: health === 'healthy' ? consumersServed(alert.consumersFineUntilMs, clock) : mail.consumers,
    steps: [
      ...mail.steps,
      {
        text: 'See what comes and goes, and when:',
        ...look(context, 'incidents', { connection }),
      },
    ],
    facts: [...mail.facts, ...known({ 'Not told again before': clock.at(quietUntilMs) })],
    why: `This e-mail came because ${connection} keeps failing soon after it recovers. Its ups and downs are not told one by one before ${clock.at(quietUntilMs)}; the daily digest counts what was kept back.`,
  };
}

/** What every kind of trouble has to say. */
function troubleMail(alert: Trouble, context: MailContext, clock: Clock) {
  return {
    about: alert.connection,
    happened: alert.detail,
    consumers: consumersInTrouble(alert, clock),
    since: `Since ${clock.at(alert.sinceMs)}, ${inWords(Math.max(0, clock.nowMs - alert.sinceMs))} before this e-mail.`,
    steps: stepsAgainst(alert, context, clock),
    parts: [],
    facts: troubleFacts(alert, clock),
    runbook: RUNBOOK_OF[alert.kind],
  };
}

function troubleFacts(alert: Trouble, clock: Clock): Fact[] {
  const { connection, code, failureClass, nextAttemptAtMs, incidentId } = alert;
  return known({
    Connection: connection,
    Code: code,
    Cause: causeFact(failureClass),
    'Next attempt': nextAttemptAtMs === null ? null : clock.at(nextAttemptAtMs),
    Incident: incidentId,
  });
}

/** Of some misconfigurations no operator is needed, but a consent that fits. */
function headlineOf(alert: Trouble): string {
  return alert.failureClass === 'misconfigured' && needsConsent(alert)
    ? 'consent does not fit, a new one is needed'
    : causeWords(alert.failureClass);
}

const FLAPPING_TONES: Readonly<Record<AlertOf<'flapping'>['health'], Tone>> = {
  down: 'failure',
  degraded: 'attention',
  healthy: 'neutral',
};

function urgencyWhenDown(alert: Trouble): string {
  if (needsConsent(alert)) return 'Act now: a person must consent';
  switch (alert.failureClass) {
    case 'throttled':
    case 'transient':
      return 'Watch it: it is tried again by itself';
    default:
      return 'Act now';
  }
}

function urgencyWhenDegraded(alert: Trouble, clock: Clock): string {
  const { failureClass, consumersFineUntilMs } = alert;
  const isPassing = failureClass === 'transient' || failureClass === 'throttled' || failureClass === 'store';
  if (!isAhead(consumersFineUntilMs, clock)) return urgencyWhenDown(alert);
  const until = clock.shortly(consumersFineUntilMs);
  return isPassing && !needsConsent(alert) ? `Can wait until ${until}` : `Act before ${until}`;
}

function flappingUrgency(alert: AlertOf<'flapping'>, clock: Clock): string {
  switch (alert.health) {
    case 'down':
      return urgencyWhenDown(alert);
    case 'degraded':
      return urgencyWhenDegraded(alert, clock);
    case 'healthy':
      return 'Can wait until morning';
  }
}

function flappingShortly(alert: AlertOf<'flapping'>, clock: Clock): string {
  switch (alert.health) {
    case 'down':
      return `DOWN again, ${headlineOf(alert)}`;
    case 'degraded':
      return `degraded again, ${consumersShortly(alert, clock)}`;
    case 'healthy':
      return 'healthy for now';
  }
}

function consumersShortly({ consumersFineUntilMs }: Trouble, clock: Clock): string {
  return isAhead(consumersFineUntilMs, clock)
    ? `consumers are fine until ${clock.shortly(consumersFineUntilMs)}`
    : 'consumers are without a token';
}
