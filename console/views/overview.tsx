import { useCallback, useState } from 'preact/hooks';
import type { ConnectionStatus } from '../api/answers.ts';
import { Badge } from '../components/badge.tsx';
import { TextField } from '../components/field.tsx';
import { Freshness, Updated } from '../components/freshness.tsx';
import { Countdown } from '../components/time.tsx';
import { TrailStrip, useSeen, useTrail } from '../components/trail-strip.tsx';
import { knownUntilMs } from '../model/age.ts';
import { isConsentKept } from '../model/consent-result.ts';
import { healthNow, summaryWords, worstFirst } from '../model/health.ts';
import { formatRoute } from '../model/route.ts';
import { standingOf } from '../model/standing.ts';
import { timeOf } from '../model/time.ts';
import { HEALTH_TONES, HEALTH_WORDS } from '../model/words.ts';
import { useConsole, useNow } from '../state/console.ts';
import { usePolled } from '../state/polled.ts';
import { useTitle } from '../state/title.ts';

export const POLL_MS = 10_000;
/** From how many connections on a filter helps. */
const FILTER_FROM = 8;

/** All connections, worst first. */
export function Overview() {
  const { api } = useConsole();
  const polled = usePolled(
    useCallback(() => api('status'), [api]),
    POLL_MS,
  );
  const nowMs = useNow();
  const connections = polled.value?.connections ?? null;
  const knownMs = knownUntilMs(polled, nowMs);
  const summary = connections === null ? 'Connections' : summaryWords(connections, nowMs, knownMs);
  useTitle(summary);
  return (
    <>
      <h1>{summary}</h1>
      <Freshness polled={polled} />
      {connections === null ? (
        <LoadingCards />
      ) : (
        <Cards connections={connections} nowMs={nowMs} knownMs={knownMs} />
      )}
      <Updated polled={polled} />
    </>
  );
}

/** `knownMs`: until when what was read holds. */
interface Times {
  readonly nowMs: number;
  readonly knownMs: number;
}

function Cards({
  connections,
  nowMs,
  knownMs,
}: Times & {
  readonly connections: readonly ConnectionStatus[];
}) {
  const [filter, setFilter] = useState('');
  const wanted = filter.trim().toLowerCase();
  const shown = worstFirst(connections, knownMs).filter((status) => matches(status, wanted, knownMs));
  if (connections.length === 0)
    return <p class="empty">No connection is configured. Declare one in infra/connections.json.</p>;
  return (
    <>
      {connections.length >= FILTER_FROM && (
        <search class="filter">
          <TextField label="Filter by name or health" value={filter} onValue={setFilter} />
        </search>
      )}
      <p class="unseen" role="status">
        {wanted === '' ? '' : `${shown.length} of ${connections.length} connections shown`}
      </p>
      {shown.length === 0 && <p class="empty">No connection has “{filter.trim()}” in its name or health.</p>}
      <ul class="cards">
        {shown.map((status) => (
          <Card key={status.connection} status={status} nowMs={nowMs} knownMs={knownMs} />
        ))}
      </ul>
    </>
  );
}

function matches(status: ConnectionStatus, wanted: string, nowMs: number): boolean {
  return status.connection.includes(wanted) || healthNow(status, nowMs).includes(wanted);
}

function Card({ status, nowMs, knownMs }: Times & { readonly status: ConnectionStatus }) {
  const [isSeen, setIsSeen] = useState(false);
  const element = useSeen(useCallback(() => setIsSeen(true), []));
  const trail = useTrail(status, isSeen);
  const { connection } = status;
  const health = healthNow(status, nowMs, knownMs);
  const standing = standingOf(status, nowMs, {
    untilMs: knownMs,
    isConsentKept: isConsentKept(trail?.entries ?? [], nowMs),
  });
  return (
    <li ref={element} class={`card ${HEALTH_TONES[health]}`}>
      <div class="card-head">
        <h2>
          <a class="cover" href={formatRoute({ view: 'connection', connection, dialog: null })}>
            {connection}
          </a>
        </h2>
        <Badge tone={HEALTH_TONES[health]}>{HEALTH_WORDS[health]}</Badge>
      </div>
      {health !== 'healthy' && (
        <p>
          <span class="trouble">{standing.title}</span>
          {standing.since !== null && <span class="since">{standing.since}</span>}
        </p>
      )}
      <p class="consumers">
        <span>{standing.consumers.assurance}</span>
        <Left status={status} nowMs={nowMs} />
      </p>
      {health === 'healthy' && status.lastHealthCheck?.status === 'fail' && (
        <p class="trouble">The latest health check found something wrong</p>
      )}
      <TrailStrip trail={trail} status={status} knownMs={knownMs} />
      {standing.remedy?.kind === 'consent' && (
        <a
          class="button primary"
          href={formatRoute({ view: 'connection', connection, dialog: 'reauthorize' })}
        >
          Re-authorise<span class="unseen"> {connection}</span>
        </a>
      )}
    </li>
  );
}

function Left({ status: { accessTokenExpiresAt }, nowMs }: { status: ConnectionStatus; nowMs: number }) {
  const expiresAtMs = timeOf(accessTokenExpiresAt);
  if (expiresAtMs === null || expiresAtMs <= nowMs) return null;
  return (
    <span class="soft">
      token expires in <Countdown toMs={expiresAtMs} />
    </span>
  );
}

function LoadingCards() {
  return (
    <div class="cards" role="status">
      <span class="unseen">Reading the connections…</span>
      <div class="skeleton card-skeleton" />
      <div class="skeleton card-skeleton" />
    </div>
  );
}
