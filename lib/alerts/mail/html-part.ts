import { runbookAt } from '../../config/alerts-configuration.ts';
import { type Html, html, renderHtml } from '../../html.ts';
import type { Fact, Line, Mail, MailContext, Part, Step, Steps, Tone } from './mail.ts';
import { DARK, INLINE, LIGHT_TONES } from './style.ts';
import { ADMIN_TOKEN_NOTE, HEADINGS, OTHER_WAY } from './words.ts';

/** A mail as HTML that needs nothing but itself: no image, no script, nothing from elsewhere. */
export function htmlPart(mail: Mail, context: Pick<MailContext, 'runbooksUrl'>): string {
  return renderHtml(documentOf(mail, bodyOf(mail, context)));
}

function documentOf({ subject, tone, consumers }: Mail, body: readonly Html[]): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<meta name="x-apple-disable-message-reformatting">
<title>${subject}</title>
<style>${DARK}</style>
</head>
<body class="ground" style="${INLINE.ground}">
<div style="${INLINE.preheader}">${consumers.assurance}</div>
<table role="presentation" class="frame" style="${INLINE.frame}" cellpadding="0" cellspacing="0"><tr><td align="center" style="${INLINE.gutter}">
<table role="presentation" class="card" style="${INLINE.card}" cellpadding="0" cellspacing="0">
<tr><td class="bar ${tone}" style="height:5px;line-height:5px;font-size:1px;border-radius:9px 9px 0 0;background:${LIGHT_TONES[tone]}">&nbsp;</td></tr>
<tr><td class="content" style="${INLINE.content}">
${body}
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}

function bodyOf(mail: Mail, { runbooksUrl }: Pick<MailContext, 'runbooksUrl'>): Html[] {
  const { otherwise, parts, facts } = mail;
  return [
    ...headOf(mail),
    ...sectionOf(HEADINGS.steps, stepsOf(mail.steps)),
    ...(otherwise ? sectionOf(otherwise.title, stepsOf(otherwise.steps)) : []),
    ...parts.flatMap(partOf),
    ...sectionOf(HEADINGS.facts, factsOf(facts)),
    ...sectionOf(HEADINGS.runbook, runbookOf(runbookAt(runbooksUrl, mail.runbook))),
    html`<p class="soft rule" style="${INLINE.why}">${mail.why} ${ADMIN_TOKEN_NOTE}</p>`,
  ];
}

/** What has to be seen without scrolling. */
function headOf({ tone, about, state, urgency, title, happened, consumers, since }: Mail): Html[] {
  return [
    html`<p style="${INLINE.about}"><strong>${about}</strong>&ensp;${pillOf(state, tone)}</p>`,
    html`<h1 style="${INLINE.title}">${title}</h1>`,
    html`<p class="${tone}" style="${INLINE.urgency};color:${LIGHT_TONES[tone]}">${urgency}</p>`,
    html`<p style="${INLINE.paragraph}">${happened}</p>`,
    html`<p class="${tone} standing inset" style="${INLINE.standing};border-left-color:${LIGHT_TONES[tone]}"><strong>${consumers.assurance}</strong> ${consumers.more}</p>`,
    html`<p style="${INLINE.paragraph}">${since}</p>`,
  ];
}

function pillOf(state: string, tone: Tone): Html {
  return html`<span class="state ${tone}" style="${INLINE.state};background:${LIGHT_TONES[tone]}">${state}</span>`;
}

function sectionOf(title: string, content: Html): Html[] {
  return [html`<h2 style="${INLINE.heading}">${title}</h2>`, content];
}

/** One thing to do is no list. */
function stepsOf(steps: Steps): Html {
  const [only, ...others] = steps;
  if (others.length === 0) return html`<div style="${INLINE.paragraph}">${stepOf(only)}</div>`;
  return html`<ol style="${INLINE.steps}">${steps.map((step) => html`<li style="${INLINE.step}">${stepOf(step)}</li>`)}</ol>`;
}

function stepOf({ text, link, command }: Step): Html {
  return html`${text}${link === undefined ? [] : linkOf(link)}${command === undefined ? [] : commandOf(command, link !== undefined)}`;
}

function linkOf({ label, url }: NonNullable<Step['link']>): Html {
  return html`<br><a class="button" href="${url}" style="${INLINE.button}">${label}</a>`;
}

function commandOf(command: string, isOtherWay: boolean): Html {
  const or = html`<br><span class="soft" style="${INLINE.or}">${OTHER_WAY}</span>`;
  return html`${isOtherWay ? or : []}<code class="command" style="${INLINE.command}">${command}</code>`;
}

function partOf({ title, lines }: Part): Html[] {
  return sectionOf(title, html`${lines.map(lineOf)}`);
}

function lineOf({ lead, text }: Line): Html {
  return html`<p style="${INLINE.line}"><strong>${lead}</strong><br>${text}</p>`;
}

function factsOf(facts: readonly Fact[]): Html {
  return html`<table style="${INLINE.facts}" cellpadding="0" cellspacing="0">${facts.map(factOf)}</table>`;
}

function factOf({ name, value }: Fact): Html {
  return html`<tr><th scope="row" class="soft rule" style="${INLINE.name}">${name}</th><td class="rule" style="${INLINE.value}">${value}</td></tr>`;
}

/** Where runbooks are published nowhere, this is a file's name and leads nowhere. */
function runbookOf(address: string): Html {
  if (!URL.canParse(address)) return html`<p style="${INLINE.line}">${address}</p>`;
  return html`<p style="${INLINE.line}"><a class="link" href="${address}" style="${INLINE.link}">${address}</a></p>`;
}
