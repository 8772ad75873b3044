import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addVersion,
  dropDeprecated,
  type LabelledVersion,
  moveStage,
  type StageMove,
} from '../../../../../infra/local/aws/secrets-manager/stages.ts';
import { AwsError } from '../../../../../infra/local/aws/service.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const IDS = ['v1', 'v2', 'v3', 'v4'];

const stage = fc.constantFrom('AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'blue', 'green');
const versionId = fc.constantFrom(...IDS, 'unknown');
const added = fc.record({ stages: fc.uniqueArray(stage, { maxLength: 3 }) });
const move = fc.record({
  stage,
  moveTo: fc.option(versionId, { nil: undefined }),
  removeFrom: fc.option(versionId, { nil: undefined }),
});
/** Versions as any sequence of puts and moves leaves them. */
const versions = fc
  .tuple(fc.array(added, { maxLength: IDS.length }), fc.array(move, { maxLength: 10 }))
  .map(([puts, moves]) => {
    const stored = puts.reduce<LabelledVersion[]>(
      (before, { stages }, index) => addVersion(before, { id: `v${index + 1}`, stages }),
      [],
    );
    return moves.reduce((before, step) => tryMove(before, step) ?? before, stored);
  });

function tryMove(before: LabelledVersion[], step: StageMove): LabelledVersion[] | null {
  try {
    return moveStage(before, step);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'InvalidParameterException') return null;
    throw error;
  }
}

function holderOf(label: string, all: readonly LabelledVersion[]): string | undefined {
  return all.find(({ stages }) => stages.includes(label))?.id;
}

function at(...stages: string[][]): LabelledVersion[] {
  return stages.map((labels, index) => ({ id: `v${index + 1}`, stages: labels }));
}

describe('staging labels, whatever is done', () => {
  it('leave exactly one version current once there is one', () => {
    fc.assert(
      fc.property(versions, (all) => {
        const current = all.filter(({ stages }) => stages.includes('AWSCURRENT'));
        expect(current).toHaveLength(all.length === 0 ? 0 : 1);
      }),
    );
  });

  it('are on one version at most, once, and sorted', () => {
    fc.assert(
      fc.property(versions, (all) => {
        const labels = all.flatMap(({ stages }) => stages);
        expect(new Set(labels).size).toBe(labels.length);
        for (const { stages } of all) expect(stages).toEqual([...stages].sort());
      }),
    );
  });

  it('make the version that was current the previous one, and no other', () => {
    fc.assert(
      fc.property(versions, move, (before, step) => {
        const after = tryMove(before, { ...step, stage: 'AWSCURRENT' });
        const formerly = holderOf('AWSCURRENT', before);
        if (!after || holderOf('AWSCURRENT', after) === formerly) return;
        expect(holderOf('AWSPREVIOUS', after)).toBe(formerly);
      }),
    );
  });

  it('move only if they are where the caller says, and not at all otherwise', () => {
    fc.assert(
      fc.property(versions, move, (before, step) => {
        const snapshot = structuredClone(before);
        const holder = holderOf(step.stage, before);
        const after = tryMove(before, step);
        expect(before).toEqual(snapshot);
        if (after && step.removeFrom !== undefined) expect(holder).toBe(step.removeFrom);
        if (after && step.moveTo !== undefined && holder !== undefined && holder !== step.moveTo) {
          expect(step.removeFrom).toBe(holder);
        }
        if (after) expect(holderOf(step.stage, after)).toBe(step.moveTo);
      }),
    );
  });

  it('other than the one moved stay where they are, but for AWSPREVIOUS', () => {
    fc.assert(
      fc.property(versions, move, (before, step) => {
        const after = tryMove(before, step);
        if (!after) return;
        for (const other of ['AWSCURRENT', 'AWSPENDING', 'blue', 'green']) {
          if (other !== step.stage) expect(holderOf(other, after)).toBe(holderOf(other, before));
        }
        if (step.stage !== 'AWSCURRENT' && step.stage !== 'AWSPREVIOUS') {
          expect(holderOf('AWSPREVIOUS', after)).toBe(holderOf('AWSPREVIOUS', before));
        }
      }),
    );
  });
});

