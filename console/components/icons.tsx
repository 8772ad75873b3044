import type { Tone } from '../model/words.ts';

/** A tone's own shape, so that colour is never all there is. The words stand beside it. */
export function ToneIcon({ tone }: { tone: Tone }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {SHAPES[tone]}
    </svg>
  );
}

const SHAPES = {
  fine: (
    <>
      <circle cx="12" cy="12" r="9.5" />
      <path d="m7.8 12.3 2.9 2.9 5.5-6" />
    </>
  ),
  attention: (
    <>
      <path d="M12 3 22 20.5H2z" />
      <path d="M12 9.5v5m0 3v.1" />
    </>
  ),
  failure: (
    <>
      <path d="M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8z" />
      <path d="m8.8 8.8 6.4 6.4m0-6.4-6.4 6.4" />
    </>
  ),
  neutral: (
    <>
      <circle cx="12" cy="12" r="9.5" />
      <path d="M8 12h8" />
    </>
  ),
} as const;

/** The product's mark: a key that goes round. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M20.5 12a8.5 8.5 0 1 1-2.6-6.1M18.4 2.4v3.7h-3.7" />
      <circle cx="10" cy="12" r="2.2" />
      <path d="M12.2 12H17m-1.6 0v1.9" />
    </svg>
  );
}
