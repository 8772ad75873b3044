import { randomBytes } from 'node:crypto';
import type { AccessKey } from '../lambda/definition.ts';

/** Whoever calls with a key that the twin has not issued is the person at this machine. */
export const OPERATOR = 'operator';

/** The access keys of the twin's account: one per function, so that each caller is known by its key. */
export class AccessKeys {
  readonly #principals = new Map<string, string>();

  issue(principal: string): AccessKey {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    this.#principals.set(accessKeyId, principal);
    return {
      accessKeyId,
      secretAccessKey: randomBytes(20).toString('hex'),
      sessionToken: randomBytes(20).toString('hex'),
    };
  }

  principalOf(accessKeyId: string): string {
    return this.#principals.get(accessKeyId) ?? OPERATOR;
  }
}
