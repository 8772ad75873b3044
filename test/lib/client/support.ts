import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { onTestFinished } from 'vitest';
import { AccessKeys } from '../../../infra/local/aws/access-keys.ts';
import { startFrontDoor } from '../../../infra/local/aws/front-door.ts';
import { Kms } from '../../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../../infra/local/aws/secrets-manager/secrets-manager.ts';
import { VirtualClock } from '../../../infra/local/clock.ts';
import type { ZohoToken } from '../../../lib/client/access-token-document.ts';
import { createZohoTokenReader, type ZohoTokenReaderOptions } from '../../../lib/client/reader.ts';
import type { AccessToken } from '../../../lib/domain/access-token.ts';

export const SECRET_ID = 'zoho/crm/access-token';
export const REGION = 'eu-central-1';
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const NOW_MS = Date.UTC(2026, 10, 23, 8);

/** A document as the keeper publishes it, with 50 minutes left at {@link NOW_MS}. */
export function aDocument(differing: Partial<AccessToken> = {}): AccessToken {
  return {
    schemaVersion: 1,
    connection: 'crm',
    accessToken: '1000.access-token-of-a-test',
    expiresAt: new Date(NOW_MS + 50 * MINUTE_MS).toISOString(),
    apiDomain: 'https://www.zohoapis.eu',
    generation: 1,
    ...differing,
  };
}

/** A token as it is read. */
export function aToken(differing: Partial<ZohoToken> = {}): ZohoToken {
  const { schemaVersion, expiresAt, ...rest } = aDocument();
  return { ...rest, expiresAtMs: Date.parse(expiresAt), ...differing };
}

/** The twin's Secrets Manager behind a real socket, with one secret in it that has no value yet. */
export async function startSecrets() {
  const own = { nowMs: Date.now, path: null, region: REGION, accountId: '000000000000' };
  const kms = new Kms(own);
  const secretsManager = new SecretsManager({ ...own, kms });
  const door = await startFrontDoor({
    services: { secretsmanager: secretsManager.service },
    emulators: {},
    accessKeys: new AccessKeys(),
    clock: new VirtualClock(),
  });
  const client = new SecretsManagerClient({
    endpoint: door.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await door.close();
  });
  await client.send(new CreateSecretCommand({ Name: SECRET_ID }));
  const putText = (SecretString: string) =>
    client.send(new PutSecretValueCommand({ SecretId: SECRET_ID, SecretString }));
  return {
    client,
    endpoint: door.endpoint,
    putText,
    publish: (differing: Partial<AccessToken> = {}) => putText(JSON.stringify(aDocument(differing))),
    /** How often a value was asked for over the wire. */
    reads: () => door.journal.entries.filter(({ operation }) => operation === 'GetSecretValue').length,
  };
}

/** A reader of that secret on a clock that the test moves. */
export function aReader(client: SecretsManagerClient, more: Partial<ZohoTokenReaderOptions> = {}) {
  const clock = { nowMs: NOW_MS };
  const reader = createZohoTokenReader({ secretId: SECRET_ID, client, nowMs: () => clock.nowMs, ...more });
  return { reader, clock };
}
