import { useEffect, useState } from 'preact/hooks';
import type { AuditEntryAnswer } from '../api/answers.ts';
import { auditQuery } from '../model/audit-query.ts';
import type { AuditSearch } from '../model/route.ts';
import { useAction } from './action.ts';
import { useConsole } from './console.ts';

interface Read {
  readonly entries: readonly AuditEntryAnswer[];
  readonly unreadable: number;
  /** Null when there is no older page. */
  readonly cursor: string | null;
}

/** A search of the audit, page by page; the first comes by itself. */
export function useAuditPages(search: AuditSearch) {
  const { api } = useConsole();
  const [read, setRead] = useState<Read>({ entries: [], unreadable: 0, cursor: null });
  const { progress, run } = useAction(async (cursor: string | null) => {
    const answer = await api('audit', {
      query: { ...auditQuery(search), ...(cursor === null ? {} : { cursor }) },
    });
    if (answer.kind !== 'ok') return answer;
    const { entries, unreadable, nextCursor } = answer.value;
    setRead((known) => ({
      entries: cursor === null ? entries : [...known.entries, ...entries],
      unreadable: (cursor === null ? 0 : known.unreadable) + unreadable,
      cursor: nextCursor,
    }));
    return answer;
  });
  // Once for each search, which is the component’s key.
  useEffect(() => {
    void run(null);
  }, []);
  return {
    entries: read.entries,
    unreadable: read.unreadable,
    hasMore: read.cursor !== null,
    progress,
    loadMore: () => run(read.cursor),
  };
}
