import type { AlertOf } from '../../domain/alert.ts';
import { RUNBOOK_OF } from '../runbooks.ts';
import { look, operate } from './admin-ways.ts';
import type { Clock } from './clock.ts';
import { consumersServed } from './consumers.ts';
import { type Fact, known, type Mail, type MailContext, type Step, type Steps } from './mail.ts';
import { shutOut } from './strangers.ts';
import { actorFact, backedUpWords, nameOf, operationWords } from './words.ts';

type Replacement = AlertOf<'renewed' | 'credentialReplaced'>;

/** Somebody gave the consent that was due. */
export function renewedMail(alert: AlertOf<'renewed'>, context: MailContext, clock: Clock): Mail {
  const { connection, by, generation } = alert;
  return {
    ...replacementMail(alert, context, clock),
    subject: `${connection} renewed by ${nameOf(by)}: generation ${generation}`,
    tone: 'success',
    state: 'renewed',
    urgency: 'Nothing to do, if it was your team',
    title: `Renewed by ${nameOf(by)}`,
    happened: `A person consented anew, as your rules ask, ${circumstances(alert)}. The new credential is proven and in use.`,
    why: 'This e-mail comes once for each renewal.',
  };
}

/** Somebody put another credential in the place of the running one. */
export function credentialReplacedMail(
  alert: AlertOf<'credentialReplaced'>,
  context: MailContext,
  clock: Clock,
): Mail {
  const { connection, by, operation } = alert;
  return {
    ...replacementMail(alert, context, clock),
    subject: `${connection} credential replaced by ${nameOf(by)}`,
    tone: 'neutral',
    state: 'credential replaced',
    urgency: 'Nothing to do, if it was your team',
    title: `Credential replaced by ${nameOf(by)}`,
    happened: `The running credential was replaced ${operationWords(operation)}, ${circumstances(alert)}. The new one is proven and in use.`,
    why: 'This e-mail comes each time that somebody replaces a credential, so that nobody does it unseen.',
  };
}

/** By what the one who did it knows it again. */
function circumstances({ sourceAddress, reason }: Replacement): string {
  const from = sourceAddress === null ? 'from an address that is not known' : `from ${sourceAddress}`;
  return reason === null ? `${from}, without a reason` : `${from}, for the reason “${reason}”`;
}

/** What both kinds have to say. */
function replacementMail(alert: Replacement, context: MailContext, clock: Clock) {
  const { connection, consumersFineUntilMs } = alert;
  const steps: Steps = [
    {
      text: 'Nothing to do, if you or your team did this: consumers find the new token by themselves. To see how it is:',
      ...look(context, 'status', { connection }),
    },
  ];
  return {
    about: connection,
    consumers: consumersServed(consumersFineUntilMs, clock),
    since: `Done at ${clock.at(alert.atMs)}.`,
    steps,
    otherwise: { title: 'If this was not you or your team', steps: defence(alert, context, clock) },
    parts: [],
    facts: replacementFacts(alert, clock),
    runbook: RUNBOOK_OF[alert.kind],
  };
}

/** Whoever it was is shut out first: what is made good before may be undone. */
function defence(alert: Replacement, context: MailContext, clock: Clock): Steps {
  const { connection, by } = alert;
  const others: Step[] = [
    ...goingBack(alert, context, clock),
    {
      text: 'At Zoho, as the user who consented, remove the app under Security, Connected Apps: that revokes the refresh token. If the earlier one was of the same user, it ends as well: consent anew.',
      ...operate(context, 'emergency-reauth', {
        connection,
        reason: 'credential replaced by a stranger',
      }),
    },
  ];
  if (by.kind !== 'admin')
    return [{ text: 'See what else was done:', ...look(context, 'audit', { connection }) }, ...others];
  return [
    shutOut(by.id),
    {
      text: 'See in the audit what else it did:',
      ...look(context, 'audit', { actor: by.id, limit: '100' }),
    },
    ...others,
  ];
}

function goingBack(
  { connection, generation, revokesAtMs }: Replacement,
  context: MailContext,
  clock: Clock,
): Step[] {
  if (generation === 1) return [];
  const before = revokesAtMs === null ? '' : `, before it is revoked at ${clock.at(revokesAtMs)}`;
  return [
    {
      text: `Go back to the generation before${before}:`,
      ...operate(context, 'restore', {
        connection,
        generation: generation - 1,
        reason: 'replaced by a stranger',
      }),
    },
  ];
}

function replacementFacts(alert: Replacement, clock: Clock): Fact[] {
  return known({
    Connection: alert.connection,
    By: actorFact(alert.by),
    How: operationWords(alert.operation),
    'From address': alert.sourceAddress ?? 'not known',
    Reason: alert.reason ?? 'none given',
    Generation: alert.generation,
    Organisation:
      alert.organizationId === null
        ? 'not known: the probe names none'
        : `${alert.organizationId}, as proven at Zoho`,
    'Backed up in': backedUpWords(alert.backedUpIn),
    'The replaced one is revoked':
      alert.revokesAtMs === null ? 'not: nothing is revoked' : clock.at(alert.revokesAtMs),
    'Next renewal': alert.nextRenewalAtMs === null ? 'never, by your rules' : clock.on(alert.nextRenewalAtMs),
  });
}
