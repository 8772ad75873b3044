import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../../components/dialog.tsx';
import { focusFirstFault } from '../../components/field.tsx';
import { fieldError, OperationButton, OperationTrouble } from '../../components/operation.tsx';
import { organizationFault, reasonFault } from '../../model/fields.ts';
import { needsConsent } from '../../model/health.ts';
import { useAction } from '../../state/action.ts';
import { useConsole } from '../../state/console.ts';
import type { OperationProps } from './operation-dialog.tsx';
import { OrganizationField, ReasonField } from './reason-fields.tsx';

/** Leads to Zoho's consent in this tab; the way back is the callback's own page. */
export function ReauthorizeDialog({ status, onClose }: OperationProps) {
  const { api } = useConsole();
  const { connection } = status;
  const [reason, setReason] = useState('');
  const [organization, setOrganization] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  const action = useAction(async () => {
    const answer = await api('reauthorize', {
      body: { connection, reason, ...(organization === '' ? {} : { expectedOrganizationId: organization }) },
    });
    // Not from where nobody asked for it any more.
    if (isShown.current && answer.kind === 'ok' && isWebAddress(answer.value.authorizationUrl))
      location.assign(answer.value.authorizationUrl);
    return answer;
  });
  const { progress } = action;
  const faults = { reason: reasonFault(reason), organization: organizationFault(organization) };
  // On the way to Zoho nothing may be sent again.
  const isBusy = progress.kind === 'busy' || progress.kind === 'done';

  const submit = async (event: Event) => {
    event.preventDefault();
    setIsChecked(true);
    if (faults.reason === null && faults.organization === null) await action.run();
    focusFirstFault(event.target);
  };

  return (
    <Dialog title={`Re-authorise ${connection}`} isBusy={progress.kind === 'busy'} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <p>
          You go to Zoho, and consent as a user of the connection’s organisation. Zoho then sends you back,
          and the new credential takes the place of the running one once it has proven itself.
        </p>
        <p class="soft">
          {needsConsent(status)
            ? 'Consumers find a fresh token as soon as that is done.'
            : 'Consumers notice nothing. The credential that runs now is revoked 70 minutes later.'}{' '}
          The link works once, within ten minutes.
        </p>
        <ReasonField
          value={reason}
          fault={(isChecked ? faults.reason : null) ?? fieldError(progress, 'body.reason')}
          isDisabled={isBusy}
          onValue={setReason}
        />
        <OrganizationField
          value={organization}
          fault={
            (isChecked ? faults.organization : null) ?? fieldError(progress, 'body.expectedOrganizationId')
          }
          pinned={status.organizationId}
          isDisabled={isBusy}
          onValue={setOrganization}
        />
        <OperationTrouble progress={progress} shownFields={['body.reason', 'body.expectedOrganizationId']} />
        {progress.kind === 'done' ? (
          <p role="status">Taking you to Zoho…</p>
        ) : (
          <OperationButton progress={progress} busyWords="Asking for the link…">
            Continue to Zoho
          </OperationButton>
        )}
      </form>
    </Dialog>
  );
}

/** Nothing else is gone to. */
function isWebAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
