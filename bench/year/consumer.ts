/** How a consumer fared who looks for an access token every minute. */
export interface Availability {
  readonly minutes: number;
  /** In which the token that the consumer held was good at Zoho. */
  readonly heldMinutes: number;
  /** In which it was not, while Zoho's API answered: with that one down, a token is good for nothing. */
  readonly missedMinutes: number;
  readonly gaps: number;
  readonly longestGapMinutes: number;
}

/** What a consumer meets in a minute. */
export interface Poll {
  /** What there is to be read; null when the place where it is cannot be reached, or holds nothing. */
  readonly found: string | null;
  /** Whether Zoho takes a token now. */
  readonly isGood: (accessToken: string) => boolean;
  readonly isApiUp: boolean;
}

/** A consumer, minute by minute. */
export interface Consumer {
  /** Once a minute. */
  poll(poll: Poll): void;
  /** So many minutes in which nothing happened: with a good token in each of them. */
  pass(minutes: number): void;
  /** For how many minutes the token held has been no good, until now. */
  readonly gapMinutes: number;
  readonly availability: Availability;
}

/** What was read last is held for as long as nothing else can be read. */
export function watchConsumer(): Consumer {
  let held: string | null = null;
  let gapMinutes = 0;
  const counted = { minutes: 0, heldMinutes: 0, missedMinutes: 0, gaps: 0, longestGapMinutes: 0 };
  return {
    poll({ found, isGood, isApiUp }) {
      held = found ?? held;
      counted.minutes += 1;
      if (held !== null && isGood(held)) {
        counted.heldMinutes += 1;
        gapMinutes = 0;
        return;
      }
      gapMinutes += 1;
      if (gapMinutes === 1) counted.gaps += 1;
      if (isApiUp) counted.missedMinutes += 1;
      counted.longestGapMinutes = Math.max(counted.longestGapMinutes, gapMinutes);
    },
    pass(minutes) {
      counted.minutes += minutes;
      counted.heldMinutes += minutes;
    },
    get gapMinutes() {
      return gapMinutes;
    },
    get availability() {
      return { ...counted };
    },
  };
}
