import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterAll } from 'vitest';
import { ISSUED_SECRETS_CHANNEL } from '../../infra/local/zoho/state.ts';

/** A part of a secret gives it away as well. */
const PART_LENGTH = 20;

/** What must not stand anywhere, and where it was looked for. */
export interface LeakWatch {
  /** Adds a secret that no simulator issues, such as a state. */
  keepSecret(secret: string): void;
  /** Something that people or other programs get to see. */
  see(source: string, text: string): void;
  /** Where a secret, or a part of one, stands; without the secret itself. */
  leaks(): string[];
  /** How much there was to look for, and to look at. */
  counts(): { secrets: number; outputs: number };
}

/** Remembers every token, code and secret that a simulator of this process issues from now on. */
export function watchForLeaks(): LeakWatch {
  const secrets = new Set<string>();
  const outputs: { source: string; text: string }[] = [];
  const remember = (secret: unknown) => void secrets.add(String(secret));
  subscribe(ISSUED_SECRETS_CHANNEL, remember);
  afterAll(() => void unsubscribe(ISSUED_SECRETS_CHANNEL, remember));
  return {
    keepSecret: remember,
    see: (source, text) => void outputs.push({ source, text }),
    leaks: () => {
      const parts = [...secrets].flatMap(partsOf);
      return outputs
        .filter(({ text }) => parts.some((part) => text.includes(part)))
        .map(({ source }) => source);
    },
    counts: () => ({ secrets: secrets.size, outputs: outputs.length }),
  };
}

/** A token of Zoho's has two halves, of which either is hard to come by. */
function partsOf(secret: string): string[] {
  return [secret, ...secret.split('.').filter((part) => part.length >= PART_LENGTH)];
}
