import type { BackupAnswer, ConnectionStatus } from '../../api/answers.ts';
import { Badge } from '../../components/badge.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { Time } from '../../components/time.tsx';
import { backupWords, sentence } from '../../model/words.ts';
import { useBackups } from '../../state/backups.ts';

const SHOWN_AT_ONCE = 3;

/** Where the credential is backed up, and which generations there are. */
export function Backups({ status }: { status: ConnectionStatus }) {
  const { value, problem } = useBackups(status.connection, status.generation);
  const { tone, words } = backupWords(status.backups);
  const newest = value?.backups.slice(0, SHOWN_AT_ONCE) ?? [];
  const older = value?.backups.slice(SHOWN_AT_ONCE) ?? [];
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>Backups</h2>
        <Badge tone={tone}>{status.backups?.stores.length === 2 ? 'Kept twice' : 'Incomplete'}</Badge>
      </div>
      <p>
        The running credential: {words}
        {status.backups && (
          <span class="soft">
            {' '}
            · checked <Time at={status.backups.checkedAt} isShort />
          </span>
        )}
      </p>
      {problem && <ProblemNote problem={problem} />}
      {value === null && problem === null && <div class="skeleton line-skeleton" />}
      {newest.length > 0 && <Generations backups={newest} />}
      {older.length > 0 && (
        <details>
          <summary>{older.length} older</summary>
          <Generations backups={older} />
        </details>
      )}
      {value?.unusable.map(({ store, code, detail }) => (
        <p key={`${store}${code}${detail}`} class="trouble failure">
          In the {store}, something cannot be used: {detail} <code>{code}</code>
        </p>
      ))}
    </section>
  );
}

function Generations({ backups }: { backups: readonly BackupAnswer[] }) {
  return (
    <ul class="rows">
      {backups.map((backup) => (
        <li key={backup.generation}>
          <b>Generation {backup.generation}</b>
          {backup.isCurrent && <span class="tag">running</span>}
          <span class="soft">{storesWords(backup)}</span>
        </li>
      ))}
    </ul>
  );
}

/** In which stores a backup is, and since when. */
export function storesWords({ storedAt: { table, bucket } }: BackupAnswer) {
  if (table === null && bucket === null) return 'nowhere';
  if (table !== null && bucket !== null)
    return (
      <>
        table and bucket, since <Time at={table} />
      </>
    );
  return (
    <>
      {sentence(table === null ? 'bucket only' : 'table only')}, since <Time at={table ?? bucket ?? ''} />
    </>
  );
}
