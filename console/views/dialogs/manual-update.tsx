import { useRef, useState } from 'preact/hooks';
import { Dialog } from '../../components/dialog.tsx';
import { focusFirstFault, SecretField } from '../../components/field.tsx';
import { Note } from '../../components/note.tsx';
import { fieldError, OperationButton, OperationTrouble } from '../../components/operation.tsx';
import { organizationFault, reasonFault, tokenFault } from '../../model/fields.ts';
import { useAction } from '../../state/action.ts';
import { useConsole } from '../../state/console.ts';
import type { OperationProps } from './operation-dialog.tsx';
import { OrganizationField, ReasonField } from './reason-fields.tsx';
import { type UpdateAnswer, UpdateResult } from './update-result.tsx';

/** What is brought: its field in the API's request. */
type Kind = 'refreshToken' | 'grantCode';

const SHOWN_FIELDS = ['body.reason', 'body.refreshToken', 'body.grantCode', 'body.expectedOrganizationId'];

/**
 * A token that an admin brings. A refresh token is proven before it is saved; a grant code works once, so that proving and
 * saving it are one. What is pasted stays in its field, and leaves it with the answer.
 */
export function ManualUpdateDialog({ status, onChanged, onClose }: OperationProps) {
  const { api } = useConsole();
  const { connection } = status;
  const secret = useRef<HTMLInputElement>(null);
  const [kind, setKind] = useState<Kind>('refreshToken');
  const [reason, setReason] = useState('');
  const [organization, setOrganization] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const [proven, setProven] = useState<UpdateAnswer | null>(null);
  const token = () => secret.current?.value.trim() ?? '';

  const request = (dryRun: boolean) =>
    api('update', {
      query: dryRun ? { dryRun: 'true' } : {},
      body: {
        connection,
        reason,
        [kind]: token(),
        ...(organization === '' ? {} : { expectedOrganizationId: organization }),
      },
    });
  const proof = useAction(async () => {
    const answer = await request(true);
    setProven(answer.kind === 'ok' && answer.value.result === 'proven' ? answer.value : null);
    return answer;
  });
  const saving = useAction(async () => {
    const answer = await request(false);
    // Saved it is of no more use here; a grant code is spent, whatever came of it.
    if (secret.current && (answer.kind === 'ok' || kind === 'grantCode')) secret.current.value = '';
    void onChanged();
    return answer;
  });

  const isBusy = proof.progress.kind === 'busy' || saving.progress.kind === 'busy';
  const faults = {
    token: isChecked ? tokenFault(token()) : null,
    reason: isChecked ? reasonFault(reason, token()) : null,
    organization: isChecked ? organizationFault(organization) : null,
  };
  const latest = saving.progress.kind === 'idle' ? proof.progress : saving.progress;
  const startOver = () => {
    setProven(null);
    proof.reset();
    saving.reset();
  };
  const isProof = kind === 'refreshToken' && proven === null;

  const submit = async (event: Event) => {
    event.preventDefault();
    setIsChecked(true);
    const isFine = [tokenFault(token()), reasonFault(reason, token()), organizationFault(organization)].every(
      (fault) => fault === null,
    );
    if (isFine) await (isProof ? proof : saving).run();
    focusFirstFault(event.target);
  };

  if (saving.progress.kind === 'done')
    return (
      <Dialog title={`Bring a token for ${connection}`} onClose={onClose}>
        <UpdateResult answer={saving.progress.value} onDone={onClose} />
      </Dialog>
    );
  const choose = (next: Kind) => {
    setKind(next);
    startOver();
  };
  return (
    <Dialog title={`Bring a token for ${connection}`} isBusy={isBusy} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} autocomplete="off" noValidate>
        <fieldset class="choice" disabled={isBusy || proven !== null}>
          <legend>What do you bring?</legend>
          <KindChoice kind="refreshToken" chosen={kind} label="A refresh token" onChoose={choose} />
          <KindChoice kind="grantCode" chosen={kind} label="A grant code" onChoose={choose} />
        </fieldset>
        <SecretField
          input={secret}
          label={kind === 'refreshToken' ? 'Refresh token' : 'Grant code'}
          hint={
            kind === 'refreshToken'
              ? 'Of this connection’s client. It is shown nowhere.'
              : 'Of a Self Client in Zoho’s API console, for this connection’s client.'
          }
          fault={faults.token ?? fieldError(latest, `body.${kind}`)}
          disabled={isBusy || proven !== null}
          onChange={startOver}
        />
        <ReasonField
          value={reason}
          fault={faults.reason ?? fieldError(latest, 'body.reason')}
          isDisabled={isBusy}
          onValue={setReason}
        />
        <OrganizationField
          value={organization}
          fault={faults.organization ?? fieldError(latest, 'body.expectedOrganizationId')}
          pinned={status.organizationId}
          isDisabled={isBusy || proven !== null}
          onValue={setOrganization}
        />
        <p class="soft">{wordsFor(kind, proven !== null)}</p>
        {proven !== null && saving.progress.kind === 'idle' && <Proof answer={proven} />}
        {proof.progress.kind === 'done' && proof.progress.value.result === 'notProven' && (
          <Note tone="attention" title="Zoho could not prove it" isAnnounced>
            <p>{proof.progress.value.message}</p>
          </Note>
        )}
        <OperationTrouble progress={latest} shownFields={SHOWN_FIELDS} />
        <div class="buttons">
          {isProof ? (
            <OperationButton progress={proof.progress} busyWords="Proving…">
              Prove it
            </OperationButton>
          ) : (
            <OperationButton progress={saving.progress} busyWords="Proving and saving…">
              {kind === 'grantCode' ? 'Prove and save it' : 'Save it'}
            </OperationButton>
          )}
          {proven !== null && (
            <button type="button" class="secondary" disabled={isBusy} onClick={startOver}>
              Change it
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

function KindChoice({
  kind,
  chosen,
  label,
  onChoose,
}: {
  kind: Kind;
  chosen: Kind;
  label: string;
  onChoose: (kind: Kind) => void;
}) {
  return (
    <label>
      <input type="radio" name="kind" checked={kind === chosen} onChange={() => onChoose(kind)} />
      {label}
    </label>
  );
}

function wordsFor(kind: Kind, isProven: boolean): string {
  if (kind === 'grantCode')
    return 'A grant code works once, so it is proven while it is saved. Whatever is refused leaves the running credential as it is; once saved, the credential that runs now is revoked 70 minutes later.';
  return isProven
    ? 'Saving it puts it in the place of the running credential, which is revoked 70 minutes later. Consumers notice nothing.'
    : 'First it is only proven at Zoho: nothing is saved, and the running credential stays as it is.';
}

function Proof({ answer: { organizationId, message } }: { answer: UpdateAnswer }) {
  return (
    <Note tone="fine" title="It is proven" isAnnounced>
      <p>{message}</p>
      {organizationId !== null && (
        <p>
          It belongs to the Zoho organisation <code>{organizationId}</code>.
        </p>
      )}
    </Note>
  );
}
