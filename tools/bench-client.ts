/**
 * `npm run bench:client`: what a cached token costs by the consumer library and by Powertools' parameters, in one run
 * against the same stand-in for Secrets Manager; and how many requests 1,000 first calls at once cause.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import { Bench } from 'tinybench';
import { createZohoTokenReader } from '../lib/client/index.ts';
import type { AccessToken } from '../lib/domain/access-token.ts';

const SECRET_ID = 'zoho/crm/access-token';
const FIRST_CALLS = 1_000;
/** Calls that are measured as one: a single one is shorter than a timer can tell. */
const CALLS_PER_SAMPLE = 1_000;
const KEPT_S = 300;

const secrets = await startSecrets();
Object.assign(process.env, {
  AWS_ENDPOINT_URL: secrets.endpoint,
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
});
const reader = createZohoTokenReader({ secretId: SECRET_ID });
const byReader = () => reader.getAccessToken();
const ready = Promise.resolve('1000.ready');
const byPowertools = () => getSecret(SECRET_ID, { maxAge: KEPT_S, transform: 'json' });

print(`${FIRST_CALLS} first calls at once`);
print(`  zoho-token-recovery/client  ${await requestsOf(byReader)} request`);
print(`  Powertools’ parameters      ${await requestsOf(byPowertools)} requests`);
const [ours = 0, theirs = 0, floor = 0] = await measure();
print('a cached call, median');
print(`  zoho-token-recovery/client  ${describe(ours)}`);
print(`  Powertools’ parameters      ${describe(theirs)}`);
print(`  an await and nothing else   ${describe(floor)}`);
print(`ratio: ${(theirs / ours).toFixed(1)} times as fast as Powertools’ parameters`);
secrets.close();

async function requestsOf(call: () => Promise<unknown>): Promise<number> {
  const before = secrets.requests();
  await Promise.all(Array.from({ length: FIRST_CALLS }, call));
  return secrets.requests() - before;
}

/** @returns nanoseconds per call: of the reader, of Powertools, and of no call at all */
async function measure(): Promise<number[]> {
  // A loop for each: one that all share would be compiled for none of them.
  const bench = new Bench({ time: 1_000, warmupTime: 250 })
    .add('reader', async () => {
      for (let count = 0; count < CALLS_PER_SAMPLE; count++) await byReader();
    })
    .add('powertools', async () => {
      for (let count = 0; count < CALLS_PER_SAMPLE; count++) await byPowertools();
    })
    .add('await', async () => {
      for (let count = 0; count < CALLS_PER_SAMPLE; count++) await ready;
    });
  return (await bench.run()).map(nanosecondsOf);
}

function nanosecondsOf(task: Bench['tasks'][number] | undefined): number {
  const result = task?.result;
  if (result === undefined || !('latency' in result))
    throw new Error(`nothing was measured: ${result?.state}`);
  return (result.latency.p50 * 1e6) / CALLS_PER_SAMPLE;
}

function describe(nanoseconds: number): string {
  return `${nanoseconds.toFixed(0)} ns`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Answers every request with one published token. */
async function startSecrets() {
  let requests = 0;
  const token: AccessToken = {
    schemaVersion: 1,
    connection: 'crm',
    accessToken: '1000.access-token-of-a-benchmark',
    expiresAt: new Date(Date.now() + 50 * 60_000).toISOString(),
    apiDomain: 'https://www.zohoapis.eu',
    generation: 1,
  };
  const answer = JSON.stringify({ Name: SECRET_ID, SecretString: JSON.stringify(token) });
  const server = createServer((_request, response) => {
    requests += 1;
    response.setHeader('content-type', 'application/x-amz-json-1.1').end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { endpoint: `http://127.0.0.1:${port}`, requests: () => requests, close };
}
