import { localWords, spanWords } from '../model/time.ts';
import { useNow, useReach } from '../state/console.ts';
import type { Polled } from '../state/polled.ts';
import { Note } from './note.tsx';
import { ProblemNote, UnreachableNote } from './problem.tsx';

/** What stands over a view whose data are old, or could not be read at all. */
export function Freshness({ polled: { value, atMs, problem } }: { polled: Polled<unknown> }) {
  const reach = useReach();
  const nowMs = useNow();
  if (value === null) {
    if (problem !== null) return <ProblemNote problem={problem} />;
    if (reach === 'offline') return <Note tone="attention" title="You are offline" isAnnounced />;
    return reach === 'unreachable' ? <UnreachableNote /> : null;
  }
  if (reach !== 'reachable')
    return (
      <Note
        tone="attention"
        title={reach === 'offline' ? 'You are offline' : 'The API cannot be reached'}
        isAnnounced
      >
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
