import type { FailureClass } from '../../domain/failure.ts';
import { type Clock, inWords } from './clock.ts';
import type { Standing } from './mail.ts';

/** How consumers are while something is wrong. */
export interface Troubled {
  readonly consumersFineUntilMs: number | null;
  readonly failureClass: FailureClass | null;
}

/** How consumers are while the connection fails: until when they are fine, or that they are not. */
export function consumersInTrouble({ consumersFineUntilMs, failureClass }: Troubled, clock: Clock): Standing {
  if (!isAhead(consumersFineUntilMs, clock)) return withoutToken(consumersFineUntilMs, clock);
  if (failureClass === 'dead')
    return {
      assurance: 'Consumers probably fail already.',
      more: `Their token says that it is valid until ${clock.at(consumersFineUntilMs)}, but Zoho ends the access tokens of a refresh token together with it.`,
    };
  return {
    assurance: `Consumers are fine until ${clock.at(consumersFineUntilMs)}.`,
    more: `That is in ${inWords(consumersFineUntilMs - clock.nowMs)}. Then their token runs out.`,
  };
}

/** How consumers are while the connection works. */
export function consumersServed(consumersFineUntilMs: number | null, clock: Clock): Standing {
  if (!isAhead(consumersFineUntilMs, clock)) return withoutToken(consumersFineUntilMs, clock);
  return {
    assurance: 'Consumers are fine.',
    more: `Their token is valid until ${clock.at(consumersFineUntilMs)}, and is renewed in time.`,
  };
}

/**
 * How consumers are when nothing befell what they live on.
 *
 * @param why as a sentence
 */
export function consumersUntouched(why: string): Standing {
  return { assurance: 'Consumers are not concerned.', more: why };
}

/** Whether there is a token that has not run out. */
export function isAhead(consumersFineUntilMs: number | null, clock: Clock): consumersFineUntilMs is number {
  return consumersFineUntilMs !== null && consumersFineUntilMs > clock.nowMs;
}

function withoutToken(ranOutAtMs: number | null, clock: Clock): Standing {
  if (ranOutAtMs === null)
    return {
      assurance: 'Consumers are without a token.',
      more: 'None that is valid is published: their calls to Zoho fail.',
    };
  return {
    assurance: `Consumers are without a token since ${clock.at(ranOutAtMs)}.`,
    more: `That was ${inWords(clock.nowMs - ranOutAtMs)} ago: their calls to Zoho fail.`,
  };
}
