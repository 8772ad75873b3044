import type { Journey, Passage, WireAnswer } from './journey.ts';
import { garble } from './modes.ts';

/** A service that fails for some tries. */
export interface Trouble {
  readonly service: string;
  readonly how: 'lost' | 'answer-lost' | 'reset' | 'throttled' | 'broken' | 'denied' | 'garbled' | 'dead';
  readonly tries: number;
}

/** What a call takes, and what a caller waits for in vain, in virtual time. */
export const TAKES_MS = { aws: 5, zoho: 100 };
const PATIENCE_MS = { aws: 5_000, zoho: 10_000 };

/** Services that fail, the first trouble first; each call takes its time. */
export interface Troubles {
  readonly passage: Passage;
  add(trouble: Trouble): void;
  clear(): void;
}

/** @param onMet told of each try that meets trouble */
export function troubles(world: { advance(ms: number): void }, onMet: (trouble: Trouble) => void): Troubles {
  let active: (Trouble & { left: number })[] = [];
  return {
    async passage(journey) {
      world.advance(TAKES_MS[journey.to]);
      const met = active.find(({ service }) => journey.call.startsWith(`${service}.`));
      if (!met) return journey.serve();
      met.left -= 1;
      active = active.filter(({ left }) => left > 0);
      onMet(met);
      return meet(met, journey, world);
    },
    add: (trouble) => active.push({ ...trouble, left: trouble.tries }),
    clear() {
      active = [];
    },
  };
}

/** Lets a try meet trouble, in the time that this takes. */
export async function meet(
  { how }: Pick<Trouble, 'how'>,
  journey: Journey,
  world: { advance(ms: number): void },
): Promise<WireAnswer> {
  switch (how) {
    case 'lost':
      world.advance(PATIENCE_MS[journey.to]);
      throw journey.unanswered('timeout');
    case 'answer-lost':
      await journey.serve();
      world.advance(PATIENCE_MS[journey.to]);
      throw journey.unanswered('timeout');
    case 'reset':
      throw journey.unanswered('reset');
    case 'garbled':
      return journey.to === 'zoho' ? garble(await journey.serve()) : journey.refuse('broken');
    case 'throttled':
    case 'broken':
    case 'denied':
    case 'dead':
      return journey.refuse(how);
  }
}
