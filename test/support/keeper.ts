import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { AccessKeys, OPERATOR } from '../../infra/local/aws/access-keys.ts';
import type { JournalEntry } from '../../infra/local/aws/call-journal.ts';
import { startS3 } from '../../infra/local/aws/emulators.ts';
import { EventBus } from '../../infra/local/aws/event-bus.ts';
import { startFrontDoor } from '../../infra/local/aws/front-door.ts';
import { Kms } from '../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../infra/local/aws/secrets-manager/secrets-manager.ts';
import { VirtualClock } from '../../infra/local/clock.ts';
import { startZohoSimulator, type ZohoSimulator } from '../../infra/local/zoho/simulator.ts';
import { AuditTable } from '../../lib/audit/audit-table.ts';
import { fingerprint } from '../../lib/audit/fingerprint.ts';
import type { Connection } from '../../lib/config/configuration.ts';
import { type AccessToken, accessTokenSchema } from '../../lib/domain/access-token.ts';
import { type AuditEntry, auditEntrySchema } from '../../lib/domain/audit-entry.ts';
import { type Credential, credentialSchema } from '../../lib/domain/credential.ts';
import { PendingAuthorizations } from '../../lib/guards/pending-authorizations.ts';
import { RateLimits } from '../../lib/guards/rate-limits.ts';
import { StateTable } from '../../lib/guards/state-table.ts';
import { HealthReportLog } from '../../lib/health-reports/health-report-log.ts';
import { IncidentLog } from '../../lib/incidents/incident-log.ts';
import { BackupBucket } from '../../lib/vault/backup-bucket.ts';
import { BackupTable } from '../../lib/vault/backup-table.ts';
import type { Backups } from '../../lib/vault/backups.ts';
import { createClientReader } from '../../lib/vault/client-secret.ts';
import type { VersionStage } from '../../lib/vault/secret-document.ts';
import {
  accessTokenSecretName,
  clientSecretName,
  credentialSecretName,
} from '../../lib/vault/secret-names.ts';
import type { AdminDependencies } from '../../lib/workflows/admin-operation.ts';
import { createZohoHttp } from '../../lib/zoho/http.ts';
import { type Consenting, consentBehind, parametersOf, type RedirectParameters } from './browser.ts';
import { aConnection, aCredential } from './builders.ts';
import { AUDIT_TABLE_NAME, BACKUP_TABLE_NAME, STATE_TABLE_NAME, startTablesDynamoDB } from './dynamodb.ts';

const REGION = 'eu-central-1';
const ACCOUNT_ID = '000000000000';
export const BACKUP_BUCKET_NAME = 'backups';
export const REDIRECT_URI = 'https://keeper.example/callback';
export const USER = 'owner@company.example';

/**
 * The workflows' real surroundings without Lambda around them: Secrets Manager, KMS and DynamoDB over the wire, and a
 * Zoho. Time stands still until a test moves it.
 */
export interface Keeper {
  readonly clock: VirtualClock;
  readonly zoho: ZohoSimulator;
  readonly state: StateTable;
  readonly audit: AuditTable;
  readonly incidents: IncidentLog;
  readonly bus: EventBus;
  readonly secretsManager: SecretsManagerClient;
  readonly kms: KMSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly backups: Backups;
  /** The ARN of the key that the secrets are made with. */
  readonly primaryKeyId: string;
  /** Another client, for a test that makes it fail. */
  newSecretsManager(): SecretsManagerClient;
  /** The calls to AWS since the last `resetCalls`, as `service:Operation`. */
  calls(): string[];
  resetCalls(): void;
  readonly healthReports: HealthReportLog;
  /** The dependencies of one invocation, with what a test replaces. */
  deps(
    replaced?: Partial<AdminDependencies>,
  ): AdminDependencies & { readonly healthReports: HealthReportLog };
  /** A new connection with its secrets, of which those the operator puts are filled. */
  connect(differing?: Partial<Connection>, options?: { consented?: boolean }): Promise<Connection>;
  /** What a person does behind an authorisation URL; answers what Zoho redirects with. */
  giveConsent(authorizationUrl: string, consenting?: Partial<Consenting>): RedirectParameters;
  /** A Self Client's grant code. */
  issueGrantCode(scopes: readonly string[], options?: { user?: string }): string;
  /** Everything in both tables, as text. */
  dumpTables(): Promise<string>;
  /** An audit that takes nothing. */
  brokenAudit(): AuditTable;
  /** The connection's chain, oldest first. */
  auditOf(connection: string): Promise<AuditEntry[]>;
  /** A new consent at Zoho; answers its refresh token. */
  consent(connection: Connection): Promise<string>;
  putCredential(credential: Credential): Promise<string>;
  putSecret(secretId: string, text: string, stage?: VersionStage): Promise<string>;
  readSecret(secretId: string, stage?: VersionStage): Promise<string | null>;
  readCredential(connection: string, stage?: VersionStage): Promise<Credential | null>;
  readAccessToken(connection: string): Promise<AccessToken | null>;
  /** What stands for a refresh token of the keeper's client. */
  fingerprintOf(refreshToken: string): string;
  /** Whether Zoho's CRM takes the published token now. */
  isAccepted(connection: string): Promise<boolean>;
  close(): Promise<void>;
}

