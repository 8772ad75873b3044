import { isDeepStrictEqual } from 'node:util';
import { median } from '../median.ts';
import type { Cell, Findings, Table } from '../section.ts';
import { CRASHES, DEATHS, PEOPLE, type Service, SPELL_KINDS, type SpellKind } from './fault-model.ts';
import type { Outcome } from './outcome.ts';
import { PEERS, type SeedOutcome } from './players.ts';
import { DAY_MINUTES, YEAR_MINUTES } from './trace.ts';

/** A player with its outcomes, seed by seed. */
interface Played {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
}

/** What the years came to, as tables and as the figures that are drawn. */
export function reportYears(years: readonly SeedOutcome[], minutes: number): Findings {
  const players: readonly Played[] = [
    { name: 'the bound', outcomes: years.map(({ bound }) => bound) },
    {
      name: 'the bound every 50 minutes',
      outcomes: years.map(({ boundOfRhythm }) => boundOfRhythm),
    },
    { name: 'this system', outcomes: years.map(({ keeper }) => keeper) },
    ...PEERS.map(({ name }, index) => ({
      name,
      outcomes: years.flatMap(({ peers }) => peers[index] ?? []),
    })),
  ];
  return {
    tables: [playersTable(players, minutes), emailsTable(years), modelTable()],
    figures: {
      seeds: years.length,
      days: minutes / DAY_MINUTES,
      withoutTokenMinutes: yearByYear(players, withoutToken),
      missedMinutes: yearByYear(players, ({ availability }) => availability.missedMinutes),
      violations: years.flatMap(({ keeper }) => keeper.violations),
    },
  };
}

/** Of each player, ascending. */
function yearByYear(players: readonly Played[], of: (outcome: Outcome) => number): Record<string, number[]> {
  return Object.fromEntries(
    players.map(({ name, outcomes }) => [name, outcomes.map(of).toSorted((a, b) => a - b)]),
  );
}

function playersTable(players: readonly Played[], minutes: number): Table {
  return {
    title: 'A connection’s year, the mean of all seeds',
    columns: [
      'player',
      'held a good token',
      'minutes without, mean',
      'median',
      'while the API answered',
      'gaps',
      'longest gap, minutes',
      'mints',
      'consents',
      'credentials lost, all seeds',
    ],
    rows: players.map(({ name, outcomes }): Cell[] => {
      const mean = (of: (outcome: Outcome) => number) => round(total(outcomes, of) / outcomes.length);
      const held = total(outcomes, ({ availability }) => availability.heldMinutes);
      const polled = total(outcomes, ({ availability }) => availability.minutes);
      return [
        name,
        `${((held / polled) * 100).toFixed(4)} %`,
        mean(withoutToken),
        median(outcomes.map(withoutToken)),
        mean(({ availability }) => availability.missedMinutes),
        mean(({ availability }) => availability.gaps),
        Math.max(...outcomes.map(({ availability }) => availability.longestGapMinutes)),
        Math.round(total(outcomes, ({ mints }) => mints) / outcomes.length),
        mean(({ consents }) => consents),
        total(outcomes, ({ credentialsLost }) => credentialsLost),
      ];
    }),
    notes: [
      ...(minutes === YEAR_MINUTES ? [] : [`These years have ${minutes / DAY_MINUTES} days.`]),
      'A consumer looks every minute and holds what it read last. "While the API answered": with Zoho’s API down there is nothing to use a token for. This system publishes none then, since it proves each one at that API before; the others do not.',
      'The bound mints every minute, never waits, and has the person called in the minute in which Zoho says "dead": the rest of its gaps is that person’s way, and outages of more than an hour. The second one does so every 50 minutes, and every minute while it fails.',
      'This system is its real workflows; the others are models of a few dozen lines, written from their public sources (bench/year/peers), with one consumer and one process each, so that no lock is ever contended. Nothing of theirs can be corrupt, restored to an old state, or misconfigured.',
      'Nango’s failed refresh calls the person at once here, though its webhook has to be set up for that. Of a cron job and the plugin, somebody hears when consumers fail.',
      'A credential is lost when a player throws away, or uses no more, a refresh token that Zoho still honours.',
    ],
  };
}

