import type { AlertOf } from '../../domain/alert.ts';
import { look, operate } from './admin-ways.ts';
import type { Clock } from './clock.ts';
import { isAhead } from './consumers.ts';
import type { MailContext, Step, Steps } from './mail.ts';

/** What keeps a connection from being healthy. */
export type Trouble = AlertOf<'down' | 'degraded' | 'flapping'>;

/** What only a person's consent helps against, whichever class it is of. */
const CONSENT_CODES: ReadonlySet<string> = new Set([
  'CREDENTIAL_DEAD',
  'CREDENTIAL_MISSING',
  'ORGANIZATION_CHANGED',
  'PROBE_NOT_PERMITTED',
]);

/** Whether a person has to consent. */
export function needsConsent({ failureClass, code }: Pick<Trouble, 'failureClass' | 'code'>): boolean {
  return failureClass === 'dead' || failureClass === 'unauthorized' || CONSENT_CODES.has(code);
}

/** What to do about it now: the keeper's own remedy first, with the command that it takes. */
export function stepsAgainst(trouble: Trouble, context: MailContext, clock: Clock): Steps {
  const { connection, failureClass, remedy } = trouble;
  if (needsConsent(trouble)) return consentSteps(trouble, context);
  switch (failureClass) {
    case 'throttled':
      return [
        { text: remedy },
        {
          text: `Do not refresh by hand: asking sooner prolongs it. ${nextAttempt(trouble, clock)} Look whether it has passed:`,
          ...look(context, 'status', { connection }),
        },
      ];
    case 'transient':
      return [{ text: remedy }, refreshStep(trouble, context, clock)];
    case 'misconfigured':
    case 'store':
      return [{ text: remedy }, refreshStep(trouble, context, clock), diagnosis(connection, context)];
    default:
      return [{ text: remedy }, diagnosis(connection, context)];
  }
}

/** The way to a consent, from the request to the page that says how it went. */
export function consentSteps(
  { connection, remedy, code }: { connection: string; remedy: string; code: string },
  context: MailContext,
): Steps {
  return [
    {
      text: remedy,
      ...operate(context, 'emergency-reauth', { connection, reason: `consent again: ${code}` }),
    },
    OPEN_LINK,
  ];
}

export const OPEN_LINK: Step = {
  text: 'The console leads to the consent; from a shell, open the authorizationUrl of the answer in a browser within ten minutes. Consent as a user of the connection’s Zoho organisation. The page that follows says how it went.',
};

/** A look at everything: it names what is broken, with what helps. */
export function diagnosis(connection: string, context: MailContext): Step {
  return {
    text: 'If it lasts, let a health check name what is broken:',
    ...operate(context, 'health-check', { connection }),
  };
}

function refreshStep(trouble: Trouble, context: MailContext, clock: Clock): Step {
  return {
    text: `${nextAttempt(trouble, clock)} To try it now:`,
    ...operate(context, 'refresh', { connection: trouble.connection }),
  };
}

function nextAttempt({ nextAttemptAtMs }: Trouble, clock: Clock): string {
  return isAhead(nextAttemptAtMs, clock)
    ? `The next attempt comes by itself at ${clock.at(nextAttemptAtMs)}.`
    : 'The next attempt comes by itself within minutes.';
}
