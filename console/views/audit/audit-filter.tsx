import { useState } from 'preact/hooks';
import { Field, TextField, TimeField } from '../../components/field.tsx';
import { OUTCOMES } from '../../model/audit-query.ts';
import { OUTCOME_WORDS } from '../../model/audit-sentence.ts';
import { AUDIT_FILTERS, type AuditFilterName, type AuditSearch } from '../../model/route.ts';
import { goTo } from '../../state/route.ts';

/** The chain of what belongs to no connection, as the API names it. */
const UNATTRIBUTED = '_unattributed';

/** What is looked for. It stands in the address, so that a search can be sent to a colleague. */
export function AuditFilter({
  search,
  connections,
}: {
  search: AuditSearch;
  connections: readonly string[];
}) {
  const [draft, setDraft] = useState<AuditSearch>(search);
  const set = (name: AuditFilterName) => (value: string) =>
    setDraft((known) => ({ ...known, [name]: value }));
  const isFiltered = AUDIT_FILTERS.some((name) => search[name] !== undefined);
  const known = [
    ...new Set([...connections, ...(search.connection === undefined ? [] : [search.connection])]),
  ];
  const submit = (event: Event) => {
    event.preventDefault();
    const wanted = AUDIT_FILTERS.map((name) => [name, draft[name]?.trim() ?? ''] as const);
    goTo({ view: 'audit', search: Object.fromEntries(wanted.filter(([, value]) => value !== '')) });
  };
  return (
    <details class="panel filters" open={isFiltered}>
      <summary>Filter</summary>
      <form class="filter-form" onSubmit={submit}>
        <Choice label="Connection" value={draft.connection ?? ''} onValue={set('connection')}>
          <option value="">All</option>
          {known
            .filter((connection) => connection !== UNATTRIBUTED)
            .map((connection) => (
              <option key={connection} value={connection}>
                {connection}
              </option>
            ))}
          <option value={UNATTRIBUTED}>None: what belongs to no connection</option>
        </Choice>
        <Choice label="Outcome" value={draft.outcome ?? ''} onValue={set('outcome')}>
          <option value="">All</option>
          {OUTCOMES.map((outcome) => (
            <option key={outcome} value={outcome}>
              {OUTCOME_WORDS[outcome]}
            </option>
          ))}
        </Choice>
        <TextField
          label="Subject or schedule"
          value={draft.actor ?? ''}
          maxLength={128}
          onValue={set('actor')}
        />
        <TimeField label="From" value={draft.from ?? ''} onValue={set('from')} />
        <TimeField label="To" value={draft.to ?? ''} onValue={set('to')} />
        <div class="buttons">
          <button type="submit" class="primary">
            Search
          </button>
          {isFiltered && (
            <button type="button" class="secondary" onClick={() => goTo({ view: 'audit', search: {} })}>
              Clear
            </button>
          )}
        </div>
      </form>
    </details>
  );
}

function Choice({
  label,
  value,
  onValue,
  children,
}: {
  label: string;
  value: string;
  onValue: (value: string) => void;
  children: preact.ComponentChildren;
}) {
  return (
    <Field label={label}>
      {(attributes) => (
        <select {...attributes} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          {children}
        </select>
      )}
    </Field>
  );
}
