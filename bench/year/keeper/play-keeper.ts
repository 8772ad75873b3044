import type { MessageKind } from '../../../lib/domain/alert.ts';
import { newestBackups } from '../../../lib/vault/find-backups.ts';
import { accessTokenSecretName } from '../../../lib/vault/secret-names.ts';
import { consentElsewhere, putByOperator } from '../../../test/support/faults/acts.ts';
import { thinClients } from '../../../test/support/faults/thin-clients.ts';
import { MINUTE_MS } from '../../../test/support/faults/ticks.ts';
import { openUniverse, type World } from '../../../test/support/faults/world.ts';
import { conditionsOf } from '../conditions.ts';
import { watchConsumer } from '../consumer.ts';
import type { Service } from '../fault-model.ts';
import { putOnCall } from '../on-call.ts';
import type { Outcome } from '../outcome.ts';
import { type Trace, takeCrashes } from '../trace.ts';
import { deploy } from './deployment.ts';
import { openPost } from './post.ts';
import { eventfulStretches, quietUntil } from './quiet.ts';
import { type Ground, Schedules } from './schedules.ts';
import { weather } from './weather.ts';

/** The e-mails that say that something is wrong. */
const TROUBLE: ReadonlySet<MessageKind> = new Set<MessageKind>(['degraded', 'down', 'flapping']);

/** What else is known of how this system came through. */
export interface KeeperOutcome extends Outcome {
  /** How many e-mails told what. */
  readonly emails: Readonly<Partial<Record<MessageKind, number>>>;
  /** How often people were told that it is down while the consumer was well and Zoho honoured the credential. */
  readonly falseAlarms: number;
  /** What broke a promise at any moment, in words. */
  readonly violations: readonly string[];
}

/** How long something that was told may still come up: in the daily digest, the next day. */
const NEWS_MINUTES = 30 * 60;
const RHYTHM_MINUTES = 50;
/** How often it is seen whether a credential is lost. */
const LOOK_EVERY_MINUTES = 300;

/**
 * Lets this system live through a trace: its real workflows, against stand-ins of AWS and Zoho in this process, in virtual
 * time. What the schedules start in one minute runs one after the other here. Time in which nothing happens, after
 * everything has come to rest, is skipped from tick to tick.
 *
 * @param options.leavesNothingOut to see that leaving something out changes nothing
 */
export async function playKeeper(
  trace: Trace,
  { leavesNothingOut = false }: Pick<Ground, 'leavesNothingOut'> = {},
): Promise<KeeperOutcome> {
  const world = await (await openUniverse({ connect: thinClients })).newWorld();
  const startedAtMs = world.nowMs();
  const minuteNow = () => Math.floor((world.nowMs() - startedAtMs) / MINUTE_MS);
  const conditions = conditionsOf(trace);
  const isUp = (service: Service) => conditions.at(service, minuteNow()) === null;
  await putByOperator(world, await consentElsewhere(world));
  world.passage = weather(conditions, world, minuteNow);
  const deployment = await deploy(
    world,
    openPost(() => isUp('ses')),
  );
  const crashAt = takeCrashes(trace);
  const schedules = new Schedules(world, deployment, {
    isUp,
    crash: () => crashAt(minuteNow()),
    leavesNothingOut,
  });
  const onCall = putOnCall(trace);
  const consumer = watchConsumer();
  const published = publishedReader(world);
  const deathMinutes = new Set(trace.deaths.map(({ minute }) => minute));
  const emails: Partial<Record<MessageKind, number>> = {};
  let falseAlarms = 0;
  let consents = 0;
  let credentialsLost = 0;
  let skippedMints = 0;
  let newsAtMinute = 0;
  let isWaking = false;
  const stretches = eventfulStretches(trace);
  /** In the minute of the next tick, when nothing happens until then. */
  const skipFrom = async (minute: number): Promise<number> => {
    if (leavesNothingOut || !schedules.isQuiet || minute - newsAtMinute < NEWS_MINUTES) return minute;
    const until = quietUntil(stretches, minute, trace.minutes);
    if (until === null) return minute;
    await deployment.anchor();
    isWaking = true;
    consumer.pass(until - minute);
    skippedMints += Math.floor((until - minute) / RHYTHM_MINUTES);
    return until;
  };

  for (let minute = 0; minute < trace.minutes; minute = await skipFrom(minute + 1)) {
    const atMs = startedAtMs + minute * MINUTE_MS;
    // A run that takes longer than its minute is still at work in the next one.
    const isIdle = world.nowMs() <= atMs;
    if (isIdle) world.advance(atMs - world.nowMs());
    if (deathMinutes.has(minute)) endGrants(world);
    const sent = isIdle ? await schedules.run(minute) : [];
    if (isWaking) await deployment.anchor();
    isWaking = false;
    const isReadable = isUp('secretsManager') && isUp('kms');
    consumer.poll({
      found: isReadable ? published() : null,
      isGood: world.witness.isAccepted,
      isApiUp: isUp('api'),
    });

    const isNeeded = world.witness.knownLiving().length === 0;
    const { gapMinutes } = consumer;
    if (sent.length > 0 || gapMinutes > 0 || !schedules.isQuiet) newsAtMinute = minute;
    for (const kind of sent) emails[kind] = (emails[kind] ?? 0) + 1;
    if (!isNeeded && gapMinutes === 0) falseAlarms += sent.filter((kind) => kind === 'down').length;
    const isTold = sent.some((kind) => TROUBLE.has(kind));
    if (onCall.isHere(minute, { isNeeded, isTold, gapMinutes }) && isIdle && isUp('compute')) {
      const { kind } = await deployment.reauthorize();
      schedules.changed();
      if (kind === 'failed') onCall.triesAgain(minute);
      else consents += 1;
    }
    if (minute % LOOK_EVERY_MINUTES === 0 && !(await isLivingKept(world))) credentialsLost += 1;
  }
  const { mints, violations } = world.witness;
  return {
    availability: consumer.availability,
    mints: mints.length + skippedMints,
    credentialsLost,
    consents,
    emails,
    falseAlarms,
    violations,
  };
}

/** What consumers find, looked up anew only when it has changed. */
function publishedReader({ vault, witness, connection }: World): () => string | null {
  const secretId = accessTokenSecretName(connection.id);
  let versionId: string | null = null;
  let accessToken: string | null = null;
  return () => {
    const version = vault.labelled(secretId, 'AWSCURRENT');
    if (version && version.versionId !== versionId) {
      versionId = version.versionId;
      accessToken = witness.published()?.accessToken ?? null;
    }
    return accessToken;
  };
}

function endGrants({ zoho }: World): void {
  for (const { token } of [...zoho.context.state.document.refreshTokens]) {
    zoho.revokeRefreshToken({ refreshToken: token });
  }
}

/** Whether some store has a refresh token that Zoho honours, if there is any. */
async function isLivingKept({ witness, zoho, backups, connection }: World): Promise<boolean> {
  if (zoho.context.state.document.refreshTokens.length === 0 || witness.knownLiving().length > 0) return true;
  for await (const backup of newestBackups(backups, connection.id)) {
    if (backup.kind === 'usable' && witness.isLiving(backup.content.credential.refreshToken)) return true;
  }
  return false;
}
