import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { MockAgent } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import type { Credential } from '../../../lib/domain/credential.ts';
import { accessTokenSecretName, credentialSecretName } from '../../../lib/vault/secret-names.ts';
import type { RefreshDependencies } from '../../../lib/workflows/dependencies.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { aCredential, anAccessToken } from '../../support/builders.ts';
import { dispatchedBy } from '../../support/dispatched.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;
const DEAD = { error: 'invalid_code' };

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());
beforeEach(() => {
  keeper.zoho.clearFaults();
  // What is put one after the other has not the same time.
  keeper.clock.advance(1_000);
});

/** A Zoho that answers each mint as told, and accepts whatever it minted as a token of one organisation. */
function scriptZoho(answer: (refreshToken: string) => object): {
  zoho: RefreshDependencies['zoho'];
  probe: { status: number };
} {
  const probe = { status: 200 };
  const agent = new MockAgent();
  agent.disableNetConnect();
  const pool = agent.get(keeper.zoho.origin);
  pool
    .intercept({ path: '/oauth/v2/token', method: 'POST' })
    .reply(200, ({ body }) => answer(new URLSearchParams(String(body)).get('refresh_token') ?? ''))
    .persist();
  pool
    .intercept({ path: /^\/crm\//, method: 'GET' })
    .reply(() => ({ statusCode: probe.status, data: { org: [{ id: '1', zgid: '60001' }] } }))
    .persist();
  return { zoho: { transport: dispatchedBy(agent), timeoutMs: 2_000 }, probe };
}

let minted = 0;
function issue(more: object = {}): object {
  minted += 1;
  return { access_token: `1000.minted-${minted}`, expires_in: 3600, token_type: 'Bearer', ...more };
}

/** A connection whose current credential holds this refresh token. */
async function connectWith(refreshToken: string, differing: Partial<Credential> = {}): Promise<Connection> {
  const connection = await keeper.connect({}, { consented: false });
  await put(connection, refreshToken, differing);
  return connection;
}

async function put(
  { id, scopes }: Connection,
  refreshToken: string,
  differing: Partial<Credential> = {},
): Promise<void> {
  keeper.clock.advance(1_000);
  const { origin } = keeper.zoho;
  const from = { connection: id, scopes, accountsServer: origin, apiDomain: origin };
  await keeper.putCredential(aCredential({ ...from, refreshToken, ...differing }));
  keeper.clock.advance(1_000);
}

async function stage({ id }: Connection, refreshToken: string, differing: Partial<Credential> = {}) {
  keeper.clock.advance(1_000);
  const current = (await keeper.readCredential(id)) ?? {};
  const staged = aCredential({ ...current, refreshToken, ...differing });
  await keeper.putSecret(credentialSecretName(id), JSON.stringify(staged), 'AWSPENDING');
}

const tick = (connection: Connection, replaced: Partial<RefreshDependencies> = {}) =>
  refreshConnection(keeper.deps(replaced), connection, { trigger: 'tick', requestId: 'test' });
async function sweep(connection: Connection, replaced: Partial<RefreshDependencies> = {}) {
  const { refreshes } = await sweepConnections(keeper.deps(replaced), [connection], {
    requestId: 'test',
    remainingMs: () => 120_000,
  });
  return refreshes[0];
}
async function tokenAt({ id }: Connection, stageName: 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING') {
  return (await keeper.readCredential(id, stageName))?.refreshToken ?? null;
}

describe('P2: the last good refresh token stays current', () => {
  it('when Zoho sends along something that is none', async () => {
    const { zoho } = scriptZoho((token) => (token === 'good' ? issue({ refresh_token: '****' }) : DEAD));
    const connection = await connectWith('good');
    for (let hour = 0; hour < 4; hour += 1) {
      expect(await tick(connection, { zoho })).toMatchObject({ kind: 'refreshed', source: 'current' });
      expect(await tokenAt(connection, 'AWSCURRENT')).toBe('good');
      keeper.clock.advance(50 * MINUTE_MS);
    }
  });

  it('when a leftover belongs to another organisation, which is set aside', async () => {
    const { zoho } = scriptZoho(() => issue());
    const connection = await connectWith('good', { organizationId: '60001' });
    await tick(connection, { zoho });
    const other = scriptZoho(() => issue());
    await put(connection, 'good', { organizationId: '70001' });
    await stage(connection, 'leftover', { organizationId: '60001' });
    await keeper.state.acquire({ connection: connection.id, owner: 'crashed', atMs: keeper.clock.nowMs() });
    keeper.clock.advance(10 * MINUTE_MS);
    // The probe names 60001: not what the current credential expects, whatever the staged one says of itself.
    expect(await tick(connection, other)).toMatchObject({ failure: { code: 'ORGANIZATION_CHANGED' } });
    expect(await tokenAt(connection, 'AWSCURRENT')).toBe('good');
  });

  it('when a leftover’s API refuses it: the current one goes on', async () => {
    const connection = await keeper.connect();
    await stage(connection, 'leftover', { organizationId: null, accountsServer: 'https://evil.example' });
    const current = await tokenAt(connection, 'AWSCURRENT');
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', source: 'current' });
    expect(await tokenAt(connection, 'AWSCURRENT')).toBe(current);
  });

  it('when an operator puts a newer one over a promoted one, whose label stays behind', async () => {
    const { zoho } = scriptZoho((token) => (token === 'dead' ? DEAD : issue()));
    const connection = await connectWith('dead');
    await stage(connection, 'rotated', { generation: 2 });
    expect(await tick(connection, { zoho })).toMatchObject({ kind: 'refreshed', source: 'staged' });
    expect(await tokenAt(connection, 'AWSPENDING')).toBe('rotated');

    await put(connection, 'by-hand-1');
    await put(connection, 'by-hand-2');
    await keeper.state.acquire({ connection: connection.id, owner: 'crashed', atMs: keeper.clock.nowMs() });
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection, { zoho })).toMatchObject({ kind: 'refreshed', source: 'current' });
    expect(await tokenAt(connection, 'AWSCURRENT')).toBe('by-hand-2');
  });
});

