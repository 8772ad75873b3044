/** Holds the reader to its promises over a real socket, with the real SDK, against the twin's Secrets Manager. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createZohoTokenReader } from '../../../lib/client/reader.ts';
import { aDocument, aReader, MINUTE_MS, NOW_MS, REGION, SECRET_ID, startSecrets } from './support.ts';

describe('a reader', () => {
  it('reads the token with its API domain and expiry', async () => {
    const { client, publish } = await startSecrets();
    await publish();
    const { reader } = aReader(client);
    expect(await reader.getAccessToken()).toBe('1000.access-token-of-a-test');
    expect(await reader.getToken()).toEqual({
      accessToken: '1000.access-token-of-a-test',
      apiDomain: 'https://www.zohoapis.eu',
      expiresAtMs: NOW_MS + 50 * MINUTE_MS,
      connection: 'crm',
      generation: 1,
    });
  });

  it('asks Secrets Manager once for a thousand first calls at once, of whatever kind', async () => {
    const { client, publish, reads } = await startSecrets();
    await publish();
    const { reader } = aReader(client);
    await Promise.all(
      Array.from({ length: 1_000 }, (_, call) => (call % 2 ? reader.getAccessToken() : reader.getToken())),
    );
    expect(reads()).toBe(1);
  });

  it('asks nothing before the first call', async () => {
    const { client, reads } = await startSecrets();
    aReader(client);
    expect(reads()).toBe(0);
  });

  it('goes over to the next token within five minutes of its publication', async () => {
    const { client, publish, reads } = await startSecrets();
    await publish({ accessToken: '1000.first' });
    const { reader, clock } = aReader(client);
    await reader.getAccessToken();
    await publish({ accessToken: '1000.second', generation: 2 });
    clock.nowMs += 5 * MINUTE_MS;
    expect(await reader.getAccessToken()).toBe('1000.second');
    expect(reads()).toBe(2);
  });

  it('has nothing of a failure left: the next call finds what was published meanwhile', async () => {
    const { client, publish } = await startSecrets();
    const { reader } = aReader(client);
    await expect(reader.getAccessToken()).rejects.toMatchObject({ code: 'NOT_PUBLISHED' });
    await publish();
    expect(await reader.getAccessToken()).toBe('1000.access-token-of-a-test');
  });

  it('answers a replacement for a token that Zoho refused, once there is one', async () => {
    const { client, publish } = await startSecrets();
    await publish({ accessToken: '1000.first' });
    const { reader } = aReader(client);
    expect(await reader.getReplacement('1000.first')).toBeNull();
    await publish({ accessToken: '1000.second' });
    expect((await reader.getReplacement('1000.first'))?.accessToken).toBe('1000.second');
  });
});

describe('a Secrets Manager that stops in the middle of its answer', () => {
  it('is given up after eight seconds, and the token in hand is used', async () => {
    const secrets = await startStallingSecrets();
    await inEnvironment({ AWS_ENDPOINT_URL: secrets.endpoint, AWS_REGION: REGION }, async () => {
      let nowMs = NOW_MS;
      const options = { secretId: SECRET_ID, nowMs: () => nowMs };
      const withToken = createZohoTokenReader(options);
      const first = createZohoTokenReader({ ...options, client: new SecretsManagerClient({}) });
      await withToken.getAccessToken();
      secrets.stall();
      nowMs += 6 * MINUTE_MS;
      const [used, failed] = await Promise.allSettled([withToken.getAccessToken(), first.getAccessToken()]);
      expect(used).toMatchObject({ status: 'fulfilled', value: '1000.access-token-of-a-test' });
      // A client of the caller's, which has no limit of its own.
      expect(failed).toMatchObject({
        reason: {
          code: 'SECRETS_MANAGER_UNAVAILABLE',
          message: expect.stringContaining('failed with TimeoutError'),
        },
      });
    });
  }, 20_000);
});

it.each(['', '  ', undefined])('a reader of no secret is not made: %j', (secretId) => {
  expect(() => createZohoTokenReader({ secretId: secretId as string })).toThrow(
    expect.objectContaining({
      code: 'SECRET_ID_MISSING',
      message: expect.stringContaining('No secret is named'),
    }),
  );
});

it('what a reader hands out cannot be changed for the next caller', async () => {
  const { client, publish } = await startSecrets();
  await publish();
  const { reader } = aReader(client);
  expect(Object.isFrozen(await reader.getToken())).toBe(true);
});

describe('the client that a reader makes by itself', () => {
  it('is for the region that an ARN names', async () => {
    const { client, publish, endpoint, reads } = await startSecrets();
    await publish({ expiresAt: new Date(Date.now() + MINUTE_MS).toISOString() });
    const { ARN = '' } = await client.send(new GetSecretValueCommand({ SecretId: SECRET_ID }));
    expect(ARN).toContain(REGION);
    await inEnvironment({ AWS_ENDPOINT_URL: endpoint, AWS_REGION: 'us-west-2' }, async () => {
      expect(await createZohoTokenReader({ secretId: ARN }).getAccessToken()).toBe(
        '1000.access-token-of-a-test',
      );
      await expect(
        createZohoTokenReader({ secretId: `${ARN.slice(0, -7)}-gone` }).getAccessToken(),
      ).rejects.toThrow(/in eu-central-1/);
      await expect(createZohoTokenReader({ secretId: 'zoho/none' }).getAccessToken()).rejects.toThrow(
        'There is no secret zoho/none in us-west-2.',
      );
    });
    expect(reads()).toBe(4);
  });

  it('says so when no region is configured at all', async () => {
    const client = new SecretsManagerClient({
      region: () => Promise.reject<string>(new Error('Region is missing')),
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const { reader } = aReader(client);
    await expect(reader.getAccessToken()).rejects.toMatchObject({
      code: 'SECRETS_MANAGER_UNAVAILABLE',
      message: expect.stringContaining('zoho/crm/access-token in no region could not be read'),
    });
  });
});

/** Answers completely until it is told to stall; then with headers, sixty bytes, and no more. */
async function startStallingSecrets() {
  let isStalling = false;
  const text = JSON.stringify({ Name: SECRET_ID, SecretString: JSON.stringify(aDocument()) });
  const server = createServer((_request, response) => {
    response.writeHead(200, {
      'content-type': 'application/x-amz-json-1.1',
      'content-length': Buffer.byteLength(text),
    });
    if (isStalling) response.write(text.slice(0, 60));
    else response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stall: () => {
      isStalling = true;
    },
  };
}

/** Does something with environment variables that the SDK reads, and puts back what was there. */
async function inEnvironment(variables: Record<string, string>, act: () => Promise<void>): Promise<void> {
  const all = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', ...variables };
  const before = Object.fromEntries(Object.keys(all).map((name) => [name, process.env[name]]));
  Object.assign(process.env, all);
  try {
    await act();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
