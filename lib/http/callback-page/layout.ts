import { type Html, html, renderHtml } from '../../html.ts';
import type { Fact, Message, Tone } from './message.ts';
import { STYLE } from './style.ts';

/** A message as a page that needs nothing but itself. `style` is the text of its one style element. */
export function renderMessage(
  message: Message,
  requestId: string,
): { status: number; html: string; style: string } {
  return {
    status: message.status,
    html: renderHtml(documentOf(message, requestId)),
    style: renderHtml(STYLE),
  };
}

function documentOf(message: Message, requestId: string): Html {
  const { tone, title, connection, happened, standing, warning, steps } = message;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main class="${tone}">
<header>${MARKS[tone]}<div>
<p class="result"><b>${RESULTS[tone]}</b>${connection === null ? [] : html` · connection ${connection}`}</p>
<h1>${title}</h1>
</div></header>
<div class="happened">${happened}</div>
<p class="standing"><strong>${standing.assurance}</strong> ${standing.more}</p>
${warning === undefined ? [] : html`<p class="warning">${warning}</p>`}
<h2>What to do now</h2>
${stepsOf(steps)}
<p class="console"><a href="${consoleOf(connection)}">Back to the console</a></p>
<h2>Details</h2>
<dl>${factsOf(message, requestId).map(factOf)}</dl>
</main>
</body>
</html>
`;
}

/** From `/api/zoho/oauth/callback`, below whatever the API is served at. */
function consoleOf(connection: string | null): string {
  return `../../../console#/${connection === null ? '' : `connections/${connection}`}`;
}

/** One thing to do is no list. */
function stepsOf(steps: readonly Html[]): Html {
  const [only, ...others] = steps;
  if (only && others.length === 0) return html`<div>${only}</div>`;
  return html`<ol>${steps.map((step) => html`<li>${step}</li>`)}</ol>`;
}

function factsOf({ connection, facts }: Message, requestId: string): Fact[] {
  return [
    ...(connection === null ? [] : [{ name: 'Connection', value: html`<code>${connection}</code>` }]),
    ...facts,
    { name: 'Request id', value: html`<code>${requestId}</code>` },
  ];
}

function factOf({ name, value }: Fact): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** Told in words and by shape as well as by colour. */
const RESULTS: Record<Tone, string> = {
  success: 'Success',
  attention: 'Attention',
  failure: 'Failed',
};

const MARKS: Record<Tone, Html> = {
  success: html`<svg viewBox="0 0 48 48" aria-hidden="true"><circle cx="24" cy="24" r="21"/><path d="m15 25 6.5 6.5L34 18"/></svg>`,
  attention: html`<svg viewBox="0 0 48 48" aria-hidden="true"><path d="M24 5 45 42H3z"/><path d="M24 18v11m0 6v.1"/></svg>`,
  failure: html`<svg viewBox="0 0 48 48" aria-hidden="true"><path d="M15.5 3h17L45 15.5v17L32.5 45h-17L3 32.5v-17z"/><path d="m17 17 14 14m0-14L17 31"/></svg>`,
};
