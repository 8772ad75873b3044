import { useState } from 'preact/hooks';
import { Dialog } from '../../components/dialog.tsx';
import { focusFirstFault } from '../../components/field.tsx';
import { fieldError, OperationButton, OperationTrouble } from '../../components/operation.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import { reasonFault } from '../../model/fields.ts';
import { restoreWords } from '../../model/restore-words.ts';
import { useAction } from '../../state/action.ts';
import { type PolledBackups, useBackups } from '../../state/backups.ts';
import { useConsole } from '../../state/console.ts';
import { storesWords } from '../connection/backups.tsx';
import type { OperationProps } from './operation-dialog.tsx';
import { ReasonField } from './reason-fields.tsx';
import { UpdateResult } from './update-result.tsx';

/** An earlier credential comes back: first it is chosen, then it is said what will happen. */
export function RestoreDialog({ status, onChanged, onClose }: OperationProps) {
  const { connection } = status;
  const backups = useBackups(connection, status.generation);
  const [wanted, setWanted] = useState<number | null>(null);
  const title = `Restore ${connection}`;
  if (wanted === null)
    return (
      <Dialog title={title} onClose={onClose}>
        <p>Which generation is to come back? It is proven at Zoho first, and nothing is revoked.</p>
        <GenerationList backups={backups} onChoose={setWanted} />
      </Dialog>
    );
  const newest = Math.max(
    status.generation ?? 0,
    ...(backups.value?.backups.map(({ generation }) => generation) ?? []),
  );
  return (
    <ConfirmRestore
      title={title}
      words={restoreWords(status, wanted, newest)}
      connection={connection}
      generation={wanted}
      onChanged={onChanged}
      onBack={() => setWanted(null)}
      onClose={onClose}
    />
  );
}

function GenerationList({
  backups: { value, problem },
  onChoose,
}: {
  backups: PolledBackups;
  onChoose: (generation: number) => void;
}) {
  if (value === null)
    return problem ? <ProblemNote problem={problem} /> : <div class="skeleton line-skeleton" />;
  const others = value.backups.filter(({ isCurrent }) => !isCurrent);
  if (others.length === 0)
    return (
      <p class="empty">
        {value.backups.length === 0
          ? 'There is no backup at all, so nothing can be restored. While a credential runs, it is backed up within five minutes.'
          : 'There is no other generation: the running credential is the only one that is backed up.'}
      </p>
    );
  return (
    <ul class="rows choices">
      {others.map((backup) => (
        <li key={backup.generation}>
          <button type="button" class="secondary" onClick={() => onChoose(backup.generation)}>
            Generation {backup.generation}
          </button>
          <span class="soft">{storesWords(backup)}</span>
        </li>
      ))}
    </ul>
  );
}

function ConfirmRestore({
  title,
  words,
  connection,
  generation,
  onChanged,
  onBack,
  onClose,
}: {
  title: string;
  words: string;
  connection: string;
  generation: number;
  onChanged: () => Promise<void>;
  onBack: () => void;
  onClose: () => void;
}) {
  const { api } = useConsole();
  const [reason, setReason] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const action = useAction(async () => {
    const answer = await api('restore', { body: { connection, generation, reason } });
    void onChanged();
    return answer;
  });
  const { progress } = action;
  const isBusy = progress.kind === 'busy';
  const submit = async (event: Event) => {
    event.preventDefault();
    setIsChecked(true);
    if (reasonFault(reason) === null) await action.run();
    focusFirstFault(event.target);
  };
  return (
    <Dialog title={title} isBusy={isBusy} onClose={onClose}>
      {progress.kind === 'done' ? (
        <UpdateResult answer={progress.value} onDone={onClose} />
      ) : (
        <form onSubmit={(event) => void submit(event)} noValidate>
          <p>{words}</p>
          <ReasonField
            value={reason}
            fault={(isChecked ? reasonFault(reason) : null) ?? fieldError(progress, 'body.reason')}
            isDisabled={isBusy}
            onValue={setReason}
          />
          <OperationTrouble progress={progress} shownFields={['body.reason']} />
          <div class="buttons">
            <OperationButton progress={progress} busyWords="Restoring…">
              Restore generation {generation}
            </OperationButton>
            <button type="button" class="secondary" disabled={isBusy} onClick={onBack}>
              Choose another
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
