import { TextField } from '../../components/field.tsx';

/** Why something is done, for the audit. */
export function ReasonField({
  value,
  fault,
  isDisabled,
  onValue,
}: {
  value: string;
  fault: string | null;
  isDisabled: boolean;
  onValue: (value: string) => void;
}) {
  return (
    <TextField
      label="Reason"
      hint="One line, for the audit: others read it years later."
      value={value}
      fault={fault}
      maxLength={500}
      disabled={isDisabled}
      onValue={onValue}
    />
  );
}

/** To leave the organisation that is pinned, it has to be named. Seldom wanted, so it is put away. */
export function OrganizationField({
  value,
  fault,
  pinned,
  isDisabled,
  onValue,
}: {
  value: string;
  fault: string | null;
  pinned: string | null;
  isDisabled: boolean;
  onValue: (value: string) => void;
}) {
  return (
    <details class="seldom" {...(fault === null ? {} : { open: true })}>
      <summary>For another Zoho organisation</summary>
      <TextField
        label="Organisation’s id"
        hint={`Only to leave ${pinned === null ? 'the one that is pinned' : `the one that is pinned, ${pinned}`}. Any other is refused.`}
        inputMode="numeric"
        value={value}
        fault={fault}
        disabled={isDisabled}
        onValue={onValue}
      />
    </details>
  );
}
