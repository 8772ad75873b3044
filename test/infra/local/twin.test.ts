import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../infra/local/aws/call-journal.ts';
import { type LogLine, parseLogLine } from '../../../infra/local/console.ts';
import { DataFolder } from '../../../infra/local/data-folder.ts';
import { startTwin, type Twin } from '../../../infra/local/twin.ts';
import { accessTokenSchema } from '../../../lib/domain/access-token.ts';
import { aConfigurationOf } from '../../support/builders.ts';

const MINUTE_MS = 60_000;
const CONFIGURATION = aConfigurationOf({
  connections: [
    { id: 'crm', client: 'main', dataCenter: 'eu', scopes: ['ZohoCRM.org.READ'], probe: 'crm' },
    { id: 'books', client: 'main', dataCenter: 'eu', scopes: ['ZohoBooks.settings.READ'], probe: 'books' },
  ],
});
const PROBE_PATH: Record<string, string> = { crm: '/crm/v8/org', books: '/books/v3/organizations' };

/** One access token as a consumer got it. */
interface Publication {
  readonly connection: string;
  readonly atMs: number;
  readonly expiresAtMs: number;
  readonly probeStatus: number;
}

let folder: string;
let twin: Twin;
const logs: string[] = [];
const publications: Publication[] = [];
const listeners = new Set<() => void>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'twin-'));
  await start();
});
afterAll(async () => {
  await twin.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const data = DataFolder.open(join(folder, 'data'), { fresh: false });
  // An hour passes in a second, but for what the functions take.
  twin = await startTwin({ configuration: CONFIGURATION, data, speed: 3_600, onLog });
}

function onLog(_functionName: string, text: string): void {
  logs.push(text);
  const line = parseLogLine(text);
  if (line?.code?.startsWith('ACCESS_TOKEN_REFRESHED')) void consume(line);
}

async function consume({ connection = '', timestamp }: LogLine): Promise<void> {
  const token = await readAccessToken(connection);
  const headers = { authorization: `Zoho-oauthtoken ${token.accessToken}` };
  const { status } = await fetch(`${token.apiDomain}${PROBE_PATH[connection]}`, { headers });
  const expiresAtMs = Date.parse(token.expiresAt);
  publications.push({ connection, atMs: Date.parse(timestamp), expiresAtMs, probeStatus: status });
  for (const listener of listeners) listener();
}

/** As a consumer or an operator does: with the SDK, at the address that `npm start` tells. */
async function readSecret(SecretId: string): Promise<string> {
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'any' };
  const client = new SecretsManagerClient({ ...twin.aws, credentials });
  const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId }));
  client.destroy();
  return SecretString;
}

async function readAccessToken(connection: string) {
  return accessTokenSchema.parse(JSON.parse(await readSecret(`zoho/${connection}/access-token`)));
}

const publicationsOf = (connection: string) =>
  publications.filter((publication) => publication.connection === connection);

/** Waits until each connection has had so many tokens. */
function publishedEach(count: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (CONFIGURATION.connections.some(({ id }) => publicationsOf(id).length < count)) return;
      listeners.delete(look);
      resolve();
    };
    listeners.add(look);
    look();
  });
}

/** How long before its predecessor's expiry each token came, in minutes. */
function minutesToSpare(connection: string): number[] {
  return publicationsOf(connection).flatMap(({ expiresAtMs }, index, all) => {
    const next = all[index + 1];
    return next ? [(expiresAtMs - next.atMs) / MINUTE_MS] : [];
  });
}

function describeCall({ service, operation }: JournalEntry): string {
  return `${service}:${operation}`;
}

/** A function's calls, one list for each of its invocations: these come minutes of virtual time apart. */
function callsByMinute(functionName: string): string[][] {
  const entries = twin.journal.entries.filter(({ principal }) => principal.startsWith(functionName));
  const byMinute = Map.groupBy(entries, ({ atMs }) => Math.floor(atMs / MINUTE_MS));
  return [...byMinute.values()].map((calls) => calls.map(describeCall));
}

