import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSecretName } from '../../lib/vault/secret-names.ts';
import { createKeeperTables } from '../support/dynamodb.ts';
import {
  consentElsewhere,
  override,
  putByOperator,
  reauthorize,
  sweep,
  tick,
} from '../support/faults/acts.ts';
import { clientConfig } from '../support/faults/aws.ts';
import { UNHINDERED } from '../support/faults/journey.ts';
import {
  loseAllSecrets,
  loseBucket,
  loseKey,
  loseSecret,
  loseTable,
  TABLES,
} from '../support/faults/losses.ts';
import { PROMISED_MS } from '../support/faults/schedule.ts';
import { thinClients } from '../support/faults/thin-clients.ts';
import { MINUTE_MS, nextTickAtMs } from '../support/faults/ticks.ts';
import { BACKUP_BUCKET_NAME, openUniverse, type World } from '../support/faults/world.ts';

/** What can be lost, and how it is. */
const LOSSES = {
  'current secret': (world: World) => loseSecret(world, 'now'),
  'all secrets': loseAllSecrets,
  'primary key': (world: World) => loseKey(world, world.primaryKeyId),
  'backup key': (world: World) => loseKey(world, world.backupKeyId),
  'backup table': (world: World) => loseTable(world, TABLES.backups),
  'backup bucket': loseBucket,
  'state table': (world: World) => loseTable(world, TABLES.state),
  'audit table': (world: World) => loseTable(world, TABLES.audit),
} as const;

export type Thing = keyof typeof LOSSES;
export const THINGS = Object.keys(LOSSES) as Thing[];

/** How a disaster ends. */
export type Ending = 'by itself' | 'by one re-authorisation' | 'not without the client';

/** Longer than an access token lives, so that what consumers find in the end was minted after the disaster. */
const OBSERVED_MINUTES = 130;
/** In which the sweep comes every minute; after that, now and then. */
const CLOSELY_MINUTES = 12;

/** Every combination of up to three things. */
export function disasters(): Thing[][] {
  const withOneMore = (sets: Thing[][]) =>
    sets.flatMap((set) =>
      THINGS.slice(set.length ? THINGS.indexOf(set.at(-1) as Thing) + 1 : 0).map((thing) => [...set, thing]),
    );
  const ones = withOneMore([[]]);
  const twos = withOneMore(ones);
  return [...ones, ...twos, ...withOneMore(twos)];
}

/** Loses things of a connection that runs on its second credential, and sees what it takes until consumers are served. */
export async function observe(things: readonly Thing[]): Promise<Ending | 'never'> {
  const world = await (await openUniverse({ connect: thinClients })).newWorld();
  await begin(world);
  // The current secret is one of all of them.
  for (const thing of things)
    if (thing !== 'current secret' || !things.includes('all secrets')) await LOSSES[thing](world);

  await live(world);
  if (areConsumersServed(world)) return 'by itself';
  await deployAgain(world);
  if (await isMendedByConsent(world)) return 'by one re-authorisation';
  await putClient(world);
  return (await isMendedByConsent(world)) ? 'not without the client' : 'never';
}

async function begin(world: World): Promise<void> {
  await putByOperator(world, await consentElsewhere(world));
  await tick(world, world.deps());
  world.advance(MINUTE_MS);
  const refreshToken = await consentElsewhere(world);
  await override(world, world.deps(), { kind: 'refreshToken', refreshToken });
  await live(world);
}

/** Ticks and sweeps, as far as they get. */
async function live(world: World): Promise<void> {
  const fromMs = world.nowMs();
  const untilMs = fromMs + OBSERVED_MINUTES * MINUTE_MS;
  while (world.nowMs() < untilMs) {
    const isClose = world.nowMs() < fromMs + CLOSELY_MINUTES * MINUTE_MS;
    const tickAtMs = nextTickAtMs(world.nowMs());
    const stepMs = (isClose ? 1 : 10) * MINUTE_MS;
    world.advance(Math.min(stepMs, tickAtMs - world.nowMs()));
    if (world.nowMs() === tickAtMs) await tick(world, world.deps());
    else await sweep(world, world.deps());
  }
}

function areConsumersServed({ witness, nowMs }: World): boolean {
  const found = witness.published();
  return (
    found !== null &&
    Date.parse(found.expiresAt) > nowMs() + PROMISED_MS &&
    witness.isAccepted(found.accessToken)
  );
}

async function isMendedByConsent(world: World): Promise<boolean> {
  const { kind } = await reauthorize(world, world.deps());
  if (kind === 'failed') return false;
  await live(world);
  return areConsumersServed(world);
}

/** The stack makes what is not there: tables and bucket, empty. It makes neither keys nor secrets anew. */
async function deployAgain({ aws }: World): Promise<void> {
  await createKeeperTables(new DynamoDBClient(clientConfig(aws, UNHINDERED)));
  aws.objects.buckets.ensure(BACKUP_BUCKET_NAME, { versioning: 'Enabled' });
}

/** What Zoho's console shows, put by an operator as docs/secrets.md says. */
async function putClient(world: World): Promise<void> {
  const { connection, oauthClient, vault } = world;
  const SecretId = clientSecretName(connection.client);
  const call = (operation: string, input: object) =>
    vault.service({ operation, input, principal: 'operator' });
  await call('CreateSecret', { Name: SecretId }).catch(() => {});
  await call('UpdateSecret', { SecretId, KmsKeyId: 'alias/aws/secretsmanager' });
  await world.putSecret(SecretId, {
    schemaVersion: 1,
    client: connection.client,
    clientId: oauthClient.id,
    clientSecret: oauthClient.secret,
  });
}
