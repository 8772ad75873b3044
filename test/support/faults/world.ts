import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EventBus } from '../../../infra/local/aws/event-bus.ts';
import { Kms } from '../../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../../infra/local/aws/secrets-manager/secrets-manager.ts';
import type { AwsService } from '../../../infra/local/aws/service.ts';
import { AuditTable } from '../../../lib/audit/audit-table.ts';
import type { Connection } from '../../../lib/config/configuration.ts';
import { PendingAuthorizations } from '../../../lib/guards/pending-authorizations.ts';
import { RateLimits } from '../../../lib/guards/rate-limits.ts';
import { StateTable } from '../../../lib/guards/state-table.ts';
import { IncidentLog } from '../../../lib/incidents/incident-log.ts';
import { BackupBucket } from '../../../lib/vault/backup-bucket.ts';
import { BackupTable } from '../../../lib/vault/backup-table.ts';
import type { Backups } from '../../../lib/vault/backups.ts';
import { createClientReader } from '../../../lib/vault/client-secret.ts';
import {
  accessTokenSecretName,
  clientSecretName,
  credentialSecretName,
} from '../../../lib/vault/secret-names.ts';
import type { AdminDependencies } from '../../../lib/workflows/admin-operation.ts';
import { aConnection } from '../builders.ts';
import { AUDIT_TABLE_NAME, BACKUP_TABLE_NAME, createKeeperTables, STATE_TABLE_NAME } from '../dynamodb.ts';
import { type AwsServices, clientConfig, onlyTables } from './aws.ts';
import { type Passage, through, UNHINDERED } from './journey.ts';
import { memoryTables } from './memory-tables.ts';
import { openObjects } from './objects.ts';
import type { Tables } from './tables.ts';
import { nextTickAtMs } from './ticks.ts';
import { type VaultView, watchVault } from './vault-view.ts';
import { type Witness, watch } from './witness.ts';
import { type InProcessZoho, openZoho, ZOHO_ORIGIN } from './zoho.ts';

export const BACKUP_BUCKET_NAME = 'backups';
export const REDIRECT_URI = 'https://keeper.example/callback';
export const OWNER = 'owner@company.example';
/** Of the right Zoho, and of another organisation. */
export const STRANGER = 'stranger@elsewhere.example';
/** 50 minutes before a tick. */
const STARTED_AT_MS = nextTickAtMs(Date.parse('2027-03-01T00:00:00.000Z'));
/** Undici's own deadline is never met: what a time-out is, a passage says. */
const NO_DEADLINE_MS = 2 ** 31 - 1;

/** One connection with everything around it, in this process: no socket, no waiting, time moves when told. */
export interface World {
  readonly connection: Connection;
  readonly zoho: InProcessZoho;
  readonly vault: VaultView;
  readonly witness: Witness;
  readonly oauthClient: { readonly id: string; readonly secret: string };
  /** The organisation of {@link OWNER}. */
  readonly organization: string;
  /** Without faults, for looking. */
  readonly state: StateTable;
  readonly audit: AuditTable;
  readonly backups: Backups;
  /** AWS itself, for whoever loses something. */
  readonly aws: AwsServices;
  readonly primaryKeyId: string;
  readonly backupKeyId: string;
  /** The true time. */
  nowMs(): number;
  advance(ms: number): void;
  /** How far the keeper's clock is ahead. */
  skewMs: number;
  /** How many mints nobody could count: a tick goes on without the state table, and mints three times at most. */
  uncountedMints: number;
  /** How many invocations were frozen: the mint of each may come later than Lambda lets it, and than it is counted. */
  lateMints: number;
  /** What every call of everybody passes through. */
  passage: Passage;
  /** Awaited while a request is at Zoho. */
  turn: () => Promise<void>;
  /** Awaited by an invocation that is frozen, before time jumps: whoever runs side by side with it ends first. */
  untilAlone: () => Promise<void>;
  /** The dependencies of one invocation, whose calls pass through `passage` first. */
  deps(passage?: Passage): AdminDependencies;
  /** Puts a secret as an operator does. */
  putSecret(secretId: string, document: object): Promise<void>;
}

/** Where worlds are made: they share the tables, each with a connection of its own. */
export interface Universe {
  newWorld(): Promise<World>;
}

/**
 * @param options.tables what stands in for DynamoDB
 * @param options.connect how AWS is called: by the SDK's own clients, unless told otherwise
 */
export async function openUniverse({
  tables = memoryTables(),
  connect = sdkClients,
}: {
  tables?: Tables;
  connect?: Connect;
} = {}): Promise<Universe> {
  let worlds = 0;
  await createKeeperTables(new DynamoDBClient(clientConfig(onlyTables(tables), UNHINDERED)));
  return {
    newWorld: () => {
      worlds += 1;
      return newWorld({ tables, connect, id: `crm-${worlds}` });
    },
  };
}

/** Clients whose every try passes through `passage`. */
export type Connect = (services: AwsServices, passage: Passage) => AwsClients;

interface AwsClients {
  readonly secretsManager: SecretsManagerClient;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly eventBridge: EventBridgeClient;
  readonly kms: KMSClient;
}

