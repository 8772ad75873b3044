import type { Passage } from '../../../test/support/faults/journey.ts';
import type { Crash } from '../trace.ts';

/** As the functions are configured: then Lambda ends them. */
export const TIME_LIMIT_MS = 120_000;

const NEVER = new Promise<never>(() => {});

/** The passage of an invocation that may end in the middle of its work. */
export interface Mortal {
  readonly passage: Passage;
  /** Resolves when it has ended before its work was done, if it does. */
  readonly death: Promise<void>;
}

/** @param crash how it dies; null when only its time limit ends it */
export function mortal(crash: Crash | null, nowMs: () => number): Mortal {
  const endsAtMs = nowMs() + TIME_LIMIT_MS;
  const { promise: death, resolve: die } = Promise.withResolvers<void>();
  let calls = 0;
  let isDead = false;
  const passage: Passage = async (journey) => {
    isDead ||= calls === crash?.afterCalls || nowMs() > endsAtMs;
    calls += 1;
    if (!isDead) {
      const answer = await journey.serve();
      if (!isDead) return answer;
    }
    die();
    return NEVER;
  };
  return { passage, death };
}
