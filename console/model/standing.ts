import type { ConnectionStatus } from '../api/answers.ts';
import { healthNow, needsConsent, standingFailure, troubledSinceMs } from './health.ts';
import { localWords, spanWords, timeOf } from './time.ts';
import { HEALTH_TONES, type Tone } from './words.ts';

/** What stands over everything else on a connection's page. */
export interface Standing {
  readonly tone: Tone;
  /** What is wrong, in one sentence. */
  readonly title: string;
  /** Since when; null while nothing is wrong, or where it is not on record. */
  readonly since: string | null;
  readonly consumers: Consumers;
  /** What helps; null where nothing has to be done. */
  readonly remedy: { readonly kind: 'consent' | 'findings' | 'words'; readonly words: string } | null;
}

/** How consumers are: the short of it, and why. */
export interface Consumers {
  readonly assurance: string;
  readonly more: string;
}

/**
 * How a connection stands.
 *
 * @param known.untilMs until when what was read holds (model/age.ts); now without it
 * @param known.isConsentKept whether a consent waits for the next sweep, so that none is asked for
 */
export function standingOf(
  status: ConnectionStatus,
  nowMs: number,
  { untilMs = nowMs, isConsentKept = false }: { untilMs?: number; isConsentKept?: boolean } = {},
): Standing {
  const health = healthNow(status, nowMs, untilMs);
  const consumers = consumersOf(status, nowMs, untilMs);
  if (health === 'unknown')
    return { tone: 'neutral', title: 'How it stands is not known', since: null, consumers, remedy: null };
  if (health === 'healthy') return { ...healthyOf(status), since: null, consumers };
  const sinceMs = troubledSinceMs(status, nowMs);
  const isFinishing = isConsentKept && needsConsent(status);
  return {
    tone: isFinishing ? 'attention' : HEALTH_TONES[health],
    title: isFinishing ? 'A new consent is kept, and the next sweep finishes it' : titleOf(status),
    since: sinceMs === null ? null : `since ${localWords(sinceMs, nowMs)}, for ${spanWords(nowMs - sinceMs)}`,
    consumers,
    remedy: isFinishing
      ? {
          kind: 'words',
          words: 'Nothing has to be done, and nobody has to consent again. It takes five minutes at most.',
        }
      : remedyOf(status),
  };
}

function healthyOf({ lastHealthCheck }: ConnectionStatus): Pick<Standing, 'tone' | 'title' | 'remedy'> {
  if (lastHealthCheck?.status !== 'fail') return { tone: 'fine', title: 'Everything is fine', remedy: null };
  return {
    tone: 'attention',
    title: 'Consumers are fine; the latest health check found something wrong',
    remedy: { kind: 'findings', words: 'What it found, and what to do, stands under “Last health check”.' },
  };
}

function titleOf(status: ConnectionStatus): string {
  const failure = standingFailure(status);
  switch (failure?.failureClass) {
    case 'dead':
      return 'Zoho has ended this access: a person must consent anew';
    case 'unauthorized':
      return status.generation === null
        ? 'Nobody has authorised this connection yet'
        : 'The credential is gone from every store: a person must consent anew';
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

/**
 * How consumers are, as the e-mails say it.
 *
 * @param knownMs until when what was read holds (model/age.ts)
 */
export function consumersOf(status: ConnectionStatus, nowMs: number, knownMs = nowMs): Consumers {
  if (healthNow(status, nowMs, knownMs) === 'unknown')
    return {
      assurance: `How consumers are is not known since ${localWords(Date.parse(status.accessTokenExpiresAt ?? ''), nowMs)}`,
      more: 'The token that was known then ran out at that time. Whether it was renewed shows when the API answers.',
    };
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
