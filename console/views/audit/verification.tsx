import type { VerificationAnswer } from '../../api/answers.ts';
import { Note } from '../../components/note.tsx';
import { OperationButton, OperationTrouble } from '../../components/operation.tsx';
import { Time } from '../../components/time.tsx';
import { rangeWords } from '../../model/verification-words.ts';
import { useAction } from '../../state/action.ts';
import { useConsole } from '../../state/console.ts';

/** Whether a connection's chain is as it was written. */
export function Verification({ connection }: { connection: string }) {
  const { api } = useConsole();
  const { progress, run } = useAction(() => api('verify', { query: { connection } }));
  return (
    <section class="panel" aria-label="Verification">
      <div class="panel-head">
        <p>
          Each entry holds the hash of the one before it, and each day is sealed: what was changed or taken
          out shows.
        </p>
        <OperationButton
          type="button"
          look="secondary"
          progress={progress}
          busyWords="Verifying…"
          onClick={() => void run()}
        >
          Verify the chain
        </OperationButton>
      </div>
      {progress.kind === 'done' && <Verdict answer={progress.value} />}
      <OperationTrouble progress={progress} />
    </section>
  );
}

function Verdict({ answer }: { answer: VerificationAnswer }) {
  const { kind, sealed, fault } = answer;
  const range = rangeWords(answer);
  switch (kind) {
    case 'empty':
      return <Note tone="neutral" title="There is no entry yet" isAnnounced />;
    case 'intact':
      return (
        <Note tone="fine" title="The chain is intact" isAnnounced>
          <p>{range}</p>
          <p>
            {sealed === null ? (
              'Nothing of it is sealed yet: the seal comes once a day.'
            ) : (
              <>
                Sealed up to entry {sealed.sequence}, <Time at={sealed.at} />.
              </>
            )}
          </p>
        </Note>
      );
    case 'attention':
      return (
        <Note tone="attention" title="Something to judge" isAnnounced>
          <p>{range}</p>
          <Finding fault={fault} />
        </Note>
      );
    case 'faulty':
      return (
        <Note tone="failure" title="The chain is broken" isAnnounced>
          <p>{range}</p>
          <Finding fault={fault} />
        </Note>
      );
  }
}

function Finding({ fault }: Pick<VerificationAnswer, 'fault'>) {
  if (fault === null) return null;
  return (
    <>
      <p>
        At entry {fault.sequence}: {fault.found}
      </p>
      <p>{fault.remedy}</p>
      <p class="soft">
        <code>{fault.kind}</code>
      </p>
    </>
  );
}
