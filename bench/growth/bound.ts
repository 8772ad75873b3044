import { SECRET_WRITES_PER_S } from '../../lib/aws/clients.ts';
import { CONCURRENCY } from '../../lib/workflows/refresh-connections.ts';

/** A refresh waits for Zoho twice: it mints, and then proves what it got. */
const ANSWERS_OF_ZOHO = 2;
/** It puts the new token beside the old one, and then makes it current. */
const SECRET_WRITES = 2;

/** What no invocation can be faster than, in ms. */
export interface Bound {
  /** By Zoho's latency, with as many connections at a time as the keeper works on. */
  readonly zohoMs: number;
  /** By the writes that the keeper allows itself at Secrets Manager: so many at once, and as many each second after it. */
  readonly writesMs: number;
  /** The greater of the two. */
  readonly ms: number;
}

/**
 * The least that a refresh of so many connections takes in one invocation, whatever the keeper's own work costs.
 *
 * @param zohoLatencyMs how long Zoho takes for each answer
 */
export function boundOf(connections: number, zohoLatencyMs: number): Bound {
  const zohoMs = Math.ceil(connections / CONCURRENCY) * ANSWERS_OF_ZOHO * zohoLatencyMs;
  const turns = Math.ceil((connections * SECRET_WRITES) / SECRET_WRITES_PER_S);
  const writesMs = Math.max(0, turns - 1) * 1_000;
  return { zohoMs, writesMs, ms: Math.max(zohoMs, writesMs) };
}

/** The least that several invocations take, one after the other. */
export function sumOf(bounds: readonly Bound[]): Bound {
  const sum = (part: keyof Bound) => bounds.reduce((all, bound) => all + bound[part], 0);
  return { zohoMs: sum('zohoMs'), writesMs: sum('writesMs'), ms: sum('ms') };
}
