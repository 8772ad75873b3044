import { isOld } from '../model/age.ts';
import { localWords, spanWords } from '../model/time.ts';
import { type Reach, useNow, useReach } from '../state/console.ts';
import type { Polled } from '../state/polled.ts';
import { Note } from './note.tsx';
import { ProblemNote, UnreachableNote } from './problem.tsx';

const AGED_TITLES: Readonly<Record<Reach, string>> = {
  offline: 'You are offline',
  unreachable: 'The API cannot be reached',
  reachable: 'This is not of now',
};

/** What stands over a view whose data are old, or could not be read at all. */
export function Freshness({ polled: { value, atMs, oldAfterMs, problem } }: { polled: Polled<unknown> }) {
  const reach = useReach();
  const nowMs = useNow();
  if (value === null) {
    if (problem !== null) return <ProblemNote problem={problem} />;
    if (reach === 'offline') return <Note tone="attention" title="You are offline" isAnnounced />;
    return reach === 'unreachable' ? <UnreachableNote of="polled" /> : null;
  }
  const isBehind = problem === null && isOld({ atMs, oldAfterMs }, nowMs);
  if (reach !== 'reachable' || isBehind)
    return (
      <Note tone="attention" title={AGED_TITLES[reach]} isAnnounced>
        <p aria-live="off">
          What you see is of {localWords(atMs ?? nowMs, nowMs)}, {spanWords(nowMs - (atMs ?? nowMs))} old. It
          is read again by itself.
        </p>
      </Note>
    );
  return (
    problem && (
      <ProblemNote problem={problem}>What you see is of {localWords(atMs ?? nowMs, nowMs)}.</ProblemNote>
    )
  );
}

/** How old a view is, for whoever wonders whether it still moves. */
export function Updated({ polled: { atMs } }: { polled: Polled<unknown> }) {
  const nowMs = useNow();
  if (atMs === null) return null;
  return <p class="updated">Updated {spanWords(nowMs - atMs)} ago</p>;
}
