import type { ConnectionStatus } from '../../api/answers.ts';
import { Fact, Facts } from '../../components/facts.tsx';
import { Time } from '../../components/time.tsx';
import { dayWords, relativeWords, timeOf } from '../../model/time.ts';
import { SOURCE_WORDS, sentence } from '../../model/words.ts';
import { useNow } from '../../state/console.ts';

export function TokenFacts({ status }: { status: ConnectionStatus }) {
  const { accessTokenExpiresAt, consumersFineUntil, lastSuccessAt, nextAttemptAt, mintBudget } = status;
  return (
    <section class="panel">
      <h2>Access token</h2>
      <Facts>
        <Fact name="Expires">{timeOrNone(accessTokenExpiresAt)}</Fact>
        <Fact name="Consumers are fine until">
          {timeOrNone(consumersFineUntil, 'They hold no valid token')}
        </Fact>
        <Fact name="Last refresh">{timeOrNone(lastSuccessAt, 'Never')}</Fact>
        <Fact name="Next refresh">{timeOrNone(nextAttemptAt, 'Not planned')}</Fact>
        <Fact name="Mint budget">
          {mintBudget.adminLeft} of 10 left in ten minutes{' '}
          <span class="soft">· {mintBudget.scheduledLeft} for the schedules</span>
        </Fact>
      </Facts>
    </section>
  );
}

export function CredentialFacts({ status }: { status: ConnectionStatus }) {
  const { generation, source, obtainedAt, organizationId } = status;
  return (
    <section class="panel">
      <h2>Credential</h2>
      <Facts>
        <Fact name="Generation">{generation ?? 'None yet'}</Fact>
        <Fact name="Came here">
          {source === null ? 'Not yet' : sentence(SOURCE_WORDS[source])}
          {obtainedAt !== null && (
            <>
              , <Time at={obtainedAt} />
            </>
          )}
        </Fact>
        <Fact name="Renewal">
          <Renewal status={status} />
        </Fact>
        <Fact name="Zoho organisation">
          {organizationId === null ? 'Not known yet' : <code>{organizationId}</code>}
        </Fact>
      </Facts>
    </section>
  );
}

function Renewal({ status: { renewalDueAt } }: { status: ConnectionStatus }) {
  const nowMs = useNow();
  const dueMs = timeOf(renewalDueAt);
  if (dueMs === null) return <>Never: no renewal is configured</>;
  return (
    <time dateTime={new Date(dueMs).toISOString()}>
      {dueMs < nowMs ? 'Overdue since ' : 'Due on '}
      {dayWords(dueMs)} <span class="soft">· {relativeWords(dueMs, nowMs)}</span>
    </time>
  );
}

function timeOrNone(at: string | null, none = 'None yet') {
  return at === null ? none : <Time at={at} />;
}
