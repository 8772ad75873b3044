import fc from 'fast-check';

/** What befalls one invocation at its k-th call. */
export interface Mishap {
  readonly kind: 'dies-before' | 'dies-after' | 'stalls';
  readonly atCall: number;
}

/** One invocation. */
export type Act = { readonly mishap: Mishap | null } & (
  | { readonly kind: 'tick' | 'sweep' | 'refresh' }
  | { readonly kind: 'restore'; readonly generation: number }
  | { readonly kind: 'reauthorize'; readonly by: 'owner' | 'stranger' | 'nobody' | 'reluctant' | 'impatient' }
  | {
      readonly kind: 'override';
      readonly token: 'own' | 'code' | 'stranger' | 'same' | 'killed' | 'mistyped';
    }
);

export const SERVICES = ['Zoho', 'SecretsManager', 'DynamoDB', 'EventBridge', 'KMS', 'S3'] as const;
export const LOSSES = [
  'secret',
  'secret-in-30-days',
  'secret-corrupt',
  'published',
  'table',
  'bucket',
] as const;
export const TROUBLES = [
  'lost',
  'answer-lost',
  'reset',
  'throttled',
  'broken',
  'denied',
  'garbled',
  'dead',
] as const;

/** A service that fails for a while, or the world that changes. */
export type Step =
  | { readonly kind: 'wait'; readonly minutes: number }
  /** Side by side, in the order that `turns` says. */
  | { readonly kind: 'acts'; readonly acts: readonly Act[]; readonly turns: readonly number[] }
  | {
      readonly kind: 'trouble';
      readonly service: (typeof SERVICES)[number];
      readonly how: (typeof TROUBLES)[number];
      /** How many tries meet it. */
      readonly tries: number;
    }
  /** As often, one after the other, as an impatient admin clicks. */
  | { readonly kind: 'hammer'; readonly times: number }
  | { readonly kind: 'lose'; readonly what: (typeof LOSSES)[number] }
  | { readonly kind: 'kill'; readonly which: 'current' | 'all' | 'oldest' }
  | { readonly kind: 'clock'; readonly seconds: number };

export interface History {
  readonly start: 'running' | 'unauthorised';
  readonly steps: readonly Step[];
}

const mishap: fc.Arbitrary<Mishap | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('dies-before', 'dies-after', 'stalls'),
      atCall: fc.integer({ min: 0, max: 20 }),
    }),
  },
);

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constantFrom('tick', 'sweep', 'refresh'), mishap }),
  fc.record({
    kind: fc.constant('reauthorize'),
    by: fc.constantFrom('owner', 'owner', 'stranger', 'nobody', 'reluctant', 'impatient'),
    mishap,
  }),
  fc.record({
    kind: fc.constant('override'),
    token: fc.constantFrom('own', 'code', 'stranger', 'same', 'killed', 'mistyped'),
    mishap,
  }),
  fc.record({ kind: fc.constant('restore'), generation: fc.integer({ min: 1, max: 4 }), mishap }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('wait'), minutes: fc.integer({ min: 1, max: 120 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('acts'),
      acts: fc.array(act, { minLength: 1, maxLength: 3 }),
      turns: fc.array(fc.nat(5), { maxLength: 12 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('trouble'),
      service: fc.constantFrom(...SERVICES),
      how: fc.constantFrom(...TROUBLES),
      tries: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('hammer'), times: fc.integer({ min: 8, max: 14 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('lose'), what: fc.constantFrom(...LOSSES) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('kill'), which: fc.constantFrom('current', 'all', 'oldest') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('clock'), seconds: fc.integer({ min: -60, max: 60 }) }),
  },
);

export const histories: fc.Arbitrary<History> = fc.record({
  start: fc.constantFrom('running', 'running', 'running', 'unauthorised'),
  steps: fc.array(step, { minLength: 1, maxLength: 10 }),
});
