import { AwsError } from '../service.ts';

/** What the rules on staging labels need to know of a version. */
export interface LabelledVersion {
  readonly id: string;
  readonly stages: string[];
}

/** A label with the version it goes to and the one it is taken from, each by its id; at least one of them. */
export interface StageMove {
  readonly stage: string;
  readonly moveTo?: string | undefined;
  readonly removeFrom?: string | undefined;
}

const CURRENT = 'AWSCURRENT';
const PREVIOUS = 'AWSPREVIOUS';

/** @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const MAX_STAGES_PER_SECRET = 20;
const MAX_VERSIONS = 100;
const VERSION_IS_KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * Adds a version with its labels, each taken from whichever version had it. A secret's first version becomes current
 * whatever its labels are; whoever loses `AWSCURRENT` gets `AWSPREVIOUS`.
 *
 * @throws {AwsError} `LimitExceededException`
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 */
export function addVersion<V extends LabelledVersion>(versions: readonly V[], added: V): V[] {
  const stages = versions.length === 0 ? [...added.stages, CURRENT] : added.stages;
  let result: V[] = [...versions, { ...added, stages: [] }];
  // AWSCURRENT last, so that the AWSPREVIOUS it leaves behind prevails over one that was asked for.
  const others = [...new Set(stages)].filter((stage) => stage !== CURRENT);
  for (const stage of others) result = attach(result, stage, added.id);
  if (stages.includes(CURRENT)) result = attach(result, CURRENT, added.id);
  return withinLimit(result);
}

/**
 * Moves or removes one label, if it is where the caller says it is: a compare-and-set.
 *
 * @throws {AwsError} `InvalidParameterException` when the label is elsewhere or a version is unknown,
 *   `LimitExceededException`
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export function moveStage<V extends LabelledVersion>(versions: readonly V[], move: StageMove): V[] {
  const { stage, moveTo, removeFrom } = move;
  for (const id of [moveTo, removeFrom]) {
    if (id !== undefined && !versions.some((version) => version.id === id)) {
      throw invalidParameter(`Not a valid version: ${id}`);
    }
  }
  const holder = versions.find(({ stages }) => stages.includes(stage))?.id;
  if (removeFrom !== undefined && removeFrom !== holder) {
    throw invalidParameter(`Staging label ${stage} is not attached to version ${removeFrom}.`);
  }
  if (moveTo === undefined) return removeStage(versions, stage, removeFrom);
  if (holder === moveTo) return [...versions];
  if (holder !== undefined && removeFrom === undefined) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  return withinLimit(attach(versions, stage, moveTo));
}

/**
 * Drops what AWS drops of a secret with more than 100 versions: the oldest that have no label, unless they were created
 * within 24 hours.
 *
 * @param versions in the order of their creation
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export function dropDeprecated<V extends LabelledVersion & { readonly createdMs: number }>(
  versions: readonly V[],
  nowMs: number,
): V[] {
  let excess = versions.length - MAX_VERSIONS;
  return versions.filter(({ stages, createdMs }) => {
    const isDropped = excess > 0 && stages.length === 0 && nowMs - createdMs >= VERSION_IS_KEPT_MS;
    if (isDropped) excess -= 1;
    return !isDropped;
  });
}

function removeStage<V extends LabelledVersion>(
  versions: readonly V[],
  stage: string,
  removeFrom: string | undefined,
): V[] {
  if (removeFrom === undefined) {
    throw invalidParameter('You must specify MoveToVersionId, RemoveFromVersionId, or both.');
  }
  if (stage === CURRENT) {
    throw invalidParameter(
      `You can only move staging label ${CURRENT} to a different secret version. It can’t be completely removed.`,
    );
  }
  return label(versions, stage, undefined);
}

function attach<V extends LabelledVersion>(versions: readonly V[], stage: string, id: string): V[] {
  const former = versions.find(({ stages }) => stages.includes(stage));
  const moved = label(versions, stage, id);
  return stage === CURRENT && former && former.id !== id ? label(moved, PREVIOUS, former.id) : moved;
}

/** Leaves a label on one version only, or on none. */
function label<V extends LabelledVersion>(
  versions: readonly V[],
  stage: string,
  id: string | undefined,
): V[] {
  return versions.map((version) => {
    const others = version.stages.filter((other) => other !== stage);
    return { ...version, stages: version.id === id ? [...others, stage].sort() : others };
  });
}

function withinLimit<V extends LabelledVersion>(versions: V[]): V[] {
  if (versions.flatMap(({ stages }) => stages).length > MAX_STAGES_PER_SECRET) {
    throw new AwsError(
      'LimitExceededException',
      `A secret can't have more than ${MAX_STAGES_PER_SECRET} staging labels.`,
    );
  }
  return versions;
}

function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
