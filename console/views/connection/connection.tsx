import { useCallback } from 'preact/hooks';
import type { ConnectionStatus } from '../../api/answers.ts';
import { Badge } from '../../components/badge.tsx';
import { Freshness, Updated } from '../../components/freshness.tsx';
import { TrailStrip, useTrail } from '../../components/trail-strip.tsx';
import { knownUntilMs } from '../../model/age.ts';
import { isConsentKept } from '../../model/consent-result.ts';
import { healthNow } from '../../model/health.ts';
import { type DialogName, formatRoute } from '../../model/route.ts';
import { HEALTH_TONES, HEALTH_WORDS } from '../../model/words.ts';
import { useConsole, useNow } from '../../state/console.ts';
import { type Polled, usePolled } from '../../state/polled.ts';
import { replaceWith } from '../../state/route.ts';
import { useTitle } from '../../state/title.ts';
import { OperationDialog } from '../dialogs/operation-dialog.tsx';
import { POLL_MS } from '../overview.tsx';
import { Actions } from './actions.tsx';
import { Activity } from './activity.tsx';
import { Backups } from './backups.tsx';
import { CredentialFacts, TokenFacts } from './connection-facts.tsx';
import { ConsentOutcome } from './consent-outcome.tsx';
import { HealthFindings } from './health-findings.tsx';
import { LatestRecovery } from './latest-recovery.tsx';
import { OpenIncident } from './open-incident.tsx';
import { StandingPanel } from './standing-panel.tsx';

/** One connection: what is wrong and what helps first, then everything that is known. */
export function ConnectionView({ connection, dialog }: { connection: string; dialog: DialogName | null }) {
  const { api } = useConsole();
  const polled = usePolled(
    useCallback(() => api('status', { query: { connection } }), [api, connection]),
    POLL_MS,
  );
  const status = polled.value?.connections[0] ?? null;
  return (
    <>
      <a class="back" href={formatRoute({ view: 'overview' })}>
        All connections
      </a>
      {status === null ? (
        <>
          <h1>{connection}</h1>
          <Freshness polled={polled} />
          {polled.problem === null && <LoadingConnection connection={connection} />}
        </>
      ) : (
        <>
          <Known status={status} polled={polled} dialog={dialog} />
          <Updated polled={polled} />
        </>
      )}
    </>
  );
}

function Known({
  status,
  polled,
  dialog,
}: {
  status: ConnectionStatus;
  polled: Polled<unknown>;
  dialog: DialogName | null;
}) {
  const { trails } = useConsole();
  const nowMs = useNow();
  const knownMs = knownUntilMs(polled, nowMs);
  const trail = useTrail(status, true);
  const health = healthNow(status, nowMs, knownMs);
  const { connection } = status;
  useTitle(`${HEALTH_WORDS[health]}: ${connection}`);
  return (
    <>
      <div class="page-head">
        <h1>{connection}</h1>
        <Badge tone={HEALTH_TONES[health]}>{HEALTH_WORDS[health]}</Badge>
      </div>
      <Freshness polled={polled} />
      <ConsentOutcome trail={trail} />
      <StandingPanel
        status={status}
        knownMs={knownMs}
        isConsentKept={isConsentKept(trail?.entries ?? [], nowMs)}
      />
      <Actions status={status} />
      <section class="panel">
        <h2>Last 24 hours</h2>
        <TrailStrip trail={trail} status={status} knownMs={knownMs} isWhole />
      </section>
      {status.openIncident !== null && <OpenIncident connection={connection} id={status.openIncident} />}
      <div class="columns">
        <TokenFacts status={status} />
        <CredentialFacts status={status} />
      </div>
      <HealthFindings status={status} />
      <Backups status={status} />
      <LatestRecovery status={status} />
      <Activity connection={connection} trail={trail} />
      {dialog !== null && (
        <OperationDialog
          key={dialog}
          dialog={dialog}
          status={status}
          onChanged={async () => {
            // What failed changes the audit only, and the status does not tell.
            void trails.read(connection);
            await polled.reload();
          }}
          onClose={() => replaceWith({ view: 'connection', connection, dialog: null })}
        />
      )}
    </>
  );
}

function LoadingConnection({ connection }: { connection: string }) {
  useTitle(connection);
  return (
    <div role="status">
      <span class="unseen">Reading the connection…</span>
      <div class="skeleton panel-skeleton" />
      <div class="skeleton panel-skeleton" />
    </div>
  );
}
