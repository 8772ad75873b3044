import type { ConnectionStatus } from '../../api/answers.ts';
import { ToneIcon } from '../../components/icons.tsx';
import { Countdown, Time } from '../../components/time.tsx';
import { healthNow, needsConsent, standingFailure } from '../../model/health.ts';
import { formatRoute } from '../../model/route.ts';
import { standingOf } from '../../model/standing.ts';
import { relativeWords, timeOf } from '../../model/time.ts';
import { ordinal } from '../../model/words.ts';
import { useNow } from '../../state/console.ts';
import { showHealthFindings } from './health-findings.tsx';

/** What is wrong, since when, how consumers are, and the one thing that helps. */
export function StandingPanel({
  status,
  knownMs,
  isConsentKept,
}: {
  status: ConnectionStatus;
  knownMs: number;
  isConsentKept: boolean;
}) {
  const nowMs = useNow();
  const health = healthNow(status, nowMs, knownMs);
  const { tone, title, since, consumers, remedy } = standingOf(status, nowMs, {
    untilMs: knownMs,
    isConsentKept,
  });
  const expiresAtMs = timeOf(status.accessTokenExpiresAt);
  const nextMs = timeOf(status.nextAttemptAt);
  return (
    <section class={`standing ${tone}`} aria-label="How it stands">
      <div class="standing-words">
        <p class="standing-title">
          <ToneIcon tone={tone} />
          <span>
            <strong>{title}</strong>
            {since !== null && <span class="since"> {since}</span>}
          </span>
        </p>
        <p>
          <strong>{consumers.assurance}.</strong> {consumers.more}
        </p>
        {remedy !== null && <p>{remedy.words}</p>}
        {remedy?.kind === 'consent' && (
          <a
            class="button primary wide"
            href={formatRoute({ view: 'connection', connection: status.connection, dialog: 'reauthorize' })}
          >
            Re-authorise
          </a>
        )}
        {remedy?.kind === 'findings' && (
          <button type="button" class="secondary" onClick={showHealthFindings}>
            Show what it found
          </button>
        )}
        <LatestFailure status={status} />
      </div>
      <p class="clock">
        {expiresAtMs !== null && expiresAtMs > nowMs ? (
          <>
            <span>Token expires in</span>
            <Countdown toMs={expiresAtMs} />
          </>
        ) : (
          <>
            <span>Access token</span>
            <b>{health === 'unknown' ? 'Not known' : expiresAtMs === null ? 'None yet' : 'Expired'}</b>
          </>
        )}
        {nextMs !== null && health !== 'unknown' && (
          <span>
            next {health === 'healthy' ? 'refresh' : 'attempt'}{' '}
            {nextMs > nowMs ? relativeWords(nextMs, nowMs) : 'is due'}
          </span>
        )}
      </p>
    </section>
  );
}

/** The failure itself, for whoever has to look deeper. */
function LatestFailure({ status }: { status: ConnectionStatus }) {
  const failure = standingFailure(status);
  if (failure === null) return null;
  const { at, detail, remedy, code } = failure;
  const attempts = status.consecutiveFailures;
  return (
    <div class="latest-failure">
      <p class="soft">
        Latest failure, <Time at={at} isShort />
        {attempts > 1 && `, the ${ordinal(attempts)} in a row`}
      </p>
      <p>
        {detail} {needsConsent(status) && remedy} <code>{code}</code>
      </p>
    </div>
  );
}
