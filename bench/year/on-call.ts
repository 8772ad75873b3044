import { personAt, type Trace } from './trace.ts';

/** Somebody who could not get through tries again. */
const AGAIN_AFTER_MINUTES = 10;

/** How things stand in a minute, as far as a person has to do with them. */
export interface Situation {
  /** Nothing but a new consent helps. */
  readonly isNeeded: boolean;
  /** The player tells in this minute that something is wrong. */
  readonly isTold: boolean;
  /** For how long consumers have been without a token. */
  readonly gapMinutes: number;
}

/** The person on call: comes when told, or when consumers have failed for long enough to be noticed. */
export interface OnCall {
  /** Whether somebody is there in this minute to consent anew. */
  isHere(minute: number, situation: Situation): boolean;
  /** It did not work. */
  triesAgain(minute: number): void;
}

export function putOnCall(trace: Pick<Trace, 'deaths' | 'people'>): OnCall {
  let comesAtMinute: number | null = null;
  return {
    isHere(minute, { isNeeded, isTold, gapMinutes }) {
      if (!isNeeded) comesAtMinute = null;
      else if (comesAtMinute === null) {
        const { noticesAfterMinutes, comesAfterMinutes } = personAt(trace, minute);
        if (isTold || gapMinutes >= noticesAfterMinutes) comesAtMinute = minute + comesAfterMinutes;
      }
      return comesAtMinute !== null && minute >= comesAtMinute;
    },
    triesAgain(minute) {
      comesAtMinute = minute + AGAIN_AFTER_MINUTES;
    },
  };
}