function emailsTable(years: readonly SeedOutcome[]): Table {
  const kinds = [...new Set(years.flatMap(({ keeper }) => Object.keys(keeper.emails)))].toSorted();
  const count = (kind: string) =>
    years.reduce((sum, { keeper }) => sum + ((keeper.emails as Record<string, number>)[kind] ?? 0), 0);
  const all = kinds.reduce((sum, kind) => sum + count(kind), 0);
  const falseAlarms = years.reduce((sum, { keeper }) => sum + keeper.falseAlarms, 0);
  return {
    title: 'What this system told people in that year',
    columns: ['told', 'times a year'],
    rows: [
      ...kinds.map((kind): Cell[] => [kind, round(count(kind) / years.length)]),
      ['all', round(all / years.length)],
      ['of them, "down" for nothing', round(falseAlarms / years.length)],
    ],
    notes: [
      '"Down" is for nothing when the consumer is well and Zoho honours the credential. The daily digest is sent while something is not as it should be.',
      'The other players send no e-mails.',
    ],
  };
}

function modelTable(): Table {
  const { noticesAfter, comesAfter, late } = PEOPLE;
  const kinds = [
    ...alikeSpells().map(({ services, kind: { hows, timesAYear, minutes, source } }) => ({
      what: `${services.join(', ')}: ${[...new Set(hows)].join(', ')}`,
      cells: [timesAYear, minutes.median],
      source,
    })),
    ...DEATHS.map(({ cause, timesAYear, source }) => ({
      what: `the refresh token ends: ${cause}`,
      cells: [timesAYear, NOTHING],
      source,
    })),
    {
      what: 'a run dies after some of its calls',
      cells: [CRASHES.timesAYear, NOTHING],
      source: CRASHES.source,
    },
    {
      what: 'until somebody notices that consumers fail',
      cells: [NOTHING, noticesAfter.median],
      source: PEOPLE.source,
    },
    {
      what: 'until the person told has consented anew',
      cells: [NOTHING, comesAfter.median],
      source: PEOPLE.source,
    },
    {
      what: `or, once in ${1 / late.share} times, a day more and up to`,
      cells: [NOTHING, late.upToMinutes],
      source: PEOPLE.source,
    },
  ];
  const sources = [...new Set(kinds.map(({ source }) => source))];
  return {
    title: 'The fault model',
    columns: ['what happens to a connection', 'times a year', 'median minutes', 'source'],
    rows: kinds.map(({ what, cells, source }) => [what, ...cells, `(${sources.indexOf(source) + 1})`]),
    notes: [
      'What comes by itself comes as a Poisson process; what lasts is log-normal (bench/year/fault-model.ts).',
      ...sources.map((source, index) => `(${index + 1}) ${source}`),
    ],
  };
}

const NOTHING = '';

/** Services of which the same is assumed. */
function alikeSpells(): { services: Service[]; kind: SpellKind }[] {
  const alike: { services: Service[]; kind: SpellKind }[] = [];
  for (const kind of SPELL_KINDS) {
    const { service, ...rest } = kind;
    const found = alike.find(({ kind: { service: _, ...other } }) => isDeepStrictEqual(other, rest));
    if (found) found.services.push(service);
    else alike.push({ services: [service], kind });
  }
  return alike;
}

function withoutToken({ availability: { minutes, heldMinutes } }: Outcome): number {
  return minutes - heldMinutes;
}

function total(outcomes: readonly Outcome[], of: (outcome: Outcome) => number): number {
  return outcomes.reduce((sum, outcome) => sum + of(outcome), 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
