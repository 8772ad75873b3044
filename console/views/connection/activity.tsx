import { AuditEntries } from '../../components/audit-entries.tsx';
import { formatRoute } from '../../model/route.ts';
import type { Trail } from '../../state/trails.ts';

const SHOWN = 5;

/** What was done last, begun operations left out. */
export function Activity({ connection, trail }: { connection: string; trail: Trail | null }) {
  const latest = trail?.entries.filter(({ outcome }) => outcome !== 'attempted').slice(0, SHOWN) ?? [];
  return (
    <section class="panel">
      <h2>Latest activity</h2>
      {trail === null ? <div class="skeleton line-skeleton" /> : <AuditEntries entries={latest} />}
      {trail !== null && latest.length === 0 && <p class="soft">Nothing in the last day.</p>}
      <p>
        <a href={formatRoute({ view: 'audit', search: { connection } })}>
          The whole audit of this connection
        </a>
      </p>
    </section>
  );
}
