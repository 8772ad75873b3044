import { useCallback } from 'preact/hooks';
import { AuditEntries } from '../../components/audit-entries.tsx';
import { Freshness } from '../../components/freshness.tsx';
import { Note } from '../../components/note.tsx';
import { ProblemNote, UnreachableNote } from '../../components/problem.tsx';
import { type AuditSearch, formatRoute } from '../../model/route.ts';
import { counted } from '../../model/words.ts';
import { useAuditPages } from '../../state/audit-pages.ts';
import { useConsole, useNow } from '../../state/console.ts';
import { usePolled } from '../../state/polled.ts';
import { useTitle } from '../../state/title.ts';
import { AuditFilter } from './audit-filter.tsx';
import { Verification } from './verification.tsx';

const RARELY_MS = 600_000;

/** Who did what, and what came of it. */
export function AuditView({ search }: { search: AuditSearch }) {
  const { api } = useConsole();
  useTitle('Audit');
  const key = formatRoute({ view: 'audit', search });
  const statuses = usePolled(
    useCallback(() => api('status'), [api]),
    RARELY_MS,
  );
  const connections = statuses.value?.connections.map(({ connection }) => connection) ?? [];
  return (
    <>
      <h1>Audit</h1>
      <p class="lead">
        Every operation on a token, from the first. No function can change or delete an entry.
      </p>
      <AuditFilter key={key} search={search} connections={connections} />
      <Freshness polled={statuses} />
      {search.connection !== undefined && (
        <Verification key={search.connection} connection={search.connection} />
      )}
      <Pages key={`pages ${key}`} search={search} />
    </>
  );
}

function Pages({ search }: { search: AuditSearch }) {
  const { entries, unreadable, hasMore, progress, loadMore } = useAuditPages(search);
  const nowMs = useNow();
  const isBusy = progress.kind === 'busy';
  const hasFailed = progress.kind === 'failed' || progress.kind === 'unreachable';
  const isWaiting = progress.kind === 'failed' && (progress.retryAtMs ?? 0) > nowMs;
  return (
    <section aria-label="Entries" aria-busy={isBusy}>
      {unreadable > 0 && (
        <Note tone="attention" title={`${unreadable} more cannot be read`}>
          <p>Verify the chain, or run npm run audit:verify: it says what is wrong with them.</p>
        </Note>
      )}
      <AuditEntries entries={entries} isOfAll={search.connection === undefined} />
      {progress.kind === 'failed' && (
        <ProblemNote problem={progress.problem} retryAtMs={progress.retryAtMs} />
      )}
      {progress.kind === 'unreachable' && <UnreachableNote of="once" />}
      {isBusy && entries.length === 0 && <div class="skeleton panel-skeleton" />}
      {progress.kind === 'done' && entries.length === 0 && !hasMore && (
        <p class="empty">
          No entry fits this search
          {search.connection === undefined && search.from === undefined && ' in the last 30 days'}.
        </p>
      )}
      <p class="unseen" role="status">
        {isBusy ? 'Reading the audit…' : `${counted(entries.length, 'entry', 'entries')} shown`}
      </p>
      {hasFailed && (
        <button type="button" class="secondary wide" disabled={isWaiting} onClick={() => void loadMore()}>
          Try again
        </button>
      )}
      {hasMore && !hasFailed && (
        <button type="button" class="secondary wide" aria-disabled={isBusy} onClick={() => void loadMore()}>
          {isBusy ? 'Reading…' : 'Show older ones'}
        </button>
      )}
    </section>
  );
}