export async function startKeeper(): Promise<Keeper> {
  const clock = new VirtualClock({ speed: 0 });
  const nowMs = () => clock.nowMs();
  const options = { nowMs, path: null, region: REGION, accountId: ACCOUNT_ID };
  const bus = new EventBus();
  const kms = new Kms(options);
  const secretsManagerTwin = new SecretsManager({ ...options, kms });
  const [dynamodb, s3Server, zoho] = await Promise.all([
    startTablesDynamoDB(),
    startS3(null, nowMs),
    startZohoSimulator({ nowMs }),
  ]);
  s3Server.createBucket(BACKUP_BUCKET_NAME, {
    versioned: true,
    objectLock: { mode: 'GOVERNANCE', days: 90 },
  });
  const frontDoor = await startFrontDoor({
    services: { secretsmanager: secretsManagerTwin.service, kms: kms.service, events: bus.call },
    emulators: { dynamodb: dynamodb.origin, s3: s3Server.origin },
    accessKeys: new AccessKeys(),
    clock,
  });
  const client = {
    endpoint: frontDoor.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const secretsManager = new SecretsManagerClient(client);
  const dynamodbClient = DynamoDBDocumentClient.from(new DynamoDBClient(client));
  const eventBridge = new EventBridgeClient(client);
  const kmsClient = new KMSClient(client);
  const s3 = new S3Client(client);
  const [primaryKeyId, backupKeyId] = [await createKey(kmsClient), await createKey(kmsClient)];
  const backups: Backups = {
    table: new BackupTable(dynamodbClient, BACKUP_TABLE_NAME),
    bucket: new BackupBucket(s3, BACKUP_BUCKET_NAME),
    kms: kmsClient,
    keyId: backupKeyId,
  };
  const state = new StateTable(dynamodbClient, STATE_TABLE_NAME);
  const audit = new AuditTable(dynamodbClient, AUDIT_TABLE_NAME);
  const incidents = new IncidentLog(dynamodbClient, STATE_TABLE_NAME);
  const healthReports = new HealthReportLog(dynamodbClient, STATE_TABLE_NAME);
  const connected: Connection[] = [];
  const oauthClient = zoho.registerClient({ name: 'Keeper', redirectUris: [REDIRECT_URI] });
  zoho.registerUser({ email: USER });
  let connections = 0;
  let firstCall = 0;

  const createSecret = (Name: string) => {
    const input = { Name, KmsKeyId: primaryKeyId };
    return secretsManagerTwin.service({ operation: 'CreateSecret', input, principal: OPERATOR });
  };

  const keeper: Keeper = {
    clock,
    zoho,
    state,
    audit,
    incidents,
    healthReports,
    bus,
    secretsManager,
    kms: kmsClient,
    s3,
    dynamodb: dynamodbClient,
    backups,
    primaryKeyId,
    newSecretsManager: () => new SecretsManagerClient(client),
    calls: () => frontDoor.journal.entries.slice(firstCall).map(describeCall),
    resetCalls: () => {
      firstCall = frontDoor.journal.entries.length;
    },
    deps: (replaced = {}) => ({
      nowMs,
      newId: randomUUID,
      random: () => 0,
      state,
      audit,
      incidents,
      healthReports,
      connections: connected,
      rateLimits: new RateLimits(dynamodbClient, STATE_TABLE_NAME),
      limits: { reauthorize: 5, override: 10, refresh: 10, restore: 10, healthCheck: 10 },
      pendingAuthorizations: new PendingAuthorizations(dynamodbClient, STATE_TABLE_NAME),
      eventBridge,
      leasePatienceMs: 0,
      secretsManager,
      kms: kmsClient,
      primaryKeyId,
      backups,
      readClient: createClientReader(replaced.secretsManager ?? secretsManager, replaced.backups ?? backups),
      zoho: createZohoHttp(2_000),
      ...replaced,
    }),
    async connect(differing = {}, { consented = true } = {}) {
      const origin = zoho.origin;
      const connection = aConnection({
        id: `crm-${++connections}`,
        dataCenter: { accountsServer: origin, apiDomain: origin, deskDomain: origin, mailDomain: origin },
        ...differing,
      });
      await createSecret(credentialSecretName(connection.id));
      await createSecret(accessTokenSecretName(connection.id));
      // Connections share the client.
      await createSecret(clientSecretName(connection.client)).catch(() => {});
      await secretsManagerTwin.ensureSecret({
        name: clientSecretName(connection.client),
        secretString: JSON.stringify({
          schemaVersion: 1,
          client: connection.client,
          clientId: oauthClient.id,
          clientSecret: oauthClient.secret,
        }),
      });
      if (consented) {
        const { id, scopes } = connection;
        const refreshToken = await keeper.consent(connection);
        await keeper.putCredential(
          aCredential({ connection: id, scopes, refreshToken, accountsServer: origin, apiDomain: origin }),
        );
      }
      connected.push(connection);
      keeper.resetCalls();
      return connection;
    },
    giveConsent: (authorizationUrl, consenting) =>
      parametersOf(consentBehind(zoho, authorizationUrl, { user: USER, ...consenting })),
    issueGrantCode: (scopes, { user = USER } = {}) =>
      zoho.issueGrantCode({ clientId: oauthClient.id, scopes: [...scopes], user }).code,
    async dumpTables() {
      const tables = await Promise.all(
        [STATE_TABLE_NAME, AUDIT_TABLE_NAME, BACKUP_TABLE_NAME].map((TableName) =>
          dynamodbClient.send(new ScanCommand({ TableName })),
        ),
      );
      return JSON.stringify(tables.map(({ Items }) => Items));
    },
    brokenAudit: () => new AuditTable(dynamodbClient, 'no-such-table'),
    async auditOf(connection) {
      const entries: AuditEntry[] = [];
      for await (const item of audit.readChain(connection)) {
        entries.push(z.object({ entry: auditEntrySchema }).parse(item).entry);
      }
      return entries;
    },
    async consent({ scopes }) {
      const { code } = zoho.consent({
        clientId: oauthClient.id,
        redirectUri: REDIRECT_URI,
        scopes,
        user: USER,
        accessType: 'offline',
        prompt: 'consent',
      });
      const answer = await fetch(`${zoho.origin}/oauth/v2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: oauthClient.id,
          client_secret: oauthClient.secret,
          redirect_uri: REDIRECT_URI,
          code: code ?? '',
        }),
      });
      const { refresh_token } = (await answer.json()) as { refresh_token: string };
      return refresh_token;
    },
    putCredential: (credential) =>
      keeper.putSecret(credentialSecretName(credential.connection), JSON.stringify(credential)),
    async putSecret(secretId, text, stage = 'AWSCURRENT') {
      const { VersionId } = await secretsManager.send(
        new PutSecretValueCommand({ SecretId: secretId, SecretString: text, VersionStages: [stage] }),
      );
      return VersionId ?? '';
    },
    async readSecret(secretId, stage = 'AWSCURRENT') {
      const read = secretsManager.send(
        new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
      );
      const answer = await read.catch((error: Error) => {
        if (error.name === 'ResourceNotFoundException') return null;
        throw error;
      });
      return answer?.SecretString ?? null;
    },
    async readCredential(connection, stage) {
      const text = await keeper.readSecret(credentialSecretName(connection), stage);
      return text === null ? null : credentialSchema.parse(JSON.parse(text));
    },
    async readAccessToken(connection) {
      const text = await keeper.readSecret(accessTokenSecretName(connection));
      return text === null ? null : accessTokenSchema.parse(JSON.parse(text));
    },
    fingerprintOf: (refreshToken) => fingerprint(refreshToken, oauthClient.secret),
    async isAccepted(connection) {
      const token = await keeper.readAccessToken(connection);
      if (!token) return false;
      const headers = { authorization: `Zoho-oauthtoken ${token.accessToken}` };
      return (await fetch(`${token.apiDomain}/crm/v8/org`, { headers })).status === 200;
    },
    async close() {
      secretsManager.destroy();
      eventBridge.destroy();
      dynamodbClient.destroy();
      kmsClient.destroy();
      s3.destroy();
      await Promise.all([zoho.close(), frontDoor.close(), dynamodb.close(), s3Server.close()]);
    },
  };
  return keeper;
}

async function createKey(kms: KMSClient): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  return KeyMetadata?.Arn ?? '';
}

function describeCall({ service, operation }: JournalEntry): string {
  return `${service}:${operation}`;
}
