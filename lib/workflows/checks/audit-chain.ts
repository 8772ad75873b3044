import type { RecentChain } from '../../audit/recent-chain.ts';
import { type Assessment, count, fail, ok, warn } from './assessment.ts';

const HOUR_MS = 3_600_000;
/** Anchors come once a day; one hour more is no delay. */
const LATEST_ANCHOR_HOURS = 25;

export const AUDIT_CHAIN_LIMIT = `intact, and sealed within ${LATEST_ANCHOR_HOURS} hours`;

/** How far back a chain without an anchor is looked at. */
export const MOST_CHAIN_ENTRIES = 2_000;

const ANCHOR =
  "Look for AUDIT_ANCHOR_FAILED in the log of the anchor function: its line says why. An entry has to be sealed within 48 hours (docs/audit.md, 'When auditing itself fails').";

/**
 * @param chain null when it has no entry
 * @param rememberedSequence the last entry that the state remembers; null when it remembers none
 */
export function assessAuditChain(
  { connection, rememberedSequence }: { connection: string; rememberedSequence: number | null },
  chain: RecentChain | null,
  nowMs: number,
): Assessment {
  const verify = `npm run audit:verify -- --connection ${connection} shows the whole chain; docs/audit.md says what to do ('When there is a fault').`;
  const lastSequence = chain?.lastSequence ?? 0;
  const cutOff =
    rememberedSequence !== null && lastSequence < rememberedSequence
      ? fail(
          `ends at entry ${lastSequence}`,
          `Entry ${rememberedSequence} was written, and the chain ends before it: entries were removed.`,
          verify,
        )
      : null;
  if (chain === null) return cutOff ?? ok('no entries', 'Nothing was recorded yet.');
  const { verification, anchoredAtMs, sinceMs } = chain;
  if (verification.kind === 'faulty') {
    const { sequence, kind, found, remedy } = verification.fault;
    return fail(`fault at entry ${sequence} (${kind})`, `Entry ${sequence} ${found}.`, `${remedy} ${verify}`);
  }
  if (cutOff) return cutOff;
  const value = `${count(verification.entries, 'entry', 'entries')} intact`;
  if (anchoredAtMs === null) {
    return isRecent(sinceMs, nowMs)
      ? ok(`${value}, not sealed yet`, 'The chain is intact. Its first seal is not due yet.')
      : warn(
          `${value}, not sealed`,
          'The chain is intact as far as was looked, but nothing seals it.',
          ANCHOR,
        );
  }
  const hours = Math.max(0, Math.floor((nowMs - anchoredAtMs) / HOUR_MS));
  const sealed = `${value}, sealed ${count(hours, 'hour')} ago`;
  return isRecent(anchoredAtMs, nowMs)
    ? ok(sealed, 'The chain is intact since what was sealed last.')
    : warn(sealed, 'The chain is intact, but was not sealed within a day.', ANCHOR);
}

function isRecent(atMs: number | null, nowMs: number): boolean {
  return atMs !== null && nowMs - atMs <= LATEST_ANCHOR_HOURS * HOUR_MS;
}
