import type { AuditEntryAnswer } from '../api/answers.ts';
import { foldAttempts, type ListedEntry } from '../model/audit-fold.ts';
import { auditSentence, auditTone, OUTCOME_WORDS } from '../model/audit-sentence.ts';
import { utcWords } from '../model/time.ts';
import { Fact, Facts } from './facts.tsx';
import { ToneIcon } from './icons.tsx';
import { Time } from './time.tsx';

/** Entries of the audit as sentences, each with everything it holds on demand. */
export function AuditEntries({
  entries,
  isOfAll = false,
}: {
  entries: readonly AuditEntryAnswer[];
  isOfAll?: boolean;
}) {
  return (
    <ul class="entries">
      {foldAttempts(entries).map(({ entry, begunAt }) => (
        <li key={entry.id} class={auditTone(entry)}>
          <details>
            <summary>
              <ToneIcon tone={auditTone(entry)} />
              <span>
                {auditSentence(entry)}
                {entry.reason !== null && <q>{entry.reason}</q>}
                <span class="soft entry-time">
                  {isOfAll && `${entry.connection} · `}
                  <Time at={entry.at} />
                </span>
              </span>
            </summary>
            <EntryFacts entry={entry} begunAt={begunAt} />
          </details>
        </li>
      ))}
    </ul>
  );
}

function EntryFacts({ entry, begunAt }: ListedEntry) {
  const { actor } = entry;
  const facts: readonly (readonly [string, string | number | null])[] = [
    ['Outcome', OUTCOME_WORDS[entry.outcome]],
    ['Code', entry.code],
    ['Connection', entry.connection],
    ['Operation', entry.operation],
    ['Begun', begunAt === null ? null : utcWords(Date.parse(begunAt))],
    ['At', utcWords(Date.parse(entry.at))],
    [
      'Actor',
      actor.name === null ? `${actor.kind} ${actor.id}` : `${actor.kind} ${actor.name} (${actor.id})`,
    ],
    ['From address', entry.sourceAddress],
    ['Generation', entry.generation],
    ['Organisation', entry.organizationId],
    ['Refresh token’s fingerprint', entry.fingerprint],
    ['Took the place of', entry.replacedFingerprint],
    ['Seals up to', entry.seal?.sequence ?? null],
    ['Operation id', entry.operationId],
    ['Request id', entry.requestId],
    ['Place in the chain', entry.sequence],
    ['Hash', entry.hash],
  ];
  return (
    <Facts>
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
    </Facts>
  );
}
