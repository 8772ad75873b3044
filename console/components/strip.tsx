import { useId } from 'preact/hooks';
import { type Band, type Strip, stripWords } from '../model/strip.ts';
import { localWords, spanWords } from '../model/time.ts';

/** The last 24 hours: a tick for each refresh, a cross for each that failed, a hatched band where no token was valid. */
export function StripChart({ strip }: { strip: Strip }) {
  const { fromMs, toMs, bands, marks } = strip;
  const hatch = useId();
  const place = (atMs: number) => `${(((atMs - fromMs) / (toMs - fromMs)) * 100).toFixed(2)}%`;
  const width = (band: Band) => `${(((band.toMs - band.fromMs) / (toMs - fromMs)) * 100).toFixed(2)}%`;
  return (
    <figure class="strip">
      <svg role="img" aria-label={`${stripWords(strip)}.`}>
        <title>{stripWords(strip)}</title>
        <GapPattern id={hatch} />
        {bands.map((band) => (
          <rect
            key={band.fromMs}
            class={`band ${band.kind}`}
            {...(band.kind === 'gap' ? { fill: `url(#${hatch})` } : {})}
            x={place(band.fromMs)}
            width={width(band)}
            y="16"
            height="16"
          />
        ))}
        {marks.map(({ atMs, isSuccess }) => (
          <svg key={`${atMs}${isSuccess}`} x={place(atMs)} overflow="visible" aria-hidden="true">
            {isSuccess ? (
              <path class="success" d="M0 13v22" />
            ) : (
              <path class="failed" d="m-3.5 2.5 7 7m0-7-7 7" />
            )}
          </svg>
        ))}
      </svg>
      <div class="axis" aria-hidden="true">
        <span>24 h ago</span>
        <span>18 h</span>
        <span>12 h</span>
        <span>6 h</span>
        <span>now</span>
      </div>
    </figure>
  );
}

/** What tells a gap without colour. */
function GapPattern({ id }: { id: string }) {
  return (
    <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect class="gap-ground" width="6" height="6" />
      <path class="gap-hatch" d="M1.5 0v6" />
    </pattern>
  );
}

/** What the marks and bands mean. */
export function StripLegend() {
  const hatch = useId();
  return (
    <ul class="legend" aria-hidden="true">
      <li>
        <svg viewBox="0 0 12 16" aria-hidden="true">
          <path class="success" d="M6 1v14" />
        </svg>
        refreshed
      </li>
      <li>
        <svg viewBox="0 0 12 16" aria-hidden="true">
          <path class="failed" d="m2.5 4.5 7 7m0-7-7 7" />
        </svg>
        failed
      </li>
      <li>
        <svg viewBox="0 0 22 16" aria-hidden="true">
          <GapPattern id={hatch} />
          <rect fill={`url(#${hatch})`} width="22" height="14" y="1" />
        </svg>
        no valid token
      </li>
    </ul>
  );
}

/** The gaps in words. */
export function GapList({ strip, nowMs }: { strip: Strip; nowMs: number }) {
  const gaps = strip.bands.filter(({ kind }) => kind === 'gap');
  if (gaps.length === 0) return null;
  return (
    <ul class="gaps">
      {gaps.map(({ fromMs, toMs }) => (
        <li key={fromMs}>
          Without a valid token from {localWords(fromMs, nowMs)}{' '}
          {toMs >= strip.toMs ? 'until now' : `to ${localWords(toMs, nowMs)}`} ({spanWords(toMs - fromMs)})
        </li>
      ))}
    </ul>
  );
}
