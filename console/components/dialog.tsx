import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { useHeldView } from '../state/route.ts';

/**
 * A question over the page, which is read out from its title on. Escape and the way back close it, unless something is
 * under way; the focus goes back to where it was.
 *
 * @param props.isBusy whether something is under way that is not to be lost sight of
 */
export function Dialog({
  title,
  isBusy = false,
  onClose,
  children,
}: {
  title: string;
  isBusy?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const titleId = useId();
  const element = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const isGone = useRef(false);
  useHeldView(isBusy);
  useLayoutEffect(() => {
    isGone.current = false;
    element.current?.showModal();
    heading.current?.focus();
    const opened = element.current;
    return () => {
      isGone.current = true;
      opened?.close();
    };
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={titleId}
      aria-busy={isBusy}
      onCancel={(event) => {
        if (isBusy) event.preventDefault();
      }}
      onClose={() => {
        if (isGone.current) return;
        // A browser lets the second Escape through, whatever came of the first.
        if (isBusy) element.current?.showModal();
        else onClose();
      }}
    >
      <header class="dialog-head">
        <h2 ref={heading} id={titleId} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" class="plain close" disabled={isBusy} onClick={() => element.current?.close()}>
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="m6 6 12 12M18 6 6 18" />
          </svg>
          <span class="unseen">Close</span>
        </button>
      </header>
      {children}
    </dialog>
  );
}

/** The way out of a dialog whose work is done: it has the focus, since what had it is gone. */
export function DoneButton({ onClick }: { onClick: () => void }) {
  const element = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => element.current?.focus(), []);
  return (
    <button ref={element} type="button" class="primary" onClick={onClick}>
      Done
    </button>
  );
}
