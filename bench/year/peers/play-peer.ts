import { conditionsOf } from '../conditions.ts';
import { watchConsumer } from '../consumer.ts';
import { CRASHES, type Service } from '../fault-model.ts';
import { putOnCall } from '../on-call.ts';
import type { Outcome } from '../outcome.ts';
import { type Trace, takeCrashes } from '../trace.ts';
import type { PeerKind } from './peer.ts';
import { openZoho } from './zoho.ts';

const MINUTE_MS = 60_000;

/** Lets a model live through a trace. */
export function playPeer(kind: PeerKind, trace: Trace): Outcome {
  let minute = 0;
  const nowMs = () => minute * MINUTE_MS;
  const conditions = conditionsOf(trace);
  const isUp = (service: Service) => conditions.at(service, minute) === null;
  const isStoreUp = () => isUp('secretsManager') && isUp('kms');
  const crashAt = takeCrashes(trace);
  const zoho = openZoho(nowMs);
  const peer = kind.open(
    {
      nowMs,
      isUp,
      isStoreUp,
      mint: (refreshToken) => zoho.mint(refreshToken, conditions.at('accounts', minute)),
      death() {
        const crash = crashAt(minute);
        return crash && (crash.afterCalls < CRASHES.calls / 2 ? 'before' : 'after');
      },
    },
    zoho.consent(),
  );
  const consumer = watchConsumer();
  const onCall = putOnCall(trace);
  const deathMinutes = new Set(trace.deaths.map(({ minute: at }) => at));
  let consents = 0;
  let credentialsLost = 0;
  for (; minute < trace.minutes; minute += 1) {
    if (deathMinutes.has(minute)) zoho.end();
    const { refreshToken: before } = peer;
    consumer.poll({ found: peer.run(), isGood: zoho.isGood, isApiUp: isUp('api') });
    const { refreshToken } = peer;
    if (before !== null && refreshToken === null && zoho.isLiving(before)) credentialsLost += 1;
    const situation = {
      isNeeded: refreshToken === null || !zoho.isLiving(refreshToken),
      isTold: peer.calls,
      gapMinutes: consumer.gapMinutes,
    };
    if (onCall.isHere(minute, situation) && isUp('accounts') && isUp('compute') && isStoreUp()) {
      peer.take(zoho.consent());
      consents += 1;
    }
  }
  return { availability: consumer.availability, mints: zoho.mints, credentialsLost, consents };
}
