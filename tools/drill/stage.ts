import { setTimeout as delay } from 'node:timers/promises';
import { OPERATOR } from '../../infra/local/aws/access-keys.ts';
import type { Twin } from '../../infra/local/twin.ts';
import type { Consumer } from './consumer.ts';

const POLL_MS = 200;
/** What has not come true in this time, in real ms, will not. */
const PATIENCE_MS = 30_000;

/** What the drill's steps act on and look at. */
export interface Stage {
  readonly twin: Twin;
  readonly consumer: Consumer;
  /** Where the admin's link leads; null before it was asked for. */
  authorizationUrl: string | null;
  /** Calls the admin API as an admin. */
  api(method: 'GET' | 'POST', path: string, body?: object): Promise<{ status: number; json: unknown }>;
  /** Does something to a secret, as a person with access to the account. */
  secret(operation: string, input: object): Promise<void>;
  /** Waits until something is the case; throws what it is waiting for when it does not come. */
  until<T>(what: string, look: () => Promise<T | null> | T | null): Promise<T>;
}

export function createStage(twin: Twin, consumer: Consumer): Stage {
  return {
    twin,
    consumer,
    authorizationUrl: null,
    async api(method, path, body) {
      const response = await fetch(`${twin.api}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${twin.adminToken}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      return { status: response.status, json: await response.json() };
    },
    async secret(operation, input) {
      await twin.secretsManager.service({ operation, input, principal: OPERATOR });
    },
    async until(what, look) {
      const deadline = performance.now() + PATIENCE_MS;
      while (performance.now() < deadline) {
        const found = await look();
        if (found !== null) return found;
        await delay(POLL_MS);
      }
      throw new Error(`waited for ${PATIENCE_MS / 1_000} s in vain: ${what}`);
    },
  };
}
