import type { ReportAnswer } from '../../api/answers.ts';
import { Badge } from '../../components/badge.tsx';
import { Dialog, DoneButton } from '../../components/dialog.tsx';
import { Findings } from '../../components/findings.tsx';
import { AuditGapNote, OperationButton, OperationTrouble } from '../../components/operation.tsx';
import { CHECK_STATUS_WORDS, CHECK_TONES } from '../../model/words.ts';
import { useAction } from '../../state/action.ts';
import { useConsole } from '../../state/console.ts';
import type { OperationProps } from './operation-dialog.tsx';

/** A look at the connection from every side, and what it found. */
export function HealthCheckDialog({ status: { connection }, onChanged, onClose }: OperationProps) {
  const { api } = useConsole();
  const action = useAction(async () => {
    const answer = await api('checkHealth', { body: { connection } });
    void onChanged();
    return answer;
  });
  const { progress } = action;
  return (
    <Dialog title={`Check the health of ${connection}`} isBusy={progress.kind === 'busy'} onClose={onClose}>
      {progress.kind === 'done' ? (
        <>
          <Report report={progress.value.reports[0] ?? null} />
          <AuditGapNote isRecorded={progress.value.auditRecorded} />
          <DoneButton onClick={onClose} />
        </>
      ) : (
        <>
          <p>
            Credential, backups, published token, keys, secrets, audit and e-mail are looked at, each with
            what to do where it is not as it should be. The running credential stays as it is. Where a restore
            drill is due, one access token is minted from a backup, and a refresh token that Zoho sends with
            it is kept. Where Zoho refuses the published token, a refresh follows. It takes some seconds.
          </p>
          <OperationTrouble progress={progress} />
          <OperationButton
            type="button"
            progress={progress}
            busyWords="Checking…"
            onClick={() => void action.run()}
          >
            Check now
          </OperationButton>
        </>
      )}
    </Dialog>
  );
}

function Report({ report }: { report: ReportAnswer | null }) {
  if (report === null) return <p role="status">No time was left for it. Check again in a minute.</p>;
  return (
    <>
      <p role="status">
        <Badge tone={CHECK_TONES[report.status]}>{CHECK_STATUS_WORDS[report.status]}</Badge>
      </p>
      <Findings checks={report.checks} />
      {!report.isKept && <p class="soft">This report could not be written down: it is not in the history.</p>}
    </>
  );
}
