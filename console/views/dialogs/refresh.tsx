import type { ProblemName } from '../../../lib/http/problem.ts';
import { Dialog, DoneButton } from '../../components/dialog.tsx';
import { Note } from '../../components/note.tsx';
import { AuditGapNote, OperationButton, OperationTrouble } from '../../components/operation.tsx';
import { Time } from '../../components/time.tsx';
import { formatRoute } from '../../model/route.ts';
import { useAction } from '../../state/action.ts';
import { useConsole } from '../../state/console.ts';
import type { OperationProps } from './operation-dialog.tsx';

/** The problems that no refresh helps against. */
const CONSENT_HELPS: ReadonlySet<string> = new Set<ProblemName>(['credential-dead', 'credential-missing']);

/** A fresh token for consumers, now. */
export function RefreshDialog({ status, onChanged, onClose }: OperationProps) {
  const { api } = useConsole();
  const { connection, mintBudget } = status;
  const action = useAction(async () => {
    const answer = await api('refresh', { body: { connection } });
    void onChanged();
    return answer;
  });
  const { progress } = action;
  return (
    <Dialog title={`Refresh ${connection} now`} isBusy={progress.kind === 'busy'} onClose={onClose}>
      {progress.kind === 'done' ? (
        <>
          <Note tone="fine" title="Consumers hold a fresh token" isAnnounced>
            <p>
              It is valid until <Time at={progress.value.accessTokenExpiresAt} />
              {progress.value.result === 'joined' &&
                ': a refresh that was under way at the same time has done it'}
              .
            </p>
            <AuditGapNote isRecorded={progress.value.auditRecorded} />
          </Note>
          <DoneButton onClick={onClose} />
        </>
      ) : (
        <>
          <p>
            Zoho is asked for a new access token, and consumers find it at once. The one that they hold stays
            valid until it expires. If the running credential is dead, every stored one is tried.
          </p>
          <p class="soft">
            {mintBudget.adminLeft} of the 10 mints that Zoho allows in ten minutes are left. This takes one.
          </p>
          <OperationTrouble progress={progress} />
          {progress.kind === 'failed' && CONSENT_HELPS.has(progress.problem.name) && (
            <a
              class="button primary"
              href={formatRoute({ view: 'connection', connection, dialog: 'reauthorize' })}
            >
              Re-authorise
            </a>
          )}
          <OperationButton
            type="button"
            progress={progress}
            busyWords="Refreshing…"
            onClick={() => void action.run()}
          >
            Refresh now
          </OperationButton>
        </>
      )}
    </Dialog>
  );
}