describe('the whole system, over hours', () => {
  it('authorises the connections by itself, and refreshes each by its schedules', async () => {
    twin.startSchedules();
    await publishedEach(5);
    expect(publications.map(({ probeStatus }) => probeStatus)).toEqual(publications.map(() => 200));
  });

  it('P5: leaves no consumer with less than 5 minutes', () => {
    for (const { id } of CONFIGURATION.connections) {
      expect(minutesToSpare(id).length).toBeGreaterThanOrEqual(4);
      expect(Math.min(...minutesToSpare(id))).toBeGreaterThan(5);
    }
  });

  it('P5: gets over a Zoho that is down for 8 minutes around the tick, without a gap', async () => {
    const before = publicationsOf('crm').length;
    const last = publicationsOf('crm').at(-1) as Publication;
    const untilDownMs = last.atMs + 49 * MINUTE_MS - twin.clock.nowMs();
    twin.clock.setTimeout(() => twin.simulator.addFault({ kind: 'down', forMs: 8 * MINUTE_MS }), untilDownMs);
    await publishedEach(before + 1);
    const failures = logs.flatMap((text) => parseLogLine(text) ?? []).filter(isRefreshFailure);
    expect(failures.length, 'the outage was felt').toBeGreaterThan(1);
    for (const { id } of CONFIGURATION.connections) {
      expect(minutesToSpare(id)[before - 1]).toBeGreaterThan(0);
      expect(minutesToSpare(id)[before - 1], 'it came after the outage').toBeLessThan(5);
    }
  });

  it('a refresh costs at most 9 calls of AWS and one mint, a sweep with nothing due 3 calls', () => {
    const idle = callsByMinute('Sweep').filter((calls) => !calls.includes('dynamodb:UpdateItem'));
    expect(idle.length).toBeGreaterThan(100);
    const look = ['dynamodb:BatchGetItem', 'kms:DescribeKey', 'secretsmanager:ListSecrets'];
    for (const calls of idle) expect(look).toEqual(expect.arrayContaining(calls));

    // An incident that begins or ends is read and written besides.
    const uneventful = callsByMinute('Refresh').filter((calls) => !calls.includes('dynamodb:GetItem'));
    expect(uneventful.length).toBeGreaterThan(2);
    for (const calls of uneventful)
      expect(calls.length).toBeLessThanOrEqual(9 * CONFIGURATION.connections.length);

    const mints = twin.simulator.journal.filter(({ outcome }) => outcome === 'minted').length;
    // One more each was the exchange of the first consent's code.
    expect(mints - CONFIGURATION.connections.length).toBe(publications.length);
  });

  it('P8: no secret is in any line of any log', async () => {
    const credential = JSON.parse(await readSecret('zoho/crm/credential'));
    const client = JSON.parse(await readSecret('zoho/clients/main'));
    const { accessToken } = await readAccessToken('crm');
    const everything = logs.join('\n');
    expect(everything).toContain('"connection":"crm"');
    for (const secret of [credential.refreshToken, client.clientSecret, accessToken]) {
      expect(secret).toMatch(/^.{16,}$/);
      expect(everything).not.toContain(secret);
    }
    // Whatever Zoho issued in these hours begins like this.
    expect(everything).not.toMatch(/1000\.[0-9a-f]{16}/);
  });

  it('answers an admin how the connections are doing', async () => {
    const route = `${twin.api}/api/zoho/status`;
    expect((await fetch(route)).status).toBe(401);
    const response = await fetch(route, { headers: { authorization: `Bearer ${twin.adminToken}` } });
    expect(await response.json()).toMatchObject({
      connections: [
        { connection: 'crm', health: 'healthy', generation: 1 },
        { connection: 'books', health: 'healthy', generation: 1 },
      ],
    });
  });

  it('goes on after a restart where it was: same credential, and no mint before it is due', async () => {
    const before = await readSecret('zoho/crm/credential');
    const token = await readAccessToken('crm');
    await twin.close();
    await start();
    expect(await readSecret('zoho/crm/credential')).toBe(before);
    expect(await readAccessToken('crm')).toEqual(token);
    const published = publicationsOf('crm').length;
    twin.startSchedules();
    await publishedEach(published + 1);
    expect(publicationsOf('crm').at(-1)).toMatchObject({ probeStatus: 200 });
    expect(minutesToSpare('crm').at(-1)).toBeLessThan(11);
  });
});

function isRefreshFailure({ code }: LogLine): boolean {
  return code === 'REFRESH_FAILED';
}
