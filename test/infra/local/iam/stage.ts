import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import * as z from 'zod';
import { parseLogLine } from '../../../../infra/local/console.ts';
import { parseMetrics } from '../../../../infra/local/metrics.ts';
import { aConfigurationOf } from '../../../support/builders.ts';
import { type Answer, startWatchedTwin, type WatchedTwin } from '../../../support/watched-twin.ts';

export const CONNECTION = 'crm';
export const CREDENTIAL = `zoho/${CONNECTION}/credential`;
export const ACCESS_TOKEN = `zoho/${CONNECTION}/access-token`;
const SCOPES = ['ZohoCRM.org.READ'];
const USER = `${CONNECTION}@example.com`;
const REASON = 'A test of the permissions';

/** The functions by how their logical ids begin. */
export type FunctionPrefix =
  | 'Refresh'
  | 'Sweep'
  | 'Anchor'
  | 'AdminApiFunction'
  | 'AdminOperations'
  | 'OAuthCallback'
  | 'Alerts'
  | 'HealthCheck';

/** Deleted for good, about to be deleted, or under a key that is disabled. */
export type Loss = 'gone' | 'goingAway' | 'locked';

/** A twin to play flows on, with one connection that can be put back to where it began. */
export interface Stage {
  readonly twin: WatchedTwin;
  /** As an operator: nothing is known of the connection, and it has a new credential (or none) and no access token. */
  reset(options?: { credential?: boolean }): Promise<void>;
  /** Invokes a function once; answers the codes that it logged, each with the failure's own code. */
  run(prefix: FunctionPrefix): Promise<string[]>;
  /** Asks the API as an admin, with the connection and a reason in the body. */
  post(path: string, body?: object): Promise<Answer>;
  /** Asks for a link and consents; answers the page that Zoho redirects to. */
  consent(): Promise<Answer>;
  /** A Self Client's grant code. */
  grantCode(): string;
  /** A new refresh token from Zoho. */
  refreshToken(): Promise<string>;
  /** As an operator: stages what a crash left behind. */
  stage(refreshToken: string): Promise<void>;
  /** As an operator: loses both secrets of the connection, or their key. */
  lose(how: Loss): Promise<void>;
  /** As an operator: forgets what is known of the connection. */
  forget(): Promise<void>;
  /** As an operator: puts something else where the newest backup file is expected. */
  spoilFile(): Promise<void>;
  /** How many health checks have ended, whoever set them off. */
  healthChecks(): number;
  /** The subjects of the e-mails that were sent since the last time. */
  mails(): Promise<string[]>;
  /** Whether the token that consumers find now is accepted by Zoho. */
  isServed(): Promise<boolean>;
  /** What an admin is told of the connection's incidents, newest first. */
  incidents(): Promise<{ closedAt: string | null }[]>;
  close(): Promise<void>;
}

const secretSchema = z.object({ SecretString: z.string() });
const accessTokenSchema = z.object({ accessToken: z.string(), apiDomain: z.string() });

