import { useCallback } from 'preact/hooks';
import { ProblemNote } from '../../components/problem.tsx';
import { Timeline } from '../../components/timeline.tsx';
import { formatRoute } from '../../model/route.ts';
import { useConsole } from '../../state/console.ts';
import { usePolled } from '../../state/polled.ts';

const EVERY_MS = 60_000;

/** The incident that is open, with its timeline. */
export function OpenIncident({ connection, id }: { connection: string; id: string }) {
  const { api } = useConsole();
  const { value, problem } = usePolled(
    useCallback(() => api('incidents', { query: { connection } }), [api, connection]),
    EVERY_MS,
  );
  const incident = value?.incidents.find((candidate) => candidate.id === id) ?? null;
  return (
    <section class="panel">
      <h2>Open incident</h2>
      {problem !== null && <ProblemNote problem={problem} />}
      {value === null && problem === null && <div class="skeleton line-skeleton" />}
      {value !== null && incident === null && (
        <p class="soft">It is not in the list of incidents yet, which is read again each minute.</p>
      )}
      {incident !== null && (
        <>
          <p class="soft">
            {incident.minutesWithoutToken === 0
              ? 'Consumers were not without a valid token for a whole minute so far.'
              : `Consumers were without a valid token for ${incident.minutesWithoutToken} min so far.`}
          </p>
          <Timeline incident={incident} />
        </>
      )}
      <p>
        <a href={formatRoute({ view: 'incidents', connection })}>All incidents of this connection</a>
      </p>
    </section>
  );
}
