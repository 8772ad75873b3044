import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ConnectionStatus } from '../api/answers.ts';
import { servedOf, stripOf, stripWords } from '../model/strip.ts';
import { sentence } from '../model/words.ts';
import { useConsole } from '../state/console.ts';
import { useStore } from '../state/hooks.ts';
import type { Trail } from '../state/trails.ts';
import { GapList, StripChart, StripLegend } from './strip.tsx';

const MINUTE_MS = 60_000;

/** What the audit has of a connection, read again whenever the status says that something happened. */
export function useTrail(
  { connection, lastSuccessAt, lastFailure }: ConnectionStatus,
  isWanted: boolean,
): Trail | null {
  const { trails } = useConsole();
  const revision = `${lastSuccessAt} ${lastFailure?.at}`;
  // The revision says that there is more to read.
  useEffect(() => {
    return isWanted ? trails.follow(connection) : undefined;
  }, [trails, connection, revision, isWanted]);
  return useStore(trails.of(connection));
}

/**
 * A connection's last 24 hours. Redrawn each minute: a minute is a quarter of a pixel.
 *
 * @param props.knownMs until when what was read holds (model/age.ts): what came after is not told
 */
export function TrailStrip({
  trail,
  status,
  knownMs,
  isWhole = false,
}: {
  trail: Trail | null;
  status: ConnectionStatus;
  knownMs: number;
  isWhole?: boolean;
}) {
  const minute = Math.floor(knownMs / MINUTE_MS);
  const nowMs = (minute + 1) * MINUTE_MS;
  const strip = useMemo(
    () => trail && stripOf(trail.entries, trail.isComplete, nowMs, servedOf(status)),
    [trail, status, nowMs],
  );
  if (strip === null) return <div class="skeleton strip-skeleton" />;
  if (!isWhole) return <StripChart strip={strip} />;
  return (
    <>
      <p class="soft">{sentence(stripWords(strip))}.</p>
      <StripChart strip={strip} />
      <StripLegend />
      <GapList strip={strip} nowMs={nowMs} />
    </>
  );
}

/** Tells once when an element comes near to what is seen. */
export function useSeen(onSeen: () => void) {
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!element.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) onSeen();
      },
      { rootMargin: '200px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [onSeen]);
  return element;
}
