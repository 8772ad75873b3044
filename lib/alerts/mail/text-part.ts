import { runbookAt } from '../../config/alerts-configuration.ts';
import type { Fact, Mail, MailContext, Part, Step, Steps } from './mail.ts';
import { ADMIN_TOKEN_NOTE, HEADINGS, OTHER_WAY } from './words.ts';

/** How many characters stand in a line: few enough for a phone that is held sideways. */
const WIDTH = 72;

/** A mail as plain text, with everything that its HTML says. */
export function textPart(mail: Mail, { runbooksUrl }: Pick<MailContext, 'runbooksUrl'>): string {
  const { otherwise, parts, facts } = mail;
  const sections = [
    headOf(mail),
    sectionOf(HEADINGS.steps, stepsOf(mail.steps)),
    ...(otherwise ? [sectionOf(otherwise.title, stepsOf(otherwise.steps))] : []),
    ...parts.map(partOf),
    sectionOf(HEADINGS.facts, factsOf(facts)),
    // Not wrapped: it is to be opened, or found.
    sectionOf(HEADINGS.runbook, runbookAt(runbooksUrl, mail.runbook)),
    `--\n${wrapped(`${mail.why} ${ADMIN_TOKEN_NOTE}`)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

function headOf({ about, state, urgency, title, happened, consumers, since }: Mail): string {
  return [
    `${wrapped(`${about} · ${state}`)}\n${wrapped(title)}\n${wrapped(urgency)}`,
    wrapped(happened),
    wrapped(`${consumers.assurance} ${consumers.more}`, '| '),
    wrapped(since),
  ].join('\n\n');
}

function sectionOf(title: string, content: string): string {
  return `${title}\n${'-'.repeat(Math.min(title.length, WIDTH))}\n\n${content}`;
}

/** One thing to do is no list. */
function stepsOf(steps: Steps): string {
  const [only, ...others] = steps;
  if (others.length === 0) return stepOf(only, '', '');
  return steps.map((step, index) => stepOf(step, `${index + 1}. `, '   ')).join('\n\n');
}

/** A link or a command stands at the line's begin, in one piece, so that it can be opened or copied. */
function stepOf({ text, link, command }: Step, number: string, indent: string): string {
  const parts = [wrapped(text, indent, number)];
  if (link !== undefined) parts.push(`${indent}${link.label}:\n${link.url}`);
  if (command !== undefined) parts.push(link === undefined ? command : `${indent}${OTHER_WAY}\n${command}`);
  return parts.join('\n\n');
}

function partOf({ title, lines }: Part): string {
  return sectionOf(
    title,
    lines.map(({ lead, text }) => `${wrapped(lead)}\n${wrapped(text, '  ')}`).join('\n'),
  );
}

function factsOf(facts: readonly Fact[]): string {
  return facts.map(({ name, value }) => wrapped(`${name}: ${value}`, '  ', '')).join('\n');
}

/**
 * Lines that break between words; a word that is longer than a line stays in one piece.
 *
 * @param indent what each line begins with
 * @param first what the first line begins with instead
 */
function wrapped(text: string, indent = '', first = indent): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}
