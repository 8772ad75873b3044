import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../api/client.ts';
import type { ToldProblem } from '../api/problems.ts';
import { useConsole } from './console.ts';

/** What was read last, and what came of reading it anew. */
export interface Polled<T> {
  /** Null before the first answer. Stays while later ones fail. */
  readonly value: T | null;
  /** When it was read, by the server's time. */
  readonly atMs: number | null;
  /** From what age on it is old: three reads should have come by then. */
  readonly oldAfterMs: number;
  /** Why the latest attempt brought nothing; null when it did, or when the API was not reached. */
  readonly problem: ToldProblem | null;
  /** Reads at once. */
  readonly reload: () => Promise<void>;
}

/** After so many reads that did not come, what is known is old. */
const READS_MISSED = 3;
/** Slower for as long as the API asks for it. */
const LONGEST_WAIT_S = 300;

/**
 * Reads again and again while the page is seen and the browser is online, and at once when it is again.
 *
 * @param read a new function reads at once
 */
export function usePolled<T>(read: () => Promise<Answer<T>>, everyMs: number): Polled<T> {
  const { clock } = useConsole();
  const [state, setState] = useState<Pick<Polled<T>, 'value' | 'atMs' | 'problem'>>({
    value: null,
    atMs: null,
    problem: null,
  });
  const reading = useRef<Promise<void> | null>(null);
  const waitUntilMs = useRef(0);
  const current = useRef(read);
  current.current = read;

  const load = useCallback(async () => {
    const answer = await read();
    if (current.current !== read) return;
    if (answer.kind === 'ok') setState({ value: answer.value, atMs: clock.nowMs(), problem: null });
    if (answer.kind !== 'problem') return;
    const waitS = Math.min(answer.problem.retryAfterS ?? 0, LONGEST_WAIT_S);
    waitUntilMs.current = clock.localMs() + waitS * 1_000;
    setState((known) => ({ ...known, problem: answer.problem }));
  }, [read, clock]);

  const reload = useCallback(() => {
    reading.current ??= load().finally(() => {
      reading.current = null;
    });
    return reading.current;
  }, [load]);

  useEffect(() => {
    reading.current = null;
    const tick = () => {
      if (!document.hidden && navigator.onLine && clock.localMs() >= waitUntilMs.current) void reload();
    };
    tick();
    const timer = setInterval(tick, everyMs);
    document.addEventListener('visibilitychange', tick);
    window.addEventListener('online', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
      window.removeEventListener('online', tick);
    };
  }, [reload, everyMs, clock]);

  return { ...state, oldAfterMs: READS_MISSED * everyMs, reload };
}
