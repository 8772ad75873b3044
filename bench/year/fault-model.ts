/**
 * What can go wrong in a year, as data. What a public source says is cited; where there is none, the figure is an
 * assumption and says so, chosen rather too harsh than too mild. Durations are in minutes.
 */

/** What the players depend on. Not every player depends on each. */
export const SERVICES = [
  'accounts',
  'api',
  'secretsManager',
  'dynamodb',
  'kms',
  's3',
  'eventBridge',
  'ses',
  'compute',
  'schedules',
] as const;
export type Service = (typeof SERVICES)[number];

/**
 * How a service fails: `broken` is a 500, `lost` no answer within the caller's time-out, `garbled` a page where JSON should
 * be, `throttled` its refusal of too many requests, `dead` Zoho's word that the refresh token is dead although it lives,
 * `still` nothing runs.
 */
export const HOWS = ['broken', 'lost', 'garbled', 'throttled', 'dead', 'still'] as const;
export type How = (typeof HOWS)[number];

/** How long something lasts. */
export interface Duration {
  readonly median: number;
  /** The standard deviation of the duration's logarithm: with 1, one in forty is seven times the median. */
  readonly spread: number;
}

/** A time in which a service fails, coming by itself. */
export interface SpellKind {
  readonly service: Service;
  readonly hows: readonly How[];
  readonly timesAYear: number;
  readonly minutes: Duration;
  readonly source: string;
}

const OUTAGE: readonly How[] = ['broken', 'broken', 'lost', 'garbled'];
const AWS_OUTAGE: readonly How[] = ['broken', 'broken', 'lost'];
const AWS_BLIP: readonly How[] = ['throttled', 'broken', 'lost'];

const AWS_OUTAGE_SOURCE =
  'AWS’s post-event summaries: DynamoDB for some 3 hours on 2025-10-19 (https://aws.amazon.com/message/101925/), Lambda for some 4 hours on 2023-06-13 (https://aws.amazon.com/message/061323/). That it happens to each service once in five years is an assumption, and a harsh one.';
const AWS_BLIP_SOURCE = 'An assumption: a service’s availability of 99.99 % is 53 minutes a year.';

/** An outage that the newspapers write about, and the few minutes that nobody does. */
const AWS_SPELLS: readonly SpellKind[] = (
  ['secretsManager', 'dynamodb', 'kms', 's3', 'eventBridge', 'ses'] as const
).flatMap((service): SpellKind[] => [
  {
    service,
    hows: AWS_OUTAGE,
    timesAYear: 0.2,
    minutes: { median: 120, spread: 0.7 },
    source: AWS_OUTAGE_SOURCE,
  },
  { service, hows: AWS_BLIP, timesAYear: 6, minutes: { median: 3, spread: 0.8 }, source: AWS_BLIP_SOURCE },
]);

export const SPELL_KINDS: readonly SpellKind[] = [
  {
    service: 'accounts',
    hows: OUTAGE,
    timesAYear: 6,
    minutes: { median: 20, spread: 1 },
    source:
      'Zoho promises 99.9 % a month, which lets 43.8 minutes a month go (https://help.zoho.com/portal/en/kb/crm/faqs/articles/zoho-crm-uptime-sla-and-availability): these are some 3.3 hours a year, of the 8.8 that it promises to stay below.',
  },
  {
    service: 'api',
    hows: OUTAGE,
    timesAYear: 6,
    minutes: { median: 20, spread: 1 },
    source: 'As for the accounts server, apart from it.',
  },
  {
    service: 'accounts',
    hows: ['throttled'],
    timesAYear: 4,
    minutes: { median: 15, spread: 0.7 },
    source:
      'Zoho mints 10 access tokens per refresh token in 10 minutes and refuses the rest of the window (https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html). Somebody else uses up the budget: how often is an assumption. Asking again does not prolong it here, to nobody’s disadvantage.',
  },
  {
    service: 'accounts',
    hows: ['dead'],
    timesAYear: 0.5,
    minutes: { median: 10, spread: 0.7 },
    source:
      'An assumption, for the kind of mistake that makes a client throw a living credential away: a wrong answer of a provider that is failing.',
  },
  ...AWS_SPELLS,
  {
    service: 'compute',
    hows: ['still'],
    timesAYear: 0.2,
    minutes: { median: 120, spread: 0.7 },
    source: AWS_OUTAGE_SOURCE,
  },
  {
    service: 'schedules',
    hows: ['still'],
    timesAYear: 6,
    minutes: { median: 10, spread: 0.8 },
    source:
      'EventBridge delivers at least once and as a rule within its minute (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event.html): that it starts nothing for some minutes is an assumption.',
  },
];

/** What ends a refresh token and its access tokens at Zoho, without a word to anybody. */
export const DEATHS = [
  {
    cause: 'evicted',
    timesAYear: 0.5,
    source:
      'The 21st refresh token of a user and client deletes the oldest (https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html). How often is an assumption.',
  },
  {
    cause: 'password changed',
    timesAYear: 0.5,
    source: 'Zoho offers to end API tokens with it. How often is an assumption.',
  },
  {
    cause: 'app revoked',
    timesAYear: 0.25,
    source:
      'Any user can take back what they allowed (https://accounts.zoho.com). How often is an assumption.',
  },
] as const;
export type DeathCause = (typeof DEATHS)[number]['cause'];

/** A process that dies in the middle of a run, at any of its calls. */
export const CRASHES = {
  timesAYear: 24,
  /** Of a run of a tick’s length; a run that makes fewer calls is past danger. */
  calls: 12,
  source: 'An assumption: one invocation in about 440 of the 50-minute rhythm.',
} as const;

/** The person on call. */
export const PEOPLE = {
  /** From consumers’ failing to somebody who knows why, where nothing tells. */
  noticesAfter: { median: 45, spread: 1 },
  /** From being told to having consented anew. */
  comesAfter: { median: 30, spread: 1.2 },
  /** Of how many times, and within how many minutes after the first day, nobody comes on the same day. */
  late: { share: 0.05, upToMinutes: 2 * 24 * 60 },
  source: 'An assumption; the same person for every player.',
} as const;
