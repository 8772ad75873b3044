import { countdownWords, localWords, relativeWords, utcWords } from '../model/time.ts';
import { useNow } from '../state/console.ts';

/** A time of the browser's zone, with how far it is; UTC beside it where that is another one. */
export function Time({ at, isShort = false }: { at: string | number; isShort?: boolean }) {
  const nowMs = useNow();
  const atMs = typeof at === 'number' ? at : Date.parse(at);
  const words = localWords(atMs, nowMs);
  return (
    <time dateTime={new Date(atMs).toISOString()} title={utcWords(atMs)}>
      {isShort ? (
        relativeWords(atMs, nowMs)
      ) : (
        <>
          {words} <span class="soft">· {relativeWords(atMs, nowMs)}</span>
        </>
      )}
    </time>
  );
}

/** How long something still takes, second by second. */
export function Countdown({ toMs }: { toMs: number }) {
  const nowMs = useNow();
  return (
    <time class="countdown" role="timer" dateTime={new Date(toMs).toISOString()} title={utcWords(toMs)}>
      {countdownWords(toMs - nowMs)}
    </time>
  );
}
