import { conditionsOf } from './conditions.ts';
import { watchConsumer } from './consumer.ts';
import type { Service } from './fault-model.ts';
import { putOnCall } from './on-call.ts';
import type { Outcome } from './outcome.ts';
import { LIFETIME_MINUTES, type Trace } from './trace.ts';

/** What nobody gets a token to a consumer without: a computer that runs, Zoho, and the place where consumers read. */
const NEEDED: readonly Service[] = ['compute', 'accounts', 'secretsManager', 'kms'];

/**
 * How a consumer would fare whose player does everything that a trace leaves a way to do. It mints as often as it is said
 * to, tries again every minute until it has got through, and tells the person on call in the minute in which Zoho says that
 * the refresh token is dead; nothing of it ever crashes, waits or is counted.
 *
 * @param everyMinutes 1 for what no rhythm can do better than: Zoho lets nobody mint more often for long
 */
export function boundOf(trace: Trace, everyMinutes: number): Outcome {
  const conditions = conditionsOf(trace);
  const consumer = watchConsumer();
  const onCall = putOnCall(trace);
  const deathMinutes = new Set(trace.deaths.map(({ minute }) => minute));
  let isAlive = true;
  let nextMintMinute = 0;
  let goodUntilMinute = 0;
  let mints = 0;
  let consents = 0;
  for (let minute = 0; minute < trace.minutes; minute += 1) {
    if (deathMinutes.has(minute)) {
      isAlive = false;
      goodUntilMinute = minute;
    }
    const canMint = NEEDED.every((service) => conditions.at(service, minute) === null);
    const isMinting = canMint && minute >= nextMintMinute;
    if (isMinting) mints += 1;
    if (isMinting && isAlive) {
      goodUntilMinute = minute + LIFETIME_MINUTES;
      nextMintMinute = minute + everyMinutes;
    }
    consumer.poll({
      found: 'the newest',
      isGood: () => minute < goodUntilMinute,
      isApiUp: conditions.at('api', minute) === null,
    });
    const situation = {
      isNeeded: !isAlive,
      isTold: isMinting && !isAlive,
      gapMinutes: consumer.gapMinutes,
    };
    if (onCall.isHere(minute, situation) && canMint) {
      isAlive = true;
      consents += 1;
      nextMintMinute = 0;
    }
  }
  return { availability: consumer.availability, mints, credentialsLost: 0, consents };
}