describe('P3: a credential that Zoho rotated', () => {
  it('becomes current once a token was minted from it, and not before', async () => {
    const { zoho } = scriptZoho((token) => (token === 'old' ? issue({ refresh_token: 'new' }) : issue()));
    const connection = await connectWith('old');
    expect(await tick(connection, { zoho })).toMatchObject({ kind: 'refreshed', source: 'current' });
    expect([await tokenAt(connection, 'AWSCURRENT'), await tokenAt(connection, 'AWSPENDING')]).toEqual([
      'old',
      'new',
    ]);
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection, { zoho })).toMatchObject({ source: 'staged', generation: 2 });
    expect([await tokenAt(connection, 'AWSCURRENT'), await tokenAt(connection, 'AWSPREVIOUS')]).toEqual([
      'new',
      'old',
    ]);
  });

  it('survives a wrong word of Zoho: called dead once, it is asked again at the tick', async () => {
    let isMistaken = true;
    let isRotated = false;
    const { zoho, probe } = scriptZoho((token) => {
      if (token === 'new') return isMistaken ? DEAD : issue();
      if (isRotated) return DEAD;
      isRotated = true;
      return issue({ refresh_token: 'new' });
    });
    const connection = await connectWith('old');
    probe.status = 503;
    expect(await tick(connection, { zoho })).toMatchObject({ failure: { code: 'PROBE_UNAVAILABLE' } });
    probe.status = 200;
    keeper.clock.advance(2 * MINUTE_MS);
    expect(await sweep(connection, { zoho })).toMatchObject({ failure: { code: 'CREDENTIAL_DEAD' } });
    expect(await tokenAt(connection, 'AWSPENDING')).toBe('new');

    isMistaken = false;
    keeper.clock.advance(48 * MINUTE_MS);
    expect(await tick(connection, { zoho })).toMatchObject({ kind: 'refreshed', source: 'staged' });
    expect(await tokenAt(connection, 'AWSCURRENT')).toBe('new');
  });

  it('from the previous credential is newer than the dead one that is current', async () => {
    let isRotated = false;
    const { zoho, probe } = scriptZoho((token) => {
      if (token === 'new') return issue();
      if (token === 'dead' || isRotated) return DEAD;
      isRotated = true;
      return issue({ refresh_token: 'new' });
    });
    const connection = await connectWith('living');
    await put(connection, 'dead', { generation: 2 });
    probe.status = 503;
    expect(await tick(connection, { zoho })).toMatchObject({ failure: { code: 'PROBE_UNAVAILABLE' } });
    probe.status = 200;
    keeper.clock.advance(2 * MINUTE_MS);
    expect(await sweep(connection, { zoho })).toMatchObject({ source: 'staged', generation: 3 });
    expect(await tokenAt(connection, 'AWSCURRENT')).toBe('new');
  });

  it('is found though nobody remembers it, before anyone is called', async () => {
    const { zoho } = scriptZoho((token) => (token === 'new' ? issue() : DEAD));
    const connection = await connectWith('old');
    await stage(connection, 'new', { generation: 2 });
    await put(connection, 'old-again');
    expect(await tick(connection, { zoho })).toMatchObject({ kind: 'refreshed', source: 'staged' });
  });

  it('and whose promotion’s answer was lost, is current all the same', async () => {
    const { zoho } = scriptZoho((token) => (token === 'new' ? issue() : DEAD));
    const connection = await connectWith('old');
    await stage(connection, 'new', { generation: 2 });
    const twice = keeper.newSecretsManager();
    twice.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName === 'UpdateSecretVersionStageCommand') await next(args);
          return next(args);
        },
      { step: 'initialize' },
    );
    expect(await tick(connection, { zoho, secretsManager: twice })).toMatchObject({ kind: 'refreshed' });
    expect(await tokenAt(connection, 'AWSCURRENT')).toBe('new');
    twice.destroy();
  });
});

