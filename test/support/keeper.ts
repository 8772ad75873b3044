import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Agent } from 'undici';
import { AccessKeys } from '../../infra/local/aws/access-keys.ts';
import type { JournalEntry } from '../../infra/local/aws/call-journal.ts';
import { startFrontDoor } from '../../infra/local/aws/front-door.ts';
import { Kms } from '../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../infra/local/aws/secrets-manager/secrets-manager.ts';
import { VirtualClock } from '../../infra/local/clock.ts';
import { startZohoSimulator, type ZohoSimulator } from '../../infra/local/zoho/simulator.ts';
import type { Connection } from '../../lib/config/configuration.ts';
import { type AccessToken, accessTokenSchema } from '../../lib/domain/access-token.ts';
import { type Credential, credentialSchema } from '../../lib/domain/credential.ts';
import { StateTable } from '../../lib/guards/state-table.ts';
import { createClientReader } from '../../lib/vault/client-secret.ts';
import type { VersionStage } from '../../lib/vault/secret-document.ts';
import {
  accessTokenSecretName,
  clientSecretName,
  credentialSecretName,
} from '../../lib/vault/secret-names.ts';
import type { RefreshDependencies } from '../../lib/workflows/dependencies.ts';
import { aConnection, aCredential } from './builders.ts';
import { STATE_TABLE_NAME, startStateDynamoDB } from './dynamodb.ts';

const REGION = 'eu-central-1';
const ACCOUNT_ID = '000000000000';
const REDIRECT_URI = 'https://keeper.example/callback';
const USER = 'owner@company.example';

/**
 * The workflows' real surroundings without Lambda around them: Secrets Manager, KMS and DynamoDB over the wire, and a
 * Zoho. Time stands still until a test moves it.
 */
export interface Keeper {
  readonly clock: VirtualClock;
  readonly zoho: ZohoSimulator;
  readonly state: StateTable;
  readonly secretsManager: SecretsManagerClient;
  /** Another client, for a test that makes it fail. */
  newSecretsManager(): SecretsManagerClient;
  /** The calls to AWS since the last `resetCalls`, as `service:Operation`. */
  calls(): string[];
  resetCalls(): void;
  /** The dependencies of one invocation, with what a test replaces. */
  deps(replaced?: Partial<RefreshDependencies>): RefreshDependencies;
  /** A new connection with its secrets, of which those the operator puts are filled. */
  connect(differing?: Partial<Connection>, options?: { consented?: boolean }): Promise<Connection>;
  /** A new consent at Zoho; answers its refresh token. */
  consent(connection: Connection): Promise<string>;
  putCredential(credential: Credential): Promise<string>;
  putSecret(secretId: string, text: string, stage?: VersionStage): Promise<string>;
  readSecret(secretId: string, stage?: VersionStage): Promise<string | null>;
  readCredential(connection: string, stage?: VersionStage): Promise<Credential | null>;
  readAccessToken(connection: string): Promise<AccessToken | null>;
  /** Whether Zoho's CRM takes the published token now. */
  isAccepted(connection: string): Promise<boolean>;
  close(): Promise<void>;
}

export async function startKeeper(): Promise<Keeper> {
  const clock = new VirtualClock({ speed: 0 });
  const nowMs = () => clock.nowMs();
  const options = { nowMs, path: null, region: REGION, accountId: ACCOUNT_ID };
  const kms = new Kms(options);
  const secretsManagerTwin = new SecretsManager({ ...options, kms });
  const [dynamodb, zoho] = await Promise.all([startStateDynamoDB(), startZohoSimulator({ nowMs })]);
  const frontDoor = await startFrontDoor({
    services: { secretsmanager: secretsManagerTwin.service, kms: kms.service },
    emulators: { dynamodb: dynamodb.origin },
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
  const state = new StateTable(dynamodbClient, STATE_TABLE_NAME);
  const dispatcher = new Agent();
  const oauthClient = zoho.registerClient({ name: 'Keeper', redirectUris: [REDIRECT_URI] });
  zoho.registerUser({ email: USER });
  let connections = 0;
  let firstCall = 0;

  const keeper: Keeper = {
    clock,
    zoho,
    state,
    secretsManager,
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
      secretsManager,
      readClient: createClientReader(secretsManager),
      zoho: { dispatcher, timeoutMs: 2_000 },
      ...replaced,
    }),
    async connect(differing = {}, { consented = true } = {}) {
      const origin = zoho.origin;
      const connection = aConnection({
        id: `crm-${++connections}`,
        dataCenter: { accountsServer: origin, apiDomain: origin, deskDomain: origin, mailDomain: origin },
        ...differing,
      });
      for (const name of [credentialSecretName(connection.id), accessTokenSecretName(connection.id)]) {
        await secretsManagerTwin.ensureSecret({ name });
      }
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
      keeper.resetCalls();
      return connection;
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
    async isAccepted(connection) {
      const token = await keeper.readAccessToken(connection);
      if (!token) return false;
      const headers = { authorization: `Zoho-oauthtoken ${token.accessToken}` };
      return (await fetch(`${token.apiDomain}/crm/v8/org`, { headers })).status === 200;
    },
    async close() {
      secretsManager.destroy();
      dynamodbClient.destroy();
      await Promise.all([dispatcher.close(), zoho.close(), frontDoor.close(), dynamodb.close()]);
    },
  };
  return keeper;
}

function describeCall({ service, operation }: JournalEntry): string {
  return `${service}:${operation}`;
}
