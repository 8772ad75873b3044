import type { Journey } from '../support/faults/journey.ts';
import { type Meanwhile, type Mode, modesOf, strike } from '../support/faults/modes.ts';
import { brokenHealth, brokenPromises } from '../support/faults/promises.ts';
import { passAftermath, sweepUntilAtRest } from '../support/faults/schedule.ts';
import type { Universe, World } from '../support/faults/world.ts';
import type { Scenario, Stage } from './scenarios.ts';

/** One call of a workflow, and what befalls it. */
export interface Case {
  /** Such as `override/SecretsManager.PutSecretValue#2/dies-after`. */
  readonly name: string;
  readonly call: string;
  /** How many calls of that name come before it. */
  readonly index: number;
  readonly mode: Mode;
}

export interface Failure {
  readonly name: string;
  readonly problems: readonly string[];
}

/** A case for each call that the workflow makes when all is well, in each mode. */
export async function casesOf(universe: Universe, scenario: Scenario): Promise<Case[]> {
  const world = await universe.newWorld();
  const stage = await scenario.arrange(world);
  const calls = await recordCalls(world, stage);
  return calls.flatMap(({ call, index }) =>
    modesOf(call, stage.repeat !== null).map((mode) => ({
      name: `${scenario.name}/${call}#${index + 1}/${mode}`,
      call,
      index,
      mode,
    })),
  );
}

async function recordCalls(world: World, stage: Stage): Promise<{ call: string; index: number }[]> {
  const calls = new Map<string, { call: string; index: number }>();
  const passage = ({ call, callId, serve }: Journey) => {
    const index = [...calls.values()].filter((other) => other.call === call).length;
    if (!calls.has(callId)) calls.set(callId, { call, index });
    return serve();
  };
  const outcome = await stage.act(world.deps(passage));
  if (outcome.kind === 'failed') throw new Error(`the workflow fails when all is well: ${outcome.detail}`);
  return [...calls.values()];
}

/** @returns what is wrong in the end; nothing for a case that was survived */
export async function play(
  universe: Universe,
  scenario: Scenario,
  { call, index, mode }: Case,
): Promise<string[]> {
  const world = await universe.newWorld();
  const stage = await scenario.arrange(world);
  const { passage, hasStruck, death } = strike({ call, index }, mode, world, others(world, stage));
  const outcome = await Promise.race([
    stage.act(world.deps(passage)),
    death.then(() => ({ kind: 'failed', detail: 'died' }) as const),
  ]);
  if (!hasStruck()) return ['the call never came'];
  const expected = outcome.kind === 'failed' ? null : stage.expected();
  await sweepUntilAtRest(world);
  const problems = await brokenPromises(world);
  if (stage.repeat && outcome.kind === 'failed') {
    world.advance(1_000);
    const repeated = await stage.repeat();
    if (repeated.kind === 'failed')
      problems.push(`asking again failed: ${repeated.detail} after ${outcome.detail}`);
    await sweepUntilAtRest(world);
  }
  await passAftermath(world);
  problems.push(...(await brokenHealth(world)));
  if (!isExpected(world, stage, { mode, expected })) problems.push(`what was ${outcome.kind} is not current`);
  return [...new Set(problems)];
}

/** @param ended.expected the token that was to be current when the act ended; null when it failed and was asked for again */
function isExpected(
  { witness }: World,
  stage: Stage,
  { mode, expected }: { mode: Mode; expected: string | null },
): boolean {
  const current = witness.credentialAt('AWSCURRENT')?.refreshToken;
  if (current === (expected ?? stage.expected())) return true;
  // Two admins at once: either one's will do.
  if (mode.endsWith('while-repeated')) return true;
  return stage.fallback?.after.includes(mode) === true && current === stage.fallback.refreshToken;
}

function others(world: World, stage: Stage): Meanwhile {
  return {
    sweeps: () => sweepUntilAtRest(world),
    async repeats() {
      await stage.repeat?.();
    },
  };
}

/** @param only the name of the one case to play; without it, all of them */
export async function playAll(
  universe: Universe,
  scenario: Scenario,
  only: string | undefined,
): Promise<{ played: readonly Case[]; failures: readonly Failure[] }> {
  const cases = await casesOf(universe, scenario);
  const played = only === undefined ? cases : cases.filter(({ name }) => name === only);
  const failures: Failure[] = [];
  for (const each of played) {
    const problems = await play(universe, scenario, each);
    if (problems.length > 0) failures.push({ name: each.name, problems });
  }
  return { played, failures };
}
