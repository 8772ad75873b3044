import * as z from 'zod';
import type { Configuration, Connection } from '../../lib/config/configuration.ts';
import { OPERATOR } from './aws/access-keys.ts';
import { AwsError, type AwsService } from './aws/service.ts';
import type { ZohoSimulator } from './zoho/simulator.ts';

const CALLBACK_PATH = '/api/zoho/oauth/callback';

export interface SampleOptions {
  /** The configuration as it was synthesised: every connection points at the simulator. */
  readonly configuration: Configuration;
  readonly zoho: ZohoSimulator;
  readonly secretsManager: AwsService;
  /** The API's origin: Zoho redirects there after a consent. */
  readonly api: string;
  readonly nowMs: () => number;
}

/** Has e-mails link the runbooks on this machine. */
export function linkRunbooks(configuration: Configuration, origin: string): Configuration {
  return { ...configuration, alerts: { ...configuration.alerts, runbooksUrl: `${origin}/` } };
}

/** Points every connection at the simulator, so that nothing ever leaves this machine. */
export function pointAtSimulator({ connections, ...rest }: Configuration, origin: string): Configuration {
  const dataCenter = { accountsServer: origin, apiDomain: origin, deskDomain: origin, mailDomain: origin };
  return {
    ...rest,
    connections: connections.map((connection) => ({
      ...connection,
      dataCenter,
      probe: typeof connection.probe === 'string' ? connection.probe : moveTo(origin, connection.probe),
    })),
  };
}

/**
 * Does what an operator does before the first refresh: registers the OAuth clients, gives consent for each connection,
 * and stores what comes of it. What is stored already is left alone.
 */
export async function authorizeSample(options: SampleOptions): Promise<void> {
  for (const connection of options.configuration.connections) {
    const secretId = `zoho/${connection.id}/credential`;
    if (await readSecret(options.secretsManager, secretId)) continue;
    const client = await ensureClient(connection.client, options);
    const credential = await consent(connection, client, options);
    await putSecret(options.secretsManager, secretId, credential);
  }
}

const clientSecretSchema = z.object({ clientId: z.string(), clientSecret: z.string() });
type ClientSecret = z.infer<typeof clientSecretSchema>;

const exchangeSchema = z.object({ refresh_token: z.string() });

async function ensureClient(
  name: string,
  { zoho, secretsManager, api }: SampleOptions,
): Promise<ClientSecret> {
  const secretId = `zoho/clients/${name}`;
  const redirectUris = [`${api}${CALLBACK_PATH}`];
  const stored = await readSecret(secretsManager, secretId);
  if (stored) {
    const client = clientSecretSchema.parse(JSON.parse(stored));
    // The API may have moved to another port since it was registered.
    zoho.registerClient({ name, id: client.clientId, secret: client.clientSecret, redirectUris });
    return client;
  }
  const { id: clientId, secret: clientSecret } = zoho.registerClient({ name, redirectUris });
  await putSecret(secretsManager, secretId, { schemaVersion: 1, client: name, clientId, clientSecret });
  return { clientId, clientSecret };
}

/** One user per connection: Zoho keeps no more than 20 refresh tokens per user and client. */
async function consent(
  { id, scopes }: Connection,
  { clientId, clientSecret }: ClientSecret,
  { zoho, api, nowMs }: SampleOptions,
): Promise<object> {
  const redirectUri = `${api}${CALLBACK_PATH}`;
  const user = `${id}@example.com`;
  zoho.registerUser({ email: user });
  const { code } = zoho.consent({
    clientId,
    redirectUri,
    user,
    scopes,
    accessType: 'offline',
    prompt: 'consent',
  });
  const response = await fetch(`${zoho.origin}/oauth/v2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uri: redirectUri,
      code: String(code),
    }),
  });
  const { refresh_token: refreshToken } = exchangeSchema.parse(await response.json());
  return {
    schemaVersion: 1,
    connection: id,
    generation: 1,
    refreshToken,
    accountsServer: zoho.origin,
    apiDomain: zoho.origin,
    scopes,
    organizationId: null,
    obtainedAt: new Date(nowMs()).toISOString(),
    source: 'operator',
  };
}

async function readSecret(secretsManager: AwsService, SecretId: string): Promise<string | null> {
  try {
    const input = { SecretId };
    const answer = await secretsManager({ operation: 'GetSecretValue', input, principal: OPERATOR });
    return z.object({ SecretString: z.string() }).parse(answer).SecretString;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return null;
    throw error;
  }
}

async function putSecret(secretsManager: AwsService, SecretId: string, document: object): Promise<void> {
  const input = { SecretId, SecretString: JSON.stringify(document) };
  await secretsManager({ operation: 'PutSecretValue', input, principal: OPERATOR });
}

function moveTo(origin: string, { url }: { url: string }): { url: string } {
  const { pathname, search } = new URL(url);
  return { url: `${origin}${pathname}${search}` };
}
