import type { ConnectionStatus } from '../../api/answers.ts';
import { Time } from '../../components/time.tsx';
import { PLACE_WORDS } from '../../model/words.ts';

/** What was lost, or of no use, and came back. */
export function LatestRecovery({ status: { lastRecovery } }: { status: ConnectionStatus }) {
  if (lastRecovery === null) return null;
  const { at, from, repairs } = lastRecovery;
  return (
    <section class="panel">
      <h2>Last recovery</h2>
      <p>
        <Time at={at} />, from {PLACE_WORDS[from]}.
      </p>
      {repairs.length > 0 && (
        <ul>
          {repairs.map((repair) => (
            <li key={repair}>{repair}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
