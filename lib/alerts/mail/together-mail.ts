import { look } from './admin-ways.ts';
import type { Line, Mail, MailContext, Part, Step } from './mail.ts';
import { listedUpTo } from './words.ts';

/** How many connections are told in full: mail clients cut off what is longer than about 100 kB. */
const TOLD_IN_FULL = 20;
/** How many connections a subject names. */
const NAMED = 3;

/**
 * One mail for what befell many connections at once: whoever is woken reads one and not fifty.
 *
 * @param mails of the same kind, the most urgent first
 */
export function togetherMail(mails: readonly [Mail, ...Mail[]], context: MailContext): Mail {
  const [worst] = mails;
  const names = mails.map(({ about }) => about);
  return {
    ...worst,
    subject: `${mails.length} connections ${worst.state}: ${listedUpTo(NAMED, names)}`,
    about: `${mails.length} connections`,
    title: sharedBy(mails, ({ title }) => title) ?? 'For more than one reason',
    happened: sharedBy(mails, ({ happened }) => happened) ?? 'What happened to each stands below.',
    consumers: { ...worst.consumers, more: `${worst.consumers.more} Those of ${worst.about} come first.` },
    steps: [
      { text: sharedBy(mails, ({ steps: [first] }) => first.text) ?? 'Do for each what stands below.' },
      { text: 'See how all of them are:', ...look(context, 'status') },
    ],
    parts: [...mails.slice(0, TOLD_IN_FULL).map(partOf), ...restOf(mails.slice(TOLD_IN_FULL))],
    facts: [{ name: 'Connections', value: String(mails.length) }],
    why: `${worst.why} What befalls many connections at once is told in one e-mail.`,
  };
}

/** What all mails say alike; null when they differ. */
function sharedBy(mails: readonly [Mail, ...Mail[]], pick: (mail: Mail) => string): string | null {
  const [first, ...others] = mails.map(pick);
  return first !== undefined && others.every((other) => other === first) ? first : null;
}

function partOf({ about, state, consumers, since, title, happened, steps: [first] }: Mail): Part {
  const lines: Line[] = [
    { lead: consumers.assurance, text: since },
    { lead: title, text: happened },
    { lead: 'Do', text: inOneLine(first) },
  ];
  return { title: `${about}: ${state}`, lines };
}

function inOneLine({ text, command }: Step): string {
  return command === undefined ? text : `${text} ${command}`;
}

function restOf(others: readonly Mail[]): Part[] {
  if (others.length === 0) return [];
  const lines = others.map(({ about, state, title }) => ({ lead: about, text: `${state}: ${title}` }));
  return [{ title: `And ${others.length} more`, lines }];
}
