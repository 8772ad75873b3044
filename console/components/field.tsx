import type { ComponentChildren, Ref } from 'preact';
import { useId } from 'preact/hooks';

/** What every field has: its label, what to give, and what is wrong with what was given. */
export function Field({
  label,
  hint,
  fault = null,
  children,
}: {
  label: string;
  hint?: string;
  fault?: string | null;
  children: (attributes: {
    id: string;
    'aria-invalid': boolean;
    'aria-describedby': string | undefined;
  }) => ComponentChildren;
}) {
  const id = useId();
  const described = [hint === undefined ? '' : `${id}-hint`, fault === null ? '' : `${id}-fault`]
    .join(' ')
    .trim();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children({
        id,
        'aria-invalid': fault !== null,
        'aria-describedby': described === '' ? undefined : described,
      })}
      {fault !== null && (
        <p class="fault" id={`${id}-fault`} role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}

/** Brings whoever sent a form to the first field that is not as it should be, once that is drawn. */
export function focusFirstFault(form: EventTarget | null): void {
  requestAnimationFrame(() => {
    if (form instanceof HTMLFormElement)
      form.querySelector<HTMLInputElement>('[aria-invalid="true"]')?.focus();
  });
}

/** One line of text. */
export function TextField({
  label,
  hint,
  fault,
  value,
  onValue,
  ...input
}: {
  label: string;
  hint?: string;
  fault?: string | null;
  value: string;
  onValue: (value: string) => void;
  inputMode?: 'numeric';
  maxLength?: number;
  disabled?: boolean;
}) {
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} fault={fault ?? null}>
      {(attributes) => (
        <input
          type="text"
          autocomplete="off"
          {...input}
          {...attributes}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A day and a time of the browser's zone. */
export function TimeField({
  label,
  value,
  onValue,
}: {
  label: string;
  value: string;
  onValue: (value: string) => void;
}) {
  return (
    <Field label={label}>
      {(attributes) => (
        <input
          type="datetime-local"
          {...attributes}
          value={value}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A field for a secret: what is pasted stays in the element itself, and nowhere else on the page. */
export function SecretField({
  label,
  hint,
  fault,
  input,
  disabled,
  onChange,
}: {
  label: string;
  hint: string;
  fault: string | null;
  input: Ref<HTMLInputElement>;
  disabled: boolean;
  onChange: () => void;
}) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(attributes) => (
        <input
          ref={input}
          // Of type password, a password manager would offer to keep it.
          type="text"
          class="secret"
          autocomplete="off"
          autocorrect="off"
          autocapitalize="off"
          spellcheck={false}
          data-1p-ignore
          data-lpignore="true"
          data-bwignore
          disabled={disabled}
          {...attributes}
          onInput={onChange}
        />
      )}
    </Field>
  );
}
