import type { AlertsConfiguration } from '../../config/alerts-configuration.ts';
import type { RunbookName } from '../runbooks.ts';

/** What a deployment adds to a message. */
export interface MailContext extends Pick<AlertsConfiguration, 'timeZone' | 'runbooksUrl'> {
  /** Where the admin API is: the stack's output `ApiUrl`. */
  readonly apiUrl: string;
  /** When it is sent: what SES would not take before is told late. */
  readonly nowMs: number;
  /** For how long the like of a problem is not told again. */
  readonly cooldownMs: number;
}

/** For the eye, besides the words: consumers are cut off or soon will be, something is to be done, all is well. */
export type Tone = 'failure' | 'attention' | 'success' | 'neutral';

/**
 * What an e-mail says, in the order in which it is read. Every text is plain: both parts are made of the same words.
 */
export interface Mail {
  /** The connection and its state first. */
  readonly subject: string;
  readonly tone: Tone;
  /** The connection, or how many. */
  readonly about: string;
  /** Its state in a word or two, such as `DOWN`. */
  readonly state: string;
  /** Whether to get up, in a few words, such as `Act now`. */
  readonly urgency: string;
  /** The subject's second half, as a headline. */
  readonly title: string;
  /** One sentence. */
  readonly happened: string;
  /** How consumers are: what whoever is woken fears for most. */
  readonly consumers: Standing;
  /** Since when, as a sentence. */
  readonly since: string;
  /** What to do now, in this order. */
  readonly steps: Steps;
  /** What to do in another case than the likely one. */
  readonly otherwise?: { readonly title: string; readonly steps: Steps };
  /** What else there is to read, one part after the other. */
  readonly parts: readonly Part[];
  readonly facts: readonly Fact[];
  readonly runbook: RunbookName;
  /** Why this e-mail came, and when the next one does. */
  readonly why: string;
}

export interface Standing {
  /** The one sentence to be read. */
  readonly assurance: string;
  readonly more: string;
}

export interface Step {
  readonly text: string;
  /** Where the console does it. */
  readonly link?: { readonly label: string; readonly url: string };
  /** One line for a shell. */
  readonly command?: string;
}

export type Steps = readonly [Step, ...Step[]];

/** Lines under a heading: a timeline, or how one connection is. */
export interface Part {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** What stands first in it is read first: a time, a state. */
export interface Line {
  readonly lead: string;
  readonly text: string;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** The facts that are known. */
export function known(facts: Readonly<Record<string, string | number | null>>): Fact[] {
  return Object.entries(facts).flatMap(([name, value]) =>
    value === null ? [] : [{ name, value: String(value) }],
  );
}
