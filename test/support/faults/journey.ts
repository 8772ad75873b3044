/** What comes back over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * How a service says no, having done nothing: `denied` is AWS's AccessDeniedException and Zoho's `invalid_client`, `dead`
 * is Zoho's word on a token or code that lives, `broken` is a 500.
 */
export type Refusal = 'throttled' | 'broken' | 'denied' | 'dead';

/** One try of one call on its way to a service, for whoever lets it pass or not. */
export interface Journey {
  readonly to: 'aws' | 'zoho';
  /** Such as `SecretsManager.PutSecretValue` or `Zoho.mint`. */
  readonly call: string;
  /** The same for every try of one call. */
  readonly callId: string;
  /** The service does what is asked, and answers. */
  serve(): Promise<WireAnswer>;
  /** The service says no in its own words. */
  refuse(how: Refusal): Promise<WireAnswer>;
  /** What the client meets when no answer comes. */
  unanswered(how: 'timeout' | 'reset'): Error;
}

/** What becomes of a journey. */
export type Passage = (journey: Journey) => Promise<WireAnswer>;

export const UNHINDERED: Passage = (journey) => journey.serve();

/** First through the outer passage, then through the inner one. */
export function through(outer: Passage, inner: Passage): Passage {
  return (journey) => outer({ ...journey, serve: () => inner(journey) });
}
