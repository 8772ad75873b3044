/** `npm run simulate`: lets this system and what one would pick instead live through the same years, and keeps the result. */
import { parseArgs } from 'node:util';
import { keepFindings } from './keep-findings.ts';
import { publishResults } from './publish-results.ts';
import { playSeeds } from './year/play-seeds.ts';
import { reportYears } from './year/report.ts';
import { DAY_MINUTES } from './year/trace.ts';

const SEEDS = 200;
const DAYS = 365;
const HELP = `npm run simulate [-- --seeds ${SEEDS} --days ${DAYS}]

Lets this system's real workflows, and models of what one would pick instead, live through the same years of faults in
virtual time; each seed is another year. Keeps the result in bench/results.json and docs/performance.md. A year takes some
ten seconds of a processor. Ctrl-C ends it with the years that were played.
`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: String(SEEDS) },
    days: { type: 'string', default: String(DAYS) },
    help: { type: 'boolean', default: false },
  },
});
const seeds = Number(values.seeds);
const days = Number(values.days);
if (values.help) {
  process.stdout.write(HELP);
} else if (!isCount(seeds) || !isCount(days)) {
  process.stderr.write(`--seeds and --days want a whole number from 1.\n\n${HELP}`);
  process.exitCode = 2;
} else {
  const minutes = days * DAY_MINUTES;
  const numbers = Array.from({ length: seeds }, (_, index) => index + 1);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const years = await playSeeds(numbers, minutes, {
    progress: (line) => process.stderr.write(`year: ${line}\n`),
    signal: stop.signal,
  });
  keepFindings('year', 'A simulated year', reportYears(years, minutes));
  await publishResults();
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
