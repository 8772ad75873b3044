import type { ToldProblem } from './alert-memory.ts';

/**
 * How bad a problem is, which is what "worse" means: 0 for none, 1 degraded, 2 down, 3 down until a person does
 * something.
 */
export type Urgency = 0 | 1 | 2 | 3;

/** Nobody is to sleep through one that was kept back: down for so long, it is told. */
const LASTING_MS = 15 * 60_000;
const DOWN: Urgency = 2;

export interface ProblemDecision {
  readonly problem: ToldProblem | null;
  /** `problem`: it is news; `flapping`: it was over, and is back too soon; `recovered`: it is over; null: nothing. */
  readonly tell: 'problem' | 'flapping' | 'recovered' | null;
  /** Whether something that people would have been told was kept back, as the like of it had been told. */
  readonly isKeptBack: boolean;
}

/**
 * What people are told of a connection's health: each change of it once (P10), the same again not within the cooldown
 * unless it is worse, and of one that comes and goes once per cooldown.
 *
 * The distance to the last telling counts in either direction: a clock that jumps makes at most one more e-mail.
 *
 * @param urgency as it is now
 */
export function followProblem(
  problem: ToldProblem | null,
  urgency: Urgency,
  { nowMs, cooldownMs }: { nowMs: number; cooldownMs: number },
): ProblemDecision {
  const isRecent = problem !== null && Math.abs(nowMs - problem.toldAtMs) < cooldownMs;
  if (urgency === 0) return whenHealthy(problem, isRecent);
  if (!problem || (!problem.isOpen && !isRecent)) return told(newProblem(urgency, nowMs), 'problem');
  if (urgency > problem.urgency) {
    return told({ ...problem, urgency, toldAtMs: nowMs, isOpen: true, keptBackSinceMs: null }, 'problem');
  }
  if (problem.isOpen) return whileOpen(problem, urgency, { nowMs, isRecent });
  return afterRecovery(problem, urgency, nowMs);
}

function whenHealthy(problem: ToldProblem | null, isRecent: boolean): ProblemDecision {
  if (!problem) return quiet(null);
  if (!problem.isOpen) return quiet(isRecent ? { ...problem, keptBackSinceMs: null } : null);
  const isWaitedOut = problem.isFlapping && isRecent && problem.urgency < DOWN;
  if (isWaitedOut) return quiet({ ...problem, hasChanged: true });
  return told({ ...problem, isOpen: false, hasChanged: false }, 'recovered');
}

/** People know; but of one that keeps coming and going they hear once per cooldown. */
function whileOpen(
  problem: ToldProblem,
  urgency: Urgency,
  { nowMs, isRecent }: { nowMs: number; isRecent: boolean },
): ProblemDecision {
  if (!problem.isFlapping || isRecent || !problem.hasChanged) return quiet(problem);
  return told({ ...problem, urgency, toldAtMs: nowMs, hasChanged: false }, 'flapping');
}

/** It was over, and is back within the cooldown. */
function afterRecovery(problem: ToldProblem, urgency: Urgency, nowMs: number): ProblemDecision {
  const open = { ...problem, isOpen: true, keptBackSinceMs: null, toldAtMs: nowMs };
  // People believe it to be as bad as they are told now: if it gets worse, that is news.
  if (!problem.isFlapping) return told({ ...open, urgency, isFlapping: true }, 'flapping');
  const { keptBackSinceMs } = problem;
  if (keptBackSinceMs === null) return keptBack({ ...problem, keptBackSinceMs: nowMs });
  const isLasting = Math.abs(nowMs - keptBackSinceMs) >= LASTING_MS;
  return urgency >= DOWN && isLasting ? told(open, 'problem') : quiet(problem);
}

function newProblem(urgency: Urgency, nowMs: number): ToldProblem {
  return {
    urgency,
    toldAtMs: nowMs,
    isOpen: true,
    isFlapping: false,
    hasChanged: false,
    keptBackSinceMs: null,
  };
}

function told(problem: ToldProblem, tell: Exclude<ProblemDecision['tell'], null>): ProblemDecision {
  return { problem, tell, isKeptBack: false };
}

function quiet(problem: ToldProblem | null): ProblemDecision {
  return { problem, tell: null, isKeptBack: false };
}

function keptBack(problem: ToldProblem): ProblemDecision {
  return { problem, tell: null, isKeptBack: true };
}
