import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { sentence } from '../model/words.ts';
import type { Progress } from '../state/action.ts';
import { useNow, useReach } from '../state/console.ts';
import { ProblemNote, UnreachableNote } from './problem.tsx';

/** Why nothing can be asked for at this moment; null when it can. */
export function useHindrance(): string | null {
  switch (useReach()) {
    case 'reachable':
      return null;
    case 'offline':
      return 'You are offline: nothing can be sent now.';
    case 'unreachable':
      return 'The API cannot be reached: nothing can be sent now.';
  }
}

/**
 * A button that does something, once: it says so while it is under way, and why it cannot be pressed.
 *
 * @param props.busyWords what is under way, such as `Refreshing…`
 */
export function OperationButton({
  progress,
  busyWords,
  look = 'primary',
  type = 'submit',
  onClick,
  children,
}: {
  progress: Progress<unknown>;
  busyWords: string;
  look?: 'primary' | 'danger' | 'secondary';
  type?: 'submit' | 'button';
  onClick?: () => void;
  children: ComponentChildren;
}) {
  const id = useId();
  const hindrance = useHindrance();
  const nowMs = useNow();
  const isBusy = progress.kind === 'busy';
  const isWaiting = progress.kind === 'failed' && (progress.retryAtMs ?? 0) > nowMs;
  return (
    <>
      <button
        type={type}
        class={look}
        disabled={isWaiting || hindrance !== null}
        // Truly disabled it would lose the focus. What it does is not done twice (state/action.ts).
        aria-disabled={isBusy}
        aria-describedby={hindrance === null ? undefined : id}
        {...(onClick ? { onClick } : {})}
      >
        {isBusy ? busyWords : children}
      </button>
      <span class="unseen" role="status">
        {isBusy ? busyWords : ''}
      </span>
      {hindrance !== null && (
        <p class="soft" id={id}>
          {hindrance}
        </p>
      )}
    </>
  );
}

/** What an operation came to, unless it succeeded. */
export function OperationTrouble({
  progress,
  shownFields = [],
}: {
  progress: Progress<unknown>;
  shownFields?: readonly string[];
}) {
  if (progress.kind === 'unreachable') return <UnreachableNote of="operation" />;
  if (progress.kind !== 'failed') return null;
  return <ProblemNote problem={progress.problem} retryAtMs={progress.retryAtMs} shownFields={shownFields} />;
}

/** What the API finds wrong with one field, such as `body.reason`. */
export function fieldError(progress: Progress<unknown>, path: string): string | null {
  if (progress.kind !== 'failed') return null;
  const message = progress.problem.errors.find((error) => error.path === path)?.message;
  return message === undefined ? null : `${sentence(message)}.`;
}

/** Said where the audit holds the attempt only. */
export function AuditGapNote({ isRecorded }: { isRecorded: boolean }) {
  return isRecorded ? null : (
    <p class="soft">The audit holds the attempt, but not its outcome: look at the audit table.</p>
  );
}
