import { useCallback } from 'preact/hooks';
import type { IncidentAnswer } from '../api/answers.ts';
import { Badge } from '../components/badge.tsx';
import { Freshness } from '../components/freshness.tsx';
import { Time } from '../components/time.tsx';
import { Timeline } from '../components/timeline.tsx';
import { formatRoute } from '../model/route.ts';
import { spanWords } from '../model/time.ts';
import { CAUSE_WORDS, counted, HEALTH_TONES, HEALTH_WORDS } from '../model/words.ts';
import { useConsole, useNow } from '../state/console.ts';
import { usePolled } from '../state/polled.ts';
import { saveAsJson } from '../state/save.ts';
import { useTitle } from '../state/title.ts';

const EVERY_MS = 60_000;

/** When connections were not healthy. */
export function Incidents({ connection }: { connection: string | null }) {
  const { api } = useConsole();
  const title = connection === null ? 'Incidents' : `Incidents of ${connection}`;
  useTitle(title);
  const polled = usePolled(
    useCallback(
      () => api('incidents', { query: connection === null ? {} : { connection } }),
      [api, connection],
    ),
    EVERY_MS,
  );
  const incidents = polled.value?.incidents ?? null;
  return (
    <>
      {connection !== null && (
        <a class="back" href={formatRoute({ view: 'connection', connection, dialog: null })}>
          {connection}
        </a>
      )}
      <h1>{title}</h1>
      <p class="lead">When connections were not healthy: the last 20 of each, newest first.</p>
      <Freshness polled={polled} />
      {incidents === null && polled.problem === null && <div class="skeleton panel-skeleton" />}
      {incidents?.length === 0 && <p class="empty">There was no incident yet.</p>}
      <ul class="cards">
        {incidents?.map((incident) => (
          <Incident key={incident.id} incident={incident} isOfAll={connection === null} />
        ))}
      </ul>
      {connection !== null && (
        <p>
          <a href={formatRoute({ view: 'incidents', connection: null })}>Incidents of all connections</a>
        </p>
      )}
    </>
  );
}

function Incident({ incident, isOfAll }: { incident: IncidentAnswer; isOfAll: boolean }) {
  const nowMs = useNow();
  const { id, connection, openedAt, closedAt, health, cause, minutesWithoutToken, timeline } = incident;
  const openedMs = Date.parse(openedAt);
  const lasted = spanWords((closedAt === null ? nowMs : Date.parse(closedAt)) - openedMs);
  return (
    <li class={`card ${closedAt === null ? HEALTH_TONES[health] : 'neutral'}`}>
      <div class="card-head">
        <h2>
          {isOfAll && (
            <>
              <a href={formatRoute({ view: 'connection', connection, dialog: null })}>{connection}</a>
              {': '}
            </>
          )}
          {closedAt === null ? `open for ${lasted}` : lasted}
        </h2>
        <Badge tone={HEALTH_TONES[health]}>{HEALTH_WORDS[health]}</Badge>
      </div>
      <p>
        <Time at={openedAt} />
      </p>
      <p>
        {cause === null ? 'Its cause is not on record' : `Cause: ${CAUSE_WORDS[cause]}`}.{' '}
        {minutesWithoutToken === 0
          ? 'Consumers had a valid token all along.'
          : `Consumers were without a valid token for ${minutesWithoutToken} min.`}
      </p>
      <details>
        <summary>Timeline: {counted(timeline.length, 'event')}</summary>
        <Timeline incident={incident} />
      </details>
      <p>
        <button type="button" class="secondary" onClick={() => saveAsJson(`incident-${id}.json`, incident)}>
          Save as JSON<span class="unseen"> the incident of {connection}</span>
        </button>
      </p>
    </li>
  );
}
