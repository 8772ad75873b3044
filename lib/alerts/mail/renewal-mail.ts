import type { AlertOf } from '../../domain/alert.ts';
import { RUNBOOK_OF } from '../runbooks.ts';
import { operate, takeUpRenewal } from './admin-ways.ts';
import { type Clock, days } from './clock.ts';
import { consumersServed } from './consumers.ts';
import { known, type Mail, type MailContext, type Steps } from './mail.ts';
import { OPEN_LINK } from './remedies.ts';

/** A person is to consent anew before a day. */
export function renewalDueMail(alert: AlertOf<'renewalDue'>, context: MailContext, clock: Clock): Mail {
  const { connection, daysLeft, dueAtMs, isOpened } = alert;
  const due = dueWords(daysLeft);
  return {
    subject: `${connection} renewal ${due}`,
    tone: daysLeft < 0 ? 'failure' : 'attention',
    about: connection,
    state: daysLeft < 0 ? 'renewal overdue' : 'renewal due',
    urgency: urgencyOf(daysLeft),
    title: `Renewal ${due}`,
    happened: `By your rules a person is to consent anew ${daysLeft < 0 ? 'and has not' : 'to this connection'}: ${due}.`,
    consumers: consumersServed(alert.consumersFineUntilMs, clock),
    since: `Due on ${clock.on(dueAtMs)}. Nothing stops on that day, and the running credential stays as it is until the new consent has proven itself.`,
    steps: isOpened ? openedSteps(connection, context) : requestSteps(connection, context),
    parts: [],
    facts: known({
      Connection: connection,
      Due: clock.on(dueAtMs),
      'Days left': daysLeft,
      'Renewal opened': isOpened ? 'yes' : 'no',
    }),
    runbook: RUNBOOK_OF.renewalDue,
    why: 'This e-mail comes on the days that the connection’s warnDaysBefore names, once each. It ends when somebody consents.',
  };
}

function openedSteps(connection: string, context: MailContext): Steps {
  return [
    {
      text: 'A renewal is open. Take it up in the console, or print the address of its consent, which only an admin gets:',
      ...takeUpRenewal(context, connection),
    },
    {
      text: 'The console leads to the consent; open a printed address in a browser within ten minutes. Consent as a user of the connection’s Zoho organisation. The page that follows says how it went.',
    },
  ];
}

function requestSteps(connection: string, context: MailContext): Steps {
  return [
    {
      text: 'Ask for the link to the consent:',
      ...operate(context, 'emergency-reauth', { connection, reason: 'renewal' }),
    },
    OPEN_LINK,
  ];
}

function dueWords(daysLeft: number): string {
  if (daysLeft < 0) return `overdue by ${days(-daysLeft)}`;
  return daysLeft === 0 ? 'due today' : `due in ${days(daysLeft)}`;
}

function urgencyOf(daysLeft: number): string {
  if (daysLeft < 0) return 'Consent soon: it is overdue';
  return daysLeft === 0 ? 'Consent today' : `Consent within ${days(daysLeft)}`;
}
