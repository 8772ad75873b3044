import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Tone } from '../model/words.ts';
import { ToneIcon } from './icons.tsx';

/**
 * Something that a person is told.
 *
 * @param props.isAnnounced whether it is read out when it appears, and comes into sight where that is a dialog
 */
export function Note({
  tone,
  title,
  isAnnounced = false,
  children,
}: {
  tone: Tone;
  title: string;
  isAnnounced?: boolean;
  children?: ComponentChildren;
}) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isAnnounced && element.current?.closest('dialog'))
      element.current.scrollIntoView({ block: 'nearest' });
  }, [isAnnounced]);
  const role = isAnnounced ? { role: tone === 'failure' ? ('alert' as const) : ('status' as const) } : {};
  return (
    <div ref={element} class={`note ${tone}`} {...role}>
      <ToneIcon tone={tone} />
      <div>
        <p class="note-title">{title}</p>
        {children}
      </div>
    </div>
  );
}
