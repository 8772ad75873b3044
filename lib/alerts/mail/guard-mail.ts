import type { AlertOf } from '../../domain/alert.ts';
import { RUNBOOK_OF } from '../runbooks.ts';
import { look } from './admin-ways.ts';
import type { Clock } from './clock.ts';
import { verifyAudit } from './commands.ts';
import { consumersUntouched } from './consumers.ts';
import { known, type Mail, type MailContext, type Steps } from './mail.ts';
import { shutOut } from './strangers.ts';
import { actorFact, cooldownWords, nameOf } from './words.ts';

/** Somebody asked for more than the rate limit lets through. */
export function rateLimitedMail(alert: AlertOf<'rateLimited'>, context: MailContext, clock: Clock): Mail {
  const { connection, by, operation, sourceAddress } = alert;
  return {
    subject: `${connection} rate limit reached: ${operation} by ${nameOf(by)}`,
    tone: 'attention',
    about: connection,
    state: 'rate limit reached',
    urgency: 'Ask whoever it was',
    title: `Too many requests by ${nameOf(by)}`,
    happened: `Within an hour ${operation} was asked for more often than rateLimits allows; what was too much was refused.`,
    consumers: consumersUntouched('What was refused touched no token.'),
    since: `Noticed at ${clock.at(alert.atMs)}.`,
    steps: [
      {
        text: 'See what was asked for, and what came of it:',
        ...look(
          context,
          'audit',
          by.kind === 'admin' ? { actor: by.id, limit: '100' } : { connection, limit: '100' },
        ),
      },
      {
        text: 'Ask whoever it was. A script that repeats itself has to be stopped; the limit is free again within the hour.',
      },
    ],
    otherwise: { title: 'If nobody of your team did this', steps: stepsAgainstStranger(alert) },
    parts: [],
    facts: known({
      Connection: connection,
      By: actorFact(by),
      Operation: operation,
      'From address': sourceAddress ?? 'not known',
    }),
    runbook: RUNBOOK_OF.rateLimited,
    why: `This e-mail came because somebody went beyond what an admin may do in an hour. ${cooldownWords(context)}`,
  };
}

/** The audit is not what was written. */
export function auditBrokenMail(alert: AlertOf<'auditBroken'>, context: MailContext, clock: Clock): Mail {
  const { connection, detail } = alert;
  return {
    subject: `${connection} audit BROKEN: ${detail}`,
    tone: 'failure',
    about: connection,
    state: 'audit BROKEN',
    urgency: 'Act now: keep everything as it is',
    title: 'The audit is not what was written',
    happened: detail,
    consumers: consumersUntouched('Tokens are refreshed whatever becomes of the audit.'),
    since: `Noticed at ${clock.at(alert.atMs)}; it happened since the chain was checked before.`,
    steps: [
      { text: 'Change nothing in the audit table, and do not deploy: what is there is the evidence.' },
      {
        text: 'Verify the chain yourself, in the project’s folder, with the stack’s outputs AuditTableName and AuditKeyArn. The first fault is named, with what to do about it:',
        command: verifyAudit(connection),
      },
      {
        text: 'Read what the chain says was done last, and compare it with what your team did:',
        ...look(context, 'audit', { connection, limit: '50' }),
      },
      {
        text: 'Tell whoever answers for security. The runbook says how to find out who wrote, and how to get back what stood there.',
      },
    ],
    parts: [],
    facts: known({ Connection: connection, Fault: detail }),
    runbook: RUNBOOK_OF.auditBroken,
    why: `This e-mail came because a check of the audit found a fault. ${cooldownWords(context)}`,
  };
}

function stepsAgainstStranger({ by }: AlertOf<'rateLimited'>): Steps {
  if (by.kind !== 'admin') return [{ text: 'Tell whoever answers for security, with the address above.' }];
  return [shutOut(by.id), { text: 'Tell whoever answers for security.' }];
}
