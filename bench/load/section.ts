import { availableParallelism } from 'node:os';
import type { Findings, Progress, Section } from '../section.ts';
import { findBorder } from './find-border.ts';
import type { Measured } from './measured.ts';
import { measureMemory } from './memory.ts';
import { MintRecord } from './mints.ts';
import { type LoadRun, runLoad } from './run-load.ts';
import { ADMINS, CONNECTIONS, openStage, type Stage } from './stage.ts';
import { answerTable, keepTable, rateTable, timeTable } from './tables.ts';
import { holds, tallyAnswers } from './tally.ts';

/** What is asked for. */
const GOAL = { ratePerS: 200, durationS: 60 };
/** One request at a time, for what each kind takes by itself. */
const UNLOADED = { ratePerS: 5, durationS: 20 };
/** More and more, so that environments start as they are needed; not measured. */
const WARM_UP = [25, 50, 100].map((ratePerS) => ({ ratePerS, durationS: 5 }));
/** What may be tried when the goal is missed, and when it is met. */
const LESS = [25, 50, 75, 100, 125, 150, 175];
const MORE = [250, 300, 400];
const TRY_S = 15;

/** How the admin API's functions bear admins who all ask at once. */
export const section: Section = { title: 'Load', run };

async function run(progress: Progress): Promise<Findings> {
  progress('starting a twin');
  const stage = await openStage();
  try {
    return describe(await measure(stage, progress));
  } finally {
    await stage.twin.close();
  }
}

async function measure(stage: Stage, progress: Progress): Promise<Measured> {
  const { twin, tokens } = stage;
  const record = new MintRecord(twin.simulator.journal);
  const play = ({ ratePerS, durationS }: { ratePerS: number; durationS: number }) =>
    runLoad(
      {
        load: { ratePerS, durationS, admins: ADMINS, connections: CONNECTIONS },
        origin: twin.api,
        tokens,
      },
      (line) => {
        record.collect();
        if (line) progress(line);
      },
    );
  const renew = () => {
    progress('letting all limits pass, and refreshing all connections');
    return stage.renew();
  };

  await renew();
  progress('unloaded');
  const unloaded = await play(UNLOADED);
  progress('warming up');
  for (const load of WARM_UP) await play(load);
  await renew();
  const before = measureMemory();
  const goal = await play(GOAL);
  await stage.settle();
  record.collect();
  const after = measureMemory();
  const tried: LoadRun[] = [];
  const isCarried = holds(tallyAnswers(goal.answers));
  await findBorder(isCarried ? MORE : LESS, async (ratePerS) => {
    await renew();
    const attempt = await play({ ratePerS, durationS: TRY_S });
    tried.push(attempt);
    return holds(tallyAnswers(attempt.answers));
  });
  record.collect();
  return { unloaded, goal, tried, mints: record.count(), before, after };
}

function describe(measured: Measured): Findings {
  const { unloaded, goal, tried, ...rest } = measured;
  const figure = ({ answers, ...run }: LoadRun) => ({
    ...run,
    ...tallyAnswers(answers),
    byKind: Object.fromEntries(
      [...Map.groupBy(answers, ({ kind }) => kind)].map(([kind, own]) => [kind, tallyAnswers(own)]),
    ),
  });
  return {
    tables: [
      answerTable(measured, GOAL),
      timeTable(measured, GOAL),
      rateTable(measured, availableParallelism()),
      keepTable(measured),
    ],
    figures: { unloaded: figure(unloaded), goal: figure(goal), tried: tried.map(figure), ...rest },
  };
}
