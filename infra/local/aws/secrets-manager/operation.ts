import type { Envelope } from './envelope.ts';
import type { SecretStore } from './secret-store.ts';

/** What operations work with. */
export interface OperationContext {
  readonly secrets: SecretStore;
  readonly nowMs: () => number;
  /** The ARN of a new secret; another one each time. */
  readonly newArn: (name: string) => string;
}

/**
 * One operation: answers the response's body.
 *
 * @param input the request's body, not yet checked
 * @param envelope encrypts and decrypts on behalf of the caller
 */
export type Operation = (input: unknown, envelope: Envelope) => Promise<object> | object;

/** AWS JSON's timestamp: seconds since the epoch, with a fraction. */
export function toEpochSeconds(ms: number): number {
  return ms / 1000;
}
