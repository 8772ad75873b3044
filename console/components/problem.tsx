import type { ComponentChildren } from 'preact';
import type { ToldProblem } from '../api/problems.ts';
import { countdownWords } from '../model/time.ts';
import { useNow } from '../state/console.ts';
import { Note } from './note.tsx';

/**
 * What went wrong, and what to do.
 *
 * @param props.retryAtMs from when on to try again makes sense, by the server's time
 * @param props.shownFields the fields that show their own errors
 */
export function ProblemNote({
  problem,
  retryAtMs = null,
  shownFields = [],
  children,
}: {
  problem: ToldProblem;
  retryAtMs?: number | null;
  shownFields?: readonly string[];
  children?: ComponentChildren;
}) {
  const others = problem.errors.filter(({ path }) => !shownFields.includes(path));
  return (
    <Note tone="failure" title={problem.title} isAnnounced>
      <p>{problem.detail}</p>
      {others.length > 0 && (
        <ul>
          {others.map(({ path, message }) => (
            <li key={path}>
              <code>{path}</code>: {message}
            </li>
          ))}
        </ul>
      )}
      {retryAtMs !== null && <RetryAt atMs={retryAtMs} />}
      {children}
      {problem.requestId !== null && (
        <p class="request-id">
          Request id <code>{problem.requestId}</code>
        </p>
      )}
    </Note>
  );
}

function RetryAt({ atMs }: { atMs: number }) {
  const leftMs = atMs - useNow();
  return (
    <p aria-live="off">{leftMs > 0 ? `Try again in ${countdownWords(leftMs)}.` : 'You can try again now.'}</p>
  );
}

/** What is known, and what to do, when nothing came back of a read that repeats itself, of an operation, of one read. */
const UNREACHABLE_WORDS = {
  polled: 'Check your own connection. The page tries again by itself.',
  operation:
    'Whether the request arrived is not known. When you are back online, look at the connection and its audit before you try again.',
  once: 'Check your own connection, and try again.',
} as const;

/** A request that nothing came back of. */
export function UnreachableNote({ of }: { of: keyof typeof UNREACHABLE_WORDS }) {
  return (
    <Note tone="failure" title="The API could not be reached" isAnnounced>
      <p>{UNREACHABLE_WORDS[of]}</p>
    </Note>
  );
}