describe('a version that is added', () => {
  it('becomes current as the first, whatever label it comes with', () => {
    expect(addVersion([], { id: 'v1', stages: ['AWSPENDING'] })).toEqual(at(['AWSCURRENT', 'AWSPENDING']));
  });

  it('leaves what is current alone when it is only staged', () => {
    const staged = addVersion(at(['AWSCURRENT']), { id: 'v2', stages: ['AWSPENDING'] });
    expect(staged).toEqual(at(['AWSCURRENT'], ['AWSPENDING']));
  });

  it('takes its labels from the versions that had them', () => {
    const before = at(['AWSCURRENT'], ['AWSPENDING', 'blue']);
    expect(addVersion(before, { id: 'v3', stages: ['AWSPENDING'] })).toEqual(
      at(['AWSCURRENT'], ['blue'], ['AWSPENDING']),
    );
  });

  it('is refused with the 21st label of a secret', () => {
    const labels = (count: number) => Array.from({ length: count }, (_, index) => `label-${index}`);
    const add = (count: number) => addVersion(at(['AWSCURRENT']), { id: 'v2', stages: labels(count) });
    expect(add(19)).toHaveLength(2);
    expect(() => add(20)).toThrow(expect.objectContaining({ code: 'LimitExceededException' }));
  });
});

describe('a label that is moved', () => {
  const BEFORE = at(['AWSPREVIOUS'], ['AWSCURRENT'], ['AWSPENDING']);

  it('stays on a promoted version beside AWSCURRENT', () => {
    expect(moveStage(BEFORE, { stage: 'AWSCURRENT', moveTo: 'v3', removeFrom: 'v2' })).toEqual(
      at([], ['AWSPREVIOUS'], ['AWSCURRENT', 'AWSPENDING']),
    );
  });

  it('swaps current and previous in a rollback', () => {
    expect(moveStage(BEFORE, { stage: 'AWSCURRENT', moveTo: 'v1', removeFrom: 'v2' })).toEqual(
      at(['AWSCURRENT'], ['AWSPREVIOUS'], ['AWSPENDING']),
    );
  });

  it('changes nothing when it is there already', () => {
    expect(moveStage(BEFORE, { stage: 'AWSCURRENT', moveTo: 'v2' })).toEqual(BEFORE);
    expect(moveStage(BEFORE, { stage: 'AWSCURRENT', moveTo: 'v2', removeFrom: 'v2' })).toEqual(BEFORE);
  });

  it.each([
    ['from nowhere named', { stage: 'AWSCURRENT', moveTo: 'v3' }, /^The parameter RemoveFromVersionId can't/],
    ['from where it is not', { stage: 'AWSCURRENT', moveTo: 'v3', removeFrom: 'v1' }, /not attached to/],
    ['to an unknown version', { stage: 'blue', moveTo: 'v9' }, /^Not a valid version: v9$/],
    ['to nothing, from nothing', { stage: 'blue' }, /^You must specify/],
    ['off the current version', { stage: 'AWSCURRENT', removeFrom: 'v2' }, /can’t be completely removed/],
  ])('is refused %s', (_, step, message) => {
    const moving = () => moveStage(BEFORE, step);
    expect(moving).toThrow(message);
    expect(moving).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
  });
});

describe('versions without a label', () => {
  const version = (index: number, stages: string[] = []) => ({ id: `v${index}`, stages, createdMs: index });
  const many = (count: number) => Array.from({ length: count }, (_, index) => version(index));

  it('are kept up to a hundred', () => {
    expect(dropDeprecated(many(100), 2 * DAY_MS)).toHaveLength(100);
  });

  it('are dropped beyond that, oldest first', () => {
    const kept = dropDeprecated(many(103), 2 * DAY_MS);
    expect(kept).toHaveLength(100);
    expect(kept[0]?.id).toBe('v3');
  });

  it('are kept for 24 hours, however many there are', () => {
    expect(dropDeprecated(many(103), DAY_MS - 1)).toHaveLength(103);
  });

  it('go before those with one, however old these are', () => {
    const kept = dropDeprecated([version(0, ['AWSCURRENT']), ...many(101).slice(1)], 2 * DAY_MS);
    expect(kept.map(({ id }) => id).slice(0, 2)).toEqual(['v0', 'v2']);
  });
});
