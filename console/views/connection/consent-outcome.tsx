import { Note } from '../../components/note.tsx';
import { consentResult } from '../../model/consent-result.ts';
import { useNow } from '../../state/console.ts';
import type { Trail } from '../../state/trails.ts';

/** What became of the consent that somebody just comes back from. */
export function ConsentOutcome({ trail }: { trail: Trail | null }) {
  const nowMs = useNow();
  const result = trail && consentResult(trail.entries, nowMs);
  if (!result) return null;
  return (
    <Note tone={result.tone} title={result.title}>
      <p>{result.detail}</p>
    </Note>
  );
}