export async function openStage(): Promise<Stage> {
  const lines: string[] = [];
  const twin = await startWatchedTwin({
    configuration: aConfigurationOf({
      connections: [
        {
          id: CONNECTION,
          client: 'main',
          dataCenter: 'eu',
          scopes: SCOPES,
          probe: 'crm',
          renewEveryDays: 90,
          autoInitiate: true,
        },
      ],
      rateLimits: { reauthorize: 1_000, override: 1_000, refresh: 1_000, restore: 1_000, healthCheck: 1_000 },
    }),
    onLog: (_, line) => lines.push(line),
  });
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'any' };
  const dynamodb = new DynamoDBClient({ ...twin.aws, credentials });
  const s3 = new S3Client({ ...twin.aws, credentials });
  const client = JSON.parse(await readSecret('zoho/clients/main')) as {
    clientId: string;
    clientSecret: string;
  };
  const redirectUri = `${twin.api}/api/zoho/oauth/callback`;
  let mailsSeen = 0;

  function operate(operation: string, input: object): Promise<object> {
    return twin.secretsManager.service({ operation, input, principal: 'operator' });
  }

  async function readSecret(SecretId: string): Promise<string> {
    return secretSchema.parse(await operate('GetSecretValue', { SecretId })).SecretString;
  }

  async function setKey(operation: 'EnableKey' | 'DisableKey'): Promise<void> {
    const input = { KeyId: twin.outputs.PrimaryKeyArn };
    await twin.kms.service({ operation, input, principal: 'operator' });
  }

  async function deleteSecrets(options: object): Promise<void> {
    for (const SecretId of [CREDENTIAL, ACCESS_TOKEN])
      await operate('DeleteSecret', { SecretId, ...options });
  }

  async function renewSecret(Name: string): Promise<void> {
    await operate('DeleteSecret', { SecretId: Name, ForceDeleteWithoutRecovery: true });
    await operate('CreateSecret', { Name, KmsKeyId: twin.outputs.PrimaryKeyArn });
  }

  function credentialOf(refreshToken: string, generation: number): object {
    const SecretString = JSON.stringify({
      schemaVersion: 1,
      connection: CONNECTION,
      generation,
      refreshToken,
      accountsServer: twin.zoho,
      apiDomain: twin.zoho,
      scopes: SCOPES,
      organizationId: null,
      obtainedAt: new Date(twin.clock.nowMs()).toISOString(),
      source: 'operator',
    });
    return { SecretId: CREDENTIAL, SecretString };
  }

  async function forgetState(): Promise<void> {
    const TableName = twin.outputs.StateTableName ?? '';
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, ProjectionExpression: 'id' }));
    for (const Key of Items) await dynamodb.send(new DeleteItemCommand({ TableName, Key }));
  }

  function consentTo(parameters: { scopes: string[]; state?: string }) {
    return twin.simulator.consent({
      clientId: client.clientId,
      redirectUri,
      user: USER,
      accessType: 'offline',
      prompt: 'consent',
      ...parameters,
    });
  }

  const stage: Stage = {
    twin,
    async reset({ credential = true } = {}) {
      twin.simulator.clearFaults();
      await stage.mails();
      twin.simulator.settings.rotateRefreshTokens = false;
      await setKey('EnableKey');
      await forgetState();
      await Promise.all([renewSecret(CREDENTIAL), renewSecret(ACCESS_TOKEN)]);
      if (credential) await operate('PutSecretValue', credentialOf(await stage.refreshToken(), 1));
    },
    async run(prefix) {
      const name = twin.lambda.functionNames.find((candidate) => candidate.startsWith(prefix)) ?? prefix;
      lines.length = 0;
      await twin.lambda.invoke(name, {});
      return lines.filter((line) => parseMetrics(line) === null).map(codeOf);
    },
    post: (path, body = {}) =>
      twin.ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ connection: CONNECTION, reason: REASON, ...body }),
      }),
    async consent() {
      const { status, json } = await stage.post('/api/zoho/emergency-reauth');
      expect(status).toBe(201);
      const { searchParams } = new URL(json.authorizationUrl);
      const { redirectUrl } = consentTo({ scopes: SCOPES, state: searchParams.get('state') ?? '' });
      return twin.ask(redirectUrl, { token: null });
    },
    grantCode: () =>
      twin.simulator.issueGrantCode({ clientId: client.clientId, scopes: SCOPES, user: USER }).code,
    async refreshToken() {
      const { code } = consentTo({ scopes: SCOPES });
      const answer = await fetch(`${twin.zoho}/oauth/v2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: client.clientId,
          client_secret: client.clientSecret,
          redirect_uri: redirectUri,
          code: code ?? '',
        }),
      });
      return z.object({ refresh_token: z.string() }).parse(await answer.json()).refresh_token;
    },
    async stage(refreshToken) {
      // What was put in the same moment as the current one is not known to be newer.
      twin.clock.advance(1_000);
      await operate('PutSecretValue', { ...credentialOf(refreshToken, 2), VersionStages: ['AWSPENDING'] });
    },
    lose(how) {
      switch (how) {
        case 'gone':
          return deleteSecrets({ ForceDeleteWithoutRecovery: true });
        case 'goingAway':
          return deleteSecrets({ RecoveryWindowInDays: 7 });
        case 'locked':
          return setKey('DisableKey');
      }
    },
    forget: forgetState,
    async spoilFile() {
      const Bucket = twin.outputs.BackupBucketName;
      const Key = `credentials/${CONNECTION}.json`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'something else' }));
    },
    healthChecks: () => twin.logs.filter((line) => parseLogLine(line)?.code?.startsWith('HEALTH_')).length,
    async mails() {
      const sent = await twin.ses.sent();
      const fresh = sent.slice(mailsSeen).map(({ subject }) => subject);
      mailsSeen = sent.length;
      return fresh;
    },
    async isServed() {
      const found = await readSecret(ACCESS_TOKEN).catch(() => null);
      if (found === null) return false;
      const { accessToken, apiDomain } = accessTokenSchema.parse(JSON.parse(found));
      const headers = { authorization: `Zoho-oauthtoken ${accessToken}` };
      return (await fetch(`${apiDomain}/crm/v8/org`, { headers })).status === 200;
    },
    async incidents() {
      const { status, json } = await twin.ask('/api/zoho/incidents');
      expect(status).toBe(200);
      return json.incidents;
    },
    async close() {
      dynamodb.destroy();
      s3.destroy();
      await twin.close();
    },
  };
  return stage;
}

/** What a line says, such as `REFRESH_FAILED ZOHO_UNREACHABLE`. */
function codeOf(text: string): string {
  const line = parseLogLine(text);
  return [line?.code, line?.failureCode].filter((part) => part !== undefined).join(' ');
}
