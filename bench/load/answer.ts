import type { Kind } from './plan.ts';

/** What became of one request. */
export interface Answer {
  readonly kind: Kind;
  /** When it was to be sent, in ms since the load began. */
  readonly dueMs: number;
  /** From when it was to be sent until it was read whole, or failed. */
  readonly latencyMs: number;
  /** Null when no answer came. */
  readonly status: number | null;
  /** The problem's name, or why no answer came; null where there is nothing to say. */
  readonly reason: string | null;
}
