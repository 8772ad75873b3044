import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Kms } from '../../../infra/local/aws/kms/kms.ts';
import { SecretsManager } from '../../../infra/local/aws/secrets-manager/secrets-manager.ts';
import { authorizeSample, pointAtSimulator } from '../../../infra/local/sample.ts';
import { startZohoSimulator, type ZohoSimulator } from '../../../infra/local/zoho/simulator.ts';
import type { Configuration } from '../../../lib/config/configuration.ts';
import { credentialSchema } from '../../../lib/domain/credential.ts';
import { aConfigurationOf, aConnection } from '../../support/builders.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const nowMs = () => NOW_MS;
const CONFIGURATION = aConfigurationOf({
  connections: Array.from({ length: 21 }, (_, index) =>
    aConnection({ id: `crm-${index}`, scopes: ['ZohoCRM.org.READ'] }),
  ),
});

let zoho: ZohoSimulator;
let secretsManager: SecretsManager;
let configuration: Configuration;

beforeAll(async () => {
  const own = { nowMs, path: null, region: 'us-east-1', accountId: '000000000000' };
  secretsManager = new SecretsManager({ ...own, kms: new Kms(own) });
  zoho = await startZohoSimulator({ nowMs });
  configuration = pointAtSimulator(CONFIGURATION, zoho.origin);
  await call('CreateSecret', { Name: 'zoho/clients/main' });
  for (const { id } of configuration.connections)
    await call('CreateSecret', { Name: `zoho/${id}/credential` });
  await authorize();
});
afterAll(() => zoho.close());

function authorize(): Promise<void> {
  const api = 'http://127.0.0.1:3000';
  return authorizeSample({ configuration, zoho, secretsManager: secretsManager.service, api, nowMs });
}

function call(operation: string, input: object): Promise<object> {
  return secretsManager.service({ operation, input, principal: 'operator' });
}

async function read(SecretId: string) {
  const { SecretString } = (await call('GetSecretValue', { SecretId })) as { SecretString: string };
  return JSON.parse(SecretString);
}

async function mint(refreshToken: string): Promise<unknown> {
  const { clientId, clientSecret } = await read('zoho/clients/main');
  const response = await fetch(`${zoho.origin}/oauth/v2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret,
      refresh_token: refreshToken,
    }),
  });
  return response.json();
}

describe('the operator’s first steps', () => {
  it('store a credential as the functions read it', async () => {
    expect(credentialSchema.parse(await read('zoho/crm-0/credential'))).toMatchObject({
      connection: 'crm-0',
      generation: 1,
      accountsServer: zoho.origin,
      obtainedAt: '2026-01-01T00:00:00.000Z',
      source: 'operator',
    });
  });

  it('leave every connection with a living refresh token, also beyond the 20 that Zoho keeps per user', async () => {
    for (const id of ['crm-0', 'crm-20']) {
      const { refreshToken } = await read(`zoho/${id}/credential`);
      expect(await mint(refreshToken)).toMatchObject({ access_token: expect.any(String) });
    }
  });

  it('touch nothing that is stored already', async () => {
    const before = await read('zoho/crm-0/credential');
    await authorize();
    expect(await read('zoho/crm-0/credential')).toEqual(before);
  });
});

describe('the configuration of the twin', () => {
  it('sends nothing off this machine, not even a probe of one’s own', () => {
    const [connection] = pointAtSimulator(
      aConfigurationOf({
        connections: [
          aConnection({ dataCenter: 'us', probe: { url: 'https://www.zohoapis.com/crm/v8/org?a=b' } }),
        ],
      }),
      'http://127.0.0.1:1',
    ).connections;
    expect(connection).toMatchObject({
      dataCenter: {
        accountsServer: 'http://127.0.0.1:1',
        apiDomain: 'http://127.0.0.1:1',
        deskDomain: 'http://127.0.0.1:1',
        mailDomain: 'http://127.0.0.1:1',
      },
      probe: { url: 'http://127.0.0.1:1/crm/v8/org?a=b' },
    });
  });
});