describe('a credential that Zoho calls dead by mistake', () => {
  it('lives again at the next tick, though the sweep looks every minute', async () => {
    let isMistaken = true;
    const { zoho } = scriptZoho(() => (isMistaken ? DEAD : issue()));
    const connection = await connectWith('living');
    expect(await tick(connection, { zoho })).toMatchObject({ failure: { code: 'CREDENTIAL_DEAD' } });
    keeper.clock.advance(5 * MINUTE_MS);
    expect(await sweep(connection, { zoho }), 'asked twice').toMatchObject({ kind: 'failed' });
    isMistaken = false;
    for (let minute = 0; minute < 50; minute += 1) {
      keeper.clock.advance(MINUTE_MS);
      expect((await sweep(connection, { zoho }))?.kind).not.toBe('refreshed');
    }
    expect(await tick(connection, { zoho })).toMatchObject({ kind: 'refreshed', source: 'current' });
  });
});

describe('a current credential that cannot be read', () => {
  /** Reads of the current credential fail as told. */
  function secretsManagerThat(name: string, httpStatusCode: number | undefined): SecretsManagerClient {
    const client = keeper.newSecretsManager();
    client.middlewareStack.add(
      (next) => async (args) => {
        const { SecretId, VersionStage } = args.input as { SecretId?: string; VersionStage?: string };
        if (!SecretId?.endsWith('/credential') || VersionStage !== 'AWSCURRENT') return next(args);
        throw Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
      },
      { step: 'initialize' },
    );
    return client;
  }

  it.each([
    ['ThrottlingException', 400],
    ['InternalServiceError', 500],
    ['TimeoutError', undefined],
  ])('for a moment (%s) says nothing about any other: nothing is minted', async (name, status) => {
    const connection = await connectWith('previous');
    await put(connection, 'current', { generation: 2 });
    const mints = keeper.zoho.journal.length;
    const secretsManager = secretsManagerThat(name, status);
    expect(await tick(connection, { secretsManager })).toMatchObject({
      kind: 'failed',
      failure: { failureClass: 'store', code: 'SECRET_UNREADABLE' },
    });
    expect(keeper.zoho.journal).toHaveLength(mints);
    secretsManager.destroy();
  });

  it('because the role or the key is in the way leaves the previous one to mint from', async () => {
    const { zoho } = scriptZoho(() => issue());
    const connection = await connectWith('previous');
    await put(connection, 'current', { generation: 2 });
    const secretsManager = secretsManagerThat('AccessDeniedException', 400);
    expect(await tick(connection, { zoho, secretsManager })).toMatchObject({
      kind: 'refreshed',
      source: 'previous',
    });
    // The role may be mended: what is current is not replaced by an older one for it.
    expect(await tokenAt(connection, 'AWSCURRENT')).toBe('current');
    secretsManager.destroy();
  });

  it('sends nobody to consent again, though the previous one is dead', async () => {
    const { zoho } = scriptZoho(() => DEAD);
    const connection = await connectWith('previous');
    await put(connection, 'current', { generation: 2 });
    const secretsManager = secretsManagerThat('AccessDeniedException', 400);
    expect(await tick(connection, { zoho, secretsManager })).toMatchObject({
      failure: { failureClass: 'store', code: 'SECRET_REFUSED' },
    });
    secretsManager.destroy();
  });
});

describe('P5: what stands where consumers read', () => {
  it('and claims to live for a year is replaced at the next tick', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const wrong = anAccessToken({ connection: connection.id, expiresAt: '2029-01-01T00:00:00.000Z' });
    await keeper.putSecret(accessTokenSecretName(connection.id), JSON.stringify(wrong));
    keeper.clock.advance(50 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed' });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });

  it('is replaced by what a credential of a lower number mints, when that one is what works', async () => {
    const connection = await connectWith('first', { generation: 7 });
    const { zoho } = scriptZoho(() => issue());
    await tick(connection, { zoho });
    await put(connection, 'by-hand', { generation: 1 });
    keeper.clock.advance(50 * MINUTE_MS);
    await tick(connection, { zoho });
    expect(await keeper.readAccessToken(connection.id)).toMatchObject({ generation: 1 });
  });
});

it('an accounts server that is written with a slash at its end is asked at the right address', async () => {
  const connection = await keeper.connect();
  const current = await keeper.readCredential(connection.id);
  await put(connection, current?.refreshToken ?? '', { accountsServer: `${keeper.zoho.origin}/` });
  expect(await tick(connection)).toMatchObject({ kind: 'refreshed' });
});
