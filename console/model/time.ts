const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A span in words, such as `31 min`, `1 h 12 min`, `3 days`: never negative, and never more than there is. */
export function spanWords(spanMs: number): string {
  const ms = Math.max(0, spanMs);
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS)
    return joined(Math.floor(ms / HOUR_MS), 'h', Math.floor((ms % HOUR_MS) / MINUTE_MS), 'min');
  return `${Math.floor(ms / DAY_MS)} days`;
}

/** How long something still takes, to the second while that matters: `1 h 12 min`, `31 min 04 s`, `9 s`. */
export function countdownWords(leftMs: number): string {
  const s = Math.max(0, Math.ceil(leftMs / SECOND_MS));
  if (s >= 3_600) return spanWords(s * SECOND_MS);
  if (s < 60) return `${s} s`;
  return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** How far a time is from now: `in 31 min`, `12 min ago`, `now`. */
export function relativeWords(atMs: number, nowMs: number): string {
  const awayMs = atMs - nowMs;
  if (Math.abs(awayMs) < 5 * SECOND_MS) return 'now';
  return awayMs > 0 ? `in ${spanWords(awayMs)}` : `${spanWords(-awayMs)} ago`;
}

/**
 * A time as a clock on the wall has it, with its zone; with the date unless it is today.
 *
 * @param timeZone IANA; the browser's own without it
 */
export function localWords(atMs: number, nowMs: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const time = formatted(atMs, { hour: '2-digit', minute: '2-digit', timeZoneName: 'short', ...zone });
  const day: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', ...zone };
  if (formatted(atMs, { ...day, year: 'numeric' }) === formatted(nowMs, { ...day, year: 'numeric' }))
    return time;
  const isFar = Math.abs(atMs - nowMs) > 300 * DAY_MS;
  return `${formatted(atMs, isFar ? { ...day, year: 'numeric' } : day)}, ${time}`;
}

/** A day without its time, such as `31 January 2027`. */
export function dayWords(atMs: number, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  return formatted(atMs, { day: 'numeric', month: 'long', year: 'numeric', ...zone });
}

/** A time as logs and colleagues elsewhere have it, such as `2026-01-31 08:00:00 UTC`. */
export function utcWords(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A time as a field for one has it, in whole minutes of the browser's zone; empty for what is no time. */
export function fieldTime(text: string): string {
  const at = new Date(text);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS);
  const year = local.getUTCFullYear();
  // Also what is no time: its year is NaN. A field has four digits for one.
  return year >= 1_000 && year < 10_000 ? local.toISOString().slice(0, 16) : '';
}

/** To ms since the epoch; null stays null. */
export function timeOf(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** To make a format is slow, and a page shows hundreds of times each second. */
function formatted(atMs: number, options: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify(options);
  const format = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', { hourCycle: 'h23', ...options });
  formats.set(key, format);
  return format.format(atMs);
}
