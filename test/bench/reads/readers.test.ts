import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createReaders, type Reader } from '../../../bench/reads/readers.ts';
import { type SecretsServer, startSecretsServer } from '../../../bench/reads/secrets-server.ts';

let secrets: SecretsServer;
let readers: readonly Reader[];
beforeAll(async () => {
  secrets = await startSecretsServer();
  vi.stubEnv('AWS_ENDPOINT_URL', secrets.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  readers = createReaders();
});
afterAll(() => {
  vi.unstubAllEnvs();
});

async function requestsOf(calls: number, call: () => Promise<unknown>): Promise<number> {
  const before = secrets.requests();
  for (let count = 0; count < calls; count += 1) expect(await call()).toBeTruthy();
  return secrets.requests() - before;
}

it('compares like with like: an uncached read is one request, and of cached ones only the first is', async () => {
  for (const { name, cached, uncached } of readers) {
    if (cached) expect(await requestsOf(3, cached), `${name}, cached`).toBe(1);
    expect(await requestsOf(3, uncached), `${name}, uncached`).toBe(3);
  }
});
