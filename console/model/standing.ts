import type { ConnectionStatus } from '../api/answers.ts';
import { healthNow, needsConsent, standingFailure, troubledSinceMs } from './health.ts';
import { localWords, spanWords, timeOf } from './time.ts';

/** What stands over everything else on a connection's page. */
export interface Standing {
  readonly tone: 'fine' | 'attention' | 'failure';
  /** What is wrong, in one sentence. */
  readonly title: string;
  /** Since when; null while nothing is wrong, or where it is not on record. */
  readonly since: string | null;
  readonly consumers: Consumers;
  /** What helps; null where nothing has to be done. */
  readonly remedy: { readonly kind: 'consent' | 'words'; readonly words: string } | null;
}

/** How consumers are: the short of it, and why. */
export interface Consumers {
  readonly assurance: string;
  readonly more: string;
}

export function standingOf(status: ConnectionStatus, nowMs: number): Standing {
  const health = healthNow(status, nowMs);
  const sinceMs = troubledSinceMs(status, nowMs);
  const isFine = health === 'healthy';
  return {
    tone: isFine ? 'fine' : health === 'degraded' ? 'attention' : 'failure',
    title: isFine ? 'Everything is fine' : titleOf(status),
    since:
      isFine || sinceMs === null
        ? null
        : `since ${localWords(sinceMs, nowMs)}, for ${spanWords(nowMs - sinceMs)}`,
    consumers: consumersOf(status, nowMs),
    remedy: isFine ? null : remedyOf(status),
  };
}

function titleOf(status: ConnectionStatus): string {
  const failure = standingFailure(status);
  switch (failure?.failureClass) {
    case 'dead':
      return 'Zoho has ended this access: a person must consent anew';
    case 'unauthorized':
      return 'Nobody has authorised this connection yet';
    case 'misconfigured':
      return 'The connection is set up wrongly: an operator is needed';
    case 'store':
      return 'AWS, or a stored secret, keeps tokens from being renewed';
    case 'throttled':
      return 'Zoho is throttling: this passes by itself';
    case 'transient':
      return 'Zoho gives no usable answer: the keeper keeps trying';
    case undefined:
      return 'The access token ran out, and no failed attempt is on record';
  }
}

function remedyOf(status: ConnectionStatus): Standing['remedy'] {
  const failure = standingFailure(status);
  if (needsConsent(status))
    return {
      kind: 'consent',
      words: 'Consent at Zoho as a user of the connection’s organisation. It takes about a minute.',
    };
  if (failure === null)
    return {
      kind: 'words',
      words: 'Look whether the sweep runs: its log, and the alarm sweep-not-running. Or refresh now.',
    };
  return failure.remedy === '' ? null : { kind: 'words', words: failure.remedy };
}

/** How consumers are, as the e-mails say it. */
export function consumersOf(status: ConnectionStatus, nowMs: number): Consumers {
  const untilMs = timeOf(status.consumersFineUntil);
  if (untilMs === null || untilMs <= nowMs) return withoutToken(timeOf(status.accessTokenExpiresAt), nowMs);
  const until = localWords(untilMs, nowMs);
  if (status.health === 'healthy')
    return { assurance: `Consumers are fine until ${until}`, more: 'Their token is renewed in time.' };
  if (standingFailure(status)?.failureClass === 'dead')
    return {
      assurance: 'Consumers probably fail already',
      more: `Their token says that it is valid until ${until}, but Zoho ends access tokens together with the refresh token.`,
    };
  return { assurance: `Consumers are fine until ${until}`, more: 'Then their token runs out.' };
}

function withoutToken(ranOutAtMs: number | null, nowMs: number): Consumers {
  if (ranOutAtMs === null || ranOutAtMs > nowMs)
    return { assurance: 'Consumers are without a token', more: 'Their calls to Zoho fail.' };
  return {
    assurance: `Consumers are without a token since ${localWords(ranOutAtMs, nowMs)}`,
    more: `That was ${spanWords(nowMs - ranOutAtMs)} ago: their calls to Zoho fail.`,
  };
}
