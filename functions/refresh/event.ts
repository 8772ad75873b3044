import * as z from 'zod/mini';
import { KeeperError } from '../../lib/domain/errors.ts';
import '../../lib/schema-messages.ts';

/** One of several equal parts of the connections. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  /** How many parts there are. */
  readonly of: number;
}

const THE_WHOLE: Shard = { index: 0, of: 1 };

/** What a schedule says of the connections, and nothing else: what is due, the state knows better. */
const inputSchema = z.strictObject({
  shard: z.optional(
    z
      .strictObject({ index: z.int().check(z.nonnegative()), of: z.int().check(z.positive()) })
      .check(z.refine(({ index, of }) => index < of, { error: 'expected it below "of"', path: ['index'] })),
  ),
});

/** The refresh was called with what no schedule of it may say. */
export class ScheduleInputError extends KeeperError {
  readonly code = 'SCHEDULE_INPUT_INVALID';
}

/**
 * Reads a schedule's input: `{}` for all connections, `{"shard": {"index": 0, "of": 2}}` for one of two parts.
 *
 * @throws {ScheduleInputError} naming each wrong field
 */
export function readShard(event: unknown): Shard {
  const result = inputSchema.safeParse(event);
  if (result.success) return result.data.shard ?? THE_WHOLE;
  throw new ScheduleInputError(
    `The refresh was called with an input that it does not know, and refreshed nothing:\n${z.prettifyError(result.error)}\nGive the schedule {} for all connections, or {"shard": {"index": 0, "of": 2}} for the first of two parts.`,
  );
}

/**
 * A shard's connections: each connection is in exactly one of the shards, which differ by one connection at most. One that
 * is added at the end moves no other.
 *
 * @param connections in the order of the configuration
 */
export function connectionsOf<T>(connections: readonly T[], { index, of }: Shard): T[] {
  return connections.filter((_, position) => position % of === index);
}
