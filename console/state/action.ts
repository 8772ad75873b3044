import { useRef, useState } from 'preact/hooks';
import type { Answer } from '../api/client.ts';
import type { ToldProblem } from '../api/problems.ts';
import { useConsole } from './console.ts';

/** How something that was asked for goes. */
export type Progress<T> =
  | { readonly kind: 'idle' | 'busy' | 'unreachable' }
  | { readonly kind: 'done'; readonly value: T }
  /** `retryAtMs`: from when on to try again makes sense, by the server's time. */
  | { readonly kind: 'failed'; readonly problem: ToldProblem; readonly retryAtMs: number | null };

export interface Action<T, A extends readonly unknown[]> {
  readonly progress: Progress<T>;
  /** Does it, unless it is being done already. */
  readonly run: (...input: A) => Promise<void>;
  readonly reset: () => void;
}

/** Something that a person asks for: once at a time, however often they press. */
export function useAction<T, A extends readonly unknown[]>(
  act: (...input: A) => Promise<Answer<T>>,
): Action<T, A> {
  const { clock } = useConsole();
  const [progress, setProgress] = useState<Progress<T>>({ kind: 'idle' });
  const isBusy = useRef(false);
  const run = async (...input: A) => {
    if (isBusy.current) return;
    isBusy.current = true;
    setProgress({ kind: 'busy' });
    const answer = await act(...input);
    isBusy.current = false;
    setProgress(progressAfter(answer, clock.nowMs()));
  };
  return { progress, run, reset: () => setProgress({ kind: 'idle' }) };
}

function progressAfter<T>(answer: Answer<T>, nowMs: number): Progress<T> {
  switch (answer.kind) {
    case 'ok':
      return { kind: 'done', value: answer.value };
    case 'problem': {
      const { retryAfterS } = answer.problem;
      const retryAtMs = retryAfterS === null ? null : nowMs + retryAfterS * 1_000;
      return { kind: 'failed', problem: answer.problem, retryAtMs };
    }
    case 'unreachable':
      return { kind: 'unreachable' };
    case 'turnedAway':
      return { kind: 'idle' };
  }
}
