/** How a message tells times: as seen at its own time, in UTC and in the configured zone. */
export interface Clock {
  readonly nowMs: number;
  /** Such as `14:20 UTC (15:20 Europe/Berlin)`; with the date where it is another day than the message's. */
  at(timeMs: number): string;
  /** In UTC only, for a subject: `14:20 UTC`. */
  shortly(timeMs: number): string;
  /** Always with its date: `1 Dec 2026, 14:20 UTC (15:20 Europe/Berlin)`. */
  on(timeMs: number): string;
}

/** @param timeZone of the IANA database, such as `Europe/Berlin` */
export function clockAt(nowMs: number, timeZone: string): Clock {
  const utc = zoneOf('UTC');
  const local = zoneOf(timeZone);
  // Several names stand for UTC.
  const isUtc = local.name === utc.name;

  function inUtc(timeMs: number, isDated: boolean): string {
    return `${isDated ? `${utc.date(timeMs)}, ` : ''}${utc.time(timeMs)} UTC`;
  }
  /** The local date is told where it is neither the date beside it nor, with none there, the message's. */
  function inBoth(timeMs: number, isDated: boolean): string {
    if (isUtc) return inUtc(timeMs, isDated);
    const expected = isDated ? utc.date(timeMs) : local.date(nowMs);
    const date = local.date(timeMs);
    const localDate = date === expected ? '' : `${date}, `;
    return `${inUtc(timeMs, isDated)} (${localDate}${local.time(timeMs)} ${timeZone})`;
  }
  function isAnotherDay(timeMs: number): boolean {
    return utc.date(timeMs) !== utc.date(nowMs);
  }
  return {
    nowMs,
    at: (timeMs) => inBoth(timeMs, isAnotherDay(timeMs)),
    shortly: (timeMs) => inUtc(timeMs, isAnotherDay(timeMs)),
    on: (timeMs) => inBoth(timeMs, true),
  };
}

interface Zone {
  readonly name: string;
  readonly date: (timeMs: number) => string;
  readonly time: (timeMs: number) => string;
}

function zoneOf(timeZone: string): Zone {
  const date = new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone,
  });
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone });
  return {
    name: time.resolvedOptions().timeZone,
    date: (timeMs) => date.format(timeMs),
    time: (timeMs) => time.format(timeMs),
  };
}

const MINUTES_OF_A_DAY = 24 * 60;

/**
 * A length of time as a person says it: `23 min`, `2 h 5 min`, `7 days`. From two days on in whole days.
 *
 * @param ms not negative
 */
export function inWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'less than a minute';
  if (minutes >= 2 * MINUTES_OF_A_DAY) return days(Math.floor(minutes / MINUTES_OF_A_DAY));
  const hours = Math.floor(minutes / 60);
  const parts = [hours > 0 && `${hours} h`, minutes % 60 > 0 && `${minutes % 60} min`];
  return parts.filter(Boolean).join(' ');
}

/** Such as `1 day`, `7 days`. */
export function days(count: number): string {
  return new Intl.NumberFormat('en', { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(count);
}
