import type { ComponentChildren } from 'preact';
import type { Tone } from '../model/words.ts';
import { ToneIcon } from './icons.tsx';

/** A state in a word, with its shape and colour. */
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      <ToneIcon tone={tone} />
      {children}
    </span>
  );
}
