import {
  CRASHES,
  DEATHS,
  type DeathCause,
  type Duration,
  type How,
  PEOPLE,
  type Service,
  SPELL_KINDS,
} from './fault-model.ts';
import { type Chance, chanceOf } from './random.ts';

export const DAY_MINUTES = 24 * 60;
export const YEAR_MINUTES = 365 * DAY_MINUTES;
/** Of an access token. */
export const LIFETIME_MINUTES = 60;

/** A time in which a service fails. */
export interface Spell {
  readonly service: Service;
  readonly how: How;
  readonly fromMinute: number;
  readonly minutes: number;
}

/** A refresh token that lives is ended at Zoho, with its access tokens. */
export interface Death {
  readonly minute: number;
  readonly cause: DeathCause;
}

/** The first run from this minute on dies. */
export interface Crash {
  readonly minute: number;
  /** After so many of its calls. */
  readonly afterCalls: number;
}

/** Who is on call on a day. */
export interface Person {
  /** How long consumers fail before this person knows why, where nothing tells. */
  readonly noticesAfterMinutes: number;
  /** From knowing to having consented anew. */
  readonly comesAfterMinutes: number;
}

/** Everything that befalls one connection, in the order of time; minutes are counted from the beginning. */
export interface Trace {
  readonly minutes: number;
  readonly spells: readonly Spell[];
  readonly deaths: readonly Death[];
  readonly crashes: readonly Crash[];
  /** One for each day. */
  readonly people: readonly Person[];
}

/** A quarter of an hour to begin in, which nothing befalls. */
const QUIET_MINUTES = 15;

/** The trace of a seed: the same one each time. */
export function drawTrace(seed: number, minutes: number = YEAR_MINUTES): Trace {
  const chance = chanceOf(seed);
  const spells = SPELL_KINDS.flatMap(({ service, hows, timesAYear, minutes: duration }) =>
    minutesOf(chance, timesAYear, minutes).map((fromMinute) => ({
      service,
      how: chance.pick(hows),
      fromMinute,
      minutes: wholeMinutes(chance, duration),
    })),
  );
  const deaths = DEATHS.flatMap(({ cause, timesAYear }) =>
    minutesOf(chance, timesAYear, minutes).map((minute) => ({ cause, minute })),
  );
  const crashes = minutesOf(chance, CRASHES.timesAYear, minutes).map((minute) => ({
    minute,
    afterCalls: Math.floor(chance.uniform() * CRASHES.calls),
  }));
  const people = Array.from({ length: Math.ceil(minutes / DAY_MINUTES) }, () => drawPerson(chance));
  return {
    minutes,
    spells: spells.toSorted((a, b) => a.fromMinute - b.fromMinute),
    deaths: deaths.toSorted((a, b) => a.minute - b.minute),
    crashes,
    people,
  };
}

/** The crashes of a trace, each taken by the first run that it can hit. */
export function takeCrashes({ crashes }: Pick<Trace, 'crashes'>): (minute: number) => Crash | null {
  const left = [...crashes];
  return (minute) => {
    const [first] = left;
    if (!first || first.minute > minute) return null;
    left.shift();
    return first;
  };
}

/**
 * Who comes when somebody is needed: whoever was on call when the last refresh token ended, so that a player who finds out
 * later gets no other person.
 */
export function personAt({ deaths, people }: Pick<Trace, 'deaths' | 'people'>, minute: number): Person {
  const sinceMinute = deaths.findLast((death) => death.minute <= minute)?.minute ?? minute;
  const person = people[Math.min(Math.floor(sinceMinute / DAY_MINUTES), people.length - 1)];
  if (!person) throw new Error('Nobody is on call in a trace of no days.');
  return person;
}

/** When something happens that comes by itself. */
function minutesOf(chance: Chance, timesAYear: number, minutes: number): number[] {
  const found: number[] = [];
  let minute = QUIET_MINUTES;
  for (;;) {
    minute += chance.exponential(YEAR_MINUTES / timesAYear);
    if (minute >= minutes) return found;
    found.push(Math.floor(minute));
  }
}

function drawPerson(chance: Chance): Person {
  const { noticesAfter, comesAfter, late } = PEOPLE;
  const lateMinutes = chance.uniform() < late.share ? DAY_MINUTES + chance.uniform() * late.upToMinutes : 0;
  return {
    noticesAfterMinutes: wholeMinutes(chance, noticesAfter),
    comesAfterMinutes: Math.ceil(lateMinutes) + wholeMinutes(chance, comesAfter),
  };
}

function wholeMinutes(chance: Chance, duration: Duration): number {
  return Math.max(1, Math.round(chance.logNormal(duration)));
}
