import type { ConnectionStatus } from '../../api/answers.ts';
import { Badge } from '../../components/badge.tsx';
import { Findings } from '../../components/findings.tsx';
import { Time } from '../../components/time.tsx';
import { CHECK_STATUS_WORDS, CHECK_TONES } from '../../model/words.ts';

const SECTION_ID = 'last-health-check';

/** Brings whoever asks for it to the findings. The address names views, so that no link can. */
export function showHealthFindings(): void {
  const section = document.getElementById(SECTION_ID);
  section?.scrollIntoView();
  section?.focus({ preventScroll: true });
}

/** What the latest health check found. */
export function HealthFindings({ status: { lastHealthCheck } }: { status: ConnectionStatus }) {
  return (
    <section class="panel" id={SECTION_ID} tabIndex={-1} aria-label="Last health check">
      <div class="panel-head">
        <h2>Last health check</h2>
        {lastHealthCheck && (
          <Badge tone={CHECK_TONES[lastHealthCheck.status]}>
            {CHECK_STATUS_WORDS[lastHealthCheck.status]}
          </Badge>
        )}
      </div>
      {lastHealthCheck === null ? (
        <p class="soft">None yet. There is one each day, and whenever the health changes.</p>
      ) : (
        <>
          <p class="soft">
            <Time at={lastHealthCheck.at} />
          </p>
          <Findings checks={lastHealthCheck.checks} />
        </>
      )}
    </section>
  );
}
