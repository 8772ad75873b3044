import { LEASE_DURATION_MS } from '../../../lib/guards/state-table.ts';
import type { Journey, Passage, WireAnswer } from './journey.ts';

/** What an AWS call and a call to Zoho take before they are given up, in virtual time. */
const PATIENCE_MS = { aws: 5_000, zoho: 10_000 };

/** What befalls one call of an invocation. */
export const MODES = [
  'dies-before',
  'dies-after',
  'first-try-lost',
  'first-answer-lost',
  'every-try-lost',
  'every-answer-lost',
  'reset',
  'throttled',
  'broken',
  'denied',
  'called-dead',
  'garbled',
  'frozen-before',
  'frozen-after',
  'frozen-before-while-repeated',
  'frozen-after-while-repeated',
] as const;
export type Mode = (typeof MODES)[number];

/** Zoho's calls have one try each, and words of their own. */
const ZOHO_ONLY: ReadonlySet<Mode> = new Set<Mode>(['called-dead', 'garbled']);
const AWS_ONLY: ReadonlySet<Mode> = new Set<Mode>(['first-try-lost', 'first-answer-lost']);
const FOR_ADMINS: ReadonlySet<Mode> = new Set<Mode>([
  'frozen-before-while-repeated',
  'frozen-after-while-repeated',
]);

/** The modes that a call can meet, in a workflow that somebody may ask for again or not. */
export function modesOf(call: string, isRepeatable: boolean): readonly Mode[] {
  const impossible = call.startsWith('Zoho.') ? AWS_ONLY : ZOHO_ONLY;
  return MODES.filter((mode) => !impossible.has(mode) && (isRepeatable || !FOR_ADMINS.has(mode)));
}

/** What others do while an invocation is frozen. */
export interface Meanwhile {
  sweeps(): Promise<void>;
  repeats(): Promise<void>;
}

/** One call of one invocation, which something befalls. */
export interface Strike {
  readonly passage: Passage;
  /** Whether the call has come. */
  hasStruck(): boolean;
  /** Resolves when the invocation has died, if it does. */
  readonly death: Promise<void>;
}

/**
 * @param which.call the name of the call, and how many calls of that name come before it
 * @param world moves time: waiting is not free
 */
export function strike(
  which: { call: string; index: number },
  mode: Mode,
  world: { advance(ms: number): void },
  meanwhile: Meanwhile,
): Strike {
  const seen = new Map<string, number>();
  let struck = 0;
  let isDead = false;
  let die = () => {};
  const death = new Promise<void>((resolve) => {
    die = () => {
      isDead = true;
      resolve();
    };
  });
  const isStruck = ({ call, callId }: Journey) => {
    if (call !== which.call) return false;
    if (!seen.has(callId)) seen.set(callId, seen.size);
    return seen.get(callId) === which.index;
  };
  const patience = ({ to }: Journey) => world.advance(PATIENCE_MS[to]);

  const befall = async (journey: Journey, isFirstTry: boolean): Promise<WireAnswer> => {
    switch (mode) {
      case 'dies-before':
        die();
        return NEVER;
      case 'dies-after':
        await journey.serve();
        die();
        return NEVER;
      case 'first-try-lost':
      case 'every-try-lost':
        if (mode === 'first-try-lost' && !isFirstTry) return journey.serve();
        patience(journey);
        throw journey.unanswered('timeout');
      case 'first-answer-lost':
      case 'every-answer-lost': {
        const answer = await journey.serve();
        if (mode === 'first-answer-lost' && !isFirstTry) return answer;
        patience(journey);
        throw journey.unanswered('timeout');
      }
      case 'reset':
        throw journey.unanswered('reset');
      case 'throttled':
      case 'broken':
      case 'denied':
        return journey.refuse(mode);
      case 'called-dead':
        return journey.refuse('dead');
      case 'garbled':
        return garble(await journey.serve());
      case 'frozen-before':
      case 'frozen-before-while-repeated':
        if (isFirstTry) await freeze();
        return journey.serve();
      case 'frozen-after':
      case 'frozen-after-while-repeated': {
        const answer = await journey.serve();
        if (isFirstTry) await freeze();
        return answer;
      }
    }
  };
  const freeze = async () => {
    world.advance(LEASE_DURATION_MS + 1_000);
    await (FOR_ADMINS.has(mode) ? meanwhile.repeats() : meanwhile.sweeps());
  };

  return {
    passage: async (journey) => {
      if (isDead) return NEVER;
      if (!isStruck(journey)) {
        const answer = await journey.serve();
        return isDead ? NEVER : answer;
      }
      struck += 1;
      return befall(journey, struck === 1);
    },
    hasStruck: () => struck > 0,
    death,
  };
}

/** Nobody is left to meet an answer. */
const NEVER = new Promise<never>(() => {});

/** An answer that was cut off. */
export function garble(answer: WireAnswer): WireAnswer {
  return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
}
