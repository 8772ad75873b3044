import type { AlertOf } from '../../domain/alert.ts';
import { causeOf, type Incident, withoutTokenMs, worstHealth } from '../../domain/incident.ts';
import { RUNBOOK_OF } from '../runbooks.ts';
import { look } from './admin-ways.ts';
import { type Clock, inWords } from './clock.ts';
import { consumersServed } from './consumers.ts';
import { type Fact, known, type Line, type Mail, type MailContext, type Part } from './mail.ts';
import { causeFact, HEALTH_WORDS } from './words.ts';

/** How many events of a timeline are shown from either end of it. */
const SHOWN_EVENTS = 10;

/** A problem that was told is over. */
export function recoveredMail(alert: AlertOf<'recovered'>, context: MailContext, clock: Clock): Mail {
  const { connection, incident } = alert;
  const after = incident === null ? '' : ` after ${inWords(durationOf(incident, clock))}`;
  return {
    subject: `${connection} recovered${after}`,
    tone: 'success',
    about: connection,
    state: 'recovered',
    urgency: 'Nothing to do',
    title: `Healthy again${after}`,
    happened: 'The connection works again: a fresh token was minted, proven at Zoho and published.',
    consumers: consumersServed(alert.consumersFineUntilMs, clock),
    since: sinceRecovery(incident, clock),
    steps: [
      {
        text: 'Nothing to do: consumers find the new token by themselves. To read the incident again:',
        ...look(context, 'incidents', { connection }),
      },
    ],
    parts: incident === null ? [] : [timelineOf(incident, clock)],
    facts: [
      ...known({ Connection: connection }),
      ...(incident === null ? [] : incidentFacts(incident, clock)),
    ],
    runbook: RUNBOOK_OF.recovered,
    why: `This e-mail came because you were told that ${connection} was failing. It is the last one of this problem.`,
  };
}

function durationOf({ openedAtMs, closedAtMs }: Incident, clock: Clock): number {
  return Math.max(0, (closedAtMs ?? clock.nowMs) - openedAtMs);
}

function sinceRecovery(incident: Incident | null, clock: Clock): string {
  if (incident === null) return `Healthy since ${clock.at(clock.nowMs)}. The incident was not written down.`;
  const { openedAtMs, closedAtMs } = incident;
  return `Healthy since ${clock.at(closedAtMs ?? clock.nowMs)}; it had not been since ${clock.at(openedAtMs)}.`;
}

function incidentFacts(incident: Incident, clock: Clock): Fact[] {
  const { id, openedAtMs, closedAtMs } = incident;
  const withoutMs = withoutTokenMs(incident, clock.nowMs);
  return known({
    Opened: clock.at(openedAtMs),
    Closed: clock.at(closedAtMs ?? clock.nowMs),
    Duration: inWords(durationOf(incident, clock)),
    'Consumers without a token': withoutMs === 0 ? 'not for a moment' : `for ${inWords(withoutMs)}`,
    Worst: HEALTH_WORDS[worstHealth(incident)],
    Cause: causeFact(causeOf(incident)),
    Incident: id,
  });
}

/** How it began and how it ended; what is too much is left out in the middle. */
function timelineOf({ timeline }: Incident, clock: Clock): Part {
  const lines = timeline.map(
    ({ atMs, health, code, detail }): Line => ({
      lead: `${clock.at(atMs)}, ${HEALTH_WORDS[health]}`,
      text: `${code}: ${detail}`,
    }),
  );
  const left = lines.length - 2 * SHOWN_EVENTS;
  if (left <= 0) return { title: 'What happened', lines };
  return {
    title: 'What happened',
    lines: [
      ...lines.slice(0, SHOWN_EVENTS),
      { lead: '…', text: `${left} more: GET /api/zoho/incidents has them all` },
      ...lines.slice(-SHOWN_EVENTS),
    ],
  };
}