/** The SDK's own. */
export function sdkClients(services: AwsServices, passage: Passage): AwsClients {
  const config = clientConfig(services, passage);
  return {
    secretsManager: new SecretsManagerClient(config),
    dynamodb: DynamoDBDocumentClient.from(new DynamoDBClient(config), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    eventBridge: new EventBridgeClient(config),
    kms: new KMSClient(config),
  };
}

/** Made when it is used, which is seldom: a client takes longer to make than to use. */
function lateS3Client(services: AwsServices, passage: Passage): S3Client {
  let client: S3Client | undefined;
  const send: S3Client['send'] = (command: Parameters<S3Client['send']>[0]) => {
    client ??= new S3Client({ ...clientConfig(services, passage), forcePathStyle: true });
    return client.send(command);
  };
  // Of a client, the keeper uses `send` only.
  return { send } as S3Client;
}

async function newWorld({
  tables,
  connect,
  id,
}: {
  tables: Tables;
  connect: Connect;
  id: string;
}): Promise<World> {
  let nowMs = STARTED_AT_MS;
  const clock = () => nowMs;
  const connection = aConnection({
    id,
    dataCenter: {
      accountsServer: ZOHO_ORIGIN,
      apiDomain: ZOHO_ORIGIN,
      deskDomain: ZOHO_ORIGIN,
      mailDomain: ZOHO_ORIGIN,
    },
  });
  const options = { nowMs: clock, path: null, region: 'eu-central-1', accountId: '000000000000' };
  const kms = new Kms(options);
  const twin = new SecretsManager({ ...options, kms });
  const witness: Witness = watch({
    connection,
    nowMs: clock,
    keeperNowMs: () => nowMs + world.skewMs,
    vault: () => vault,
    zoho: () => zoho,
    organization: () => world.organization,
  });
  const vault = watchVault(twin, ({ secretId, principal }) => witness.secretChanged(secretId, principal));
  const zoho = openZoho(clock, witness, () => world.turn());
  const oauthClient = zoho.registerClient({ name: 'Keeper', redirectUris: [REDIRECT_URI] });
  const owner = zoho.registerUser({ email: OWNER });
  zoho.registerUser({ email: STRANGER });

  const services: AwsServices = {
    secretsmanager: vault.service,
    TrentService: kms.service,
    AWSEvents: new EventBus().call,
    tables,
    objects: openObjects(clock),
  };
  services.objects.buckets.ensure(BACKUP_BUCKET_NAME, { versioning: 'Enabled' });
  const [primaryKeyId, backupKeyId] = [await createKey(kms.service), await createKey(kms.service)];
  const wire = (passage: Passage) => {
    const { dynamodb, ...others } = connect(services, passage);
    const backups: Backups = {
      table: new BackupTable(dynamodb, BACKUP_TABLE_NAME),
      bucket: new BackupBucket(lateS3Client(services, passage), BACKUP_BUCKET_NAME),
      kms: others.kms,
      keyId: backupKeyId,
    };
    return {
      state: new StateTable(dynamodb, STATE_TABLE_NAME),
      audit: new AuditTable(dynamodb, AUDIT_TABLE_NAME),
      incidents: new IncidentLog(dynamodb, STATE_TABLE_NAME),
      rateLimits: new RateLimits(dynamodb, STATE_TABLE_NAME),
      pendingAuthorizations: new PendingAuthorizations(dynamodb, STATE_TABLE_NAME),
      ...others,
      backups,
      primaryKeyId,
      zoho: { transport: zoho.transport(passage), timeoutMs: NO_DEADLINE_MS },
    };
  };
  const shared: Passage = (journey) => world.passage(journey);
  const everybody = wire(shared);
  const { state, audit, backups } = wire(UNHINDERED);

  const world: World = {
    connection,
    zoho,
    vault,
    witness,
    oauthClient,
    organization: owner.organizations[0]?.zgid ?? '',
    state,
    audit,
    backups,
    aws: services,
    primaryKeyId,
    backupKeyId,
    nowMs: clock,
    advance: (ms) => {
      nowMs += ms;
    },
    skewMs: 0,
    uncountedMints: 0,
    lateMints: 0,
    passage: UNHINDERED,
    turn: async () => {},
    untilAlone: async () => {},
    deps(passage) {
      const wired = passage ? wire(through(passage, shared)) : everybody;
      return {
        ...wired,
        readClient: createClientReader(wired.secretsManager, wired.backups),
        nowMs: () => nowMs + world.skewMs,
        newId: randomUUID,
        random: () => 0,
        connections: [connection],
        limits: { reauthorize: 100, override: 100, refresh: 100, restore: 100, healthCheck: 100 },
        leasePatienceMs: 0,
      };
    },
    async putSecret(secretId, document) {
      const input = {
        SecretId: secretId,
        SecretString: JSON.stringify(document),
        ClientRequestToken: randomUUID(),
      };
      await vault.service({ operation: 'PutSecretValue', input, principal: 'operator' });
    },
  };
  await createSecrets(world);
  await world.putSecret(clientSecretName(connection.client), {
    schemaVersion: 1,
    client: connection.client,
    clientId: oauthClient.id,
    clientSecret: oauthClient.secret,
  });
  return world;
}

/** As the stack makes them. */
async function createSecrets({ connection: { id, client }, primaryKeyId, vault }: World): Promise<void> {
  for (const Name of [credentialSecretName(id), accessTokenSecretName(id), clientSecretName(client)]) {
    const input = { Name, KmsKeyId: primaryKeyId };
    await vault.service({ operation: 'CreateSecret', input, principal: 'operator' });
  }
}

async function createKey(kms: AwsService): Promise<string> {
  const { KeyMetadata } = (await kms({ operation: 'CreateKey', input: {}, principal: 'operator' })) as {
    KeyMetadata: { Arn: string };
  };
  return KeyMetadata.Arn;
}
