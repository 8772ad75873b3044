import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import { credentialSecretName } from '../../../lib/vault/secret-names.ts';
import type { AdminDependencies, AdminRequest } from '../../../lib/workflows/admin-operation.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { type TokenUpdate, updateToken } from '../../../lib/workflows/update-token.ts';
import { anAdminRequest } from '../../support/admin.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';
import { scriptZoho } from '../../support/scripted-zoho.ts';

const MINUTE_MS = 60_000;

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());
beforeEach(() => {
  keeper.zoho.clearFaults();
  keeper.clock.advance(1_000);
});

const tick = (connection: Connection) =>
  refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });

function update(
  connection: Connection,
  brought: { refreshToken: string } | { grantCode: string },
  {
    deps,
    request,
    ...more
  }: Partial<TokenUpdate> & {
    deps?: Partial<AdminDependencies>;
    request?: Partial<AdminRequest>;
  } = {},
) {
  const grant =
    'refreshToken' in brought
      ? ({ kind: 'refreshToken', ...brought } as const)
      : ({ kind: 'grantCode', ...brought } as const);
  return updateToken(
    keeper.deps(deps),
    {
      connection: connection.id,
      reason: 'a reason',
      grant,
      expectedOrganizationId: null,
      accountsServer: null,
      isDryRun: false,
      ...more,
    },
    anAdminRequest(request),
  );
}

async function connected(): Promise<Connection> {
  const connection = await keeper.connect();
  await tick(connection);
  keeper.clock.advance(1_000);
  return connection;
}

async function storedFor({ id }: Connection) {
  const secretId = credentialSecretName(id);
  return {
    current: await keeper.readSecret(secretId),
    staged: await keeper.readSecret(secretId, 'AWSPENDING'),
    token: await keeper.readAccessToken(id),
    state: { ...(await keeper.state.read(id)), mintTimesMs: null, auditHead: null },
  };
}

describe('the manual override', () => {
  it('P1: takes a refresh token once it is proven, and publishes from it', async () => {
    const connection = await connected();
    const refreshToken = await keeper.consent(connection);
    expect(await update(connection, { refreshToken })).toMatchObject({
      kind: 'completed',
      replacement: { kind: 'replaced', credential: { generation: 2, source: 'override' } },
      auditRecorded: true,
    });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ refreshToken, generation: 2 });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
    expect(await keeper.readAccessToken(connection.id)).toMatchObject({ generation: 2 });
  });

  it('takes a Self Client’s grant code', async () => {
    const connection = await connected();
    const grantCode = keeper.issueGrantCode(connection.scopes);
    expect(await update(connection, { grantCode })).toMatchObject({ replacement: { kind: 'replaced' } });
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });

  it('the same token again is no new generation', async () => {
    const connection = await connected();
    const refreshToken = await keeper.consent(connection);
    await update(connection, { refreshToken });
    const before = await keeper.readSecret(credentialSecretName(connection.id));
    for (let again = 0; again < 2; again += 1) {
      expect(await update(connection, { refreshToken })).toMatchObject({
        replacement: { kind: 'unchanged', credential: { generation: 2 }, supersededVersionId: null },
      });
    }
    expect(await keeper.readSecret(credentialSecretName(connection.id))).toBe(before);
    expect((await keeper.auditOf(connection.id)).at(-1)).toMatchObject({
      operation: 'manual-token-update',
      outcome: 'unchanged',
      code: 'SAME_TOKEN',
    });
  });

  it('tells listeners what they may know', async () => {
    const connection = await connected();
    keeper.bus.events.length = 0;
    await update(connection, { refreshToken: await keeper.consent(connection) });
    expect(keeper.bus.events).toMatchObject([
      { Source: 'zoho-token-recovery', DetailType: 'ZohoCredentialReplaced' },
      { Source: 'zoho-token-recovery', DetailType: 'ZohoAccessTokenPublished' },
    ]);
    const details = keeper.bus.events.map(({ Detail }) => JSON.parse(Detail));
    expect(details).toMatchObject([
      { schemaVersion: 1, connection: connection.id, generation: 2, source: 'override' },
      { schemaVersion: 1, connection: connection.id, generation: 2, expiresAt: expect.any(String) },
    ]);
    expect(JSON.stringify(details)).not.toMatch(/1000\./);
  });

  it('P2: a dry run proves and changes nothing', async () => {
    const connection = await connected();
    const before = await storedFor(connection);
    const refreshToken = await keeper.consent(connection);
    expect(await update(connection, { refreshToken }, { isDryRun: true })).toMatchObject({
      replacement: { kind: 'proven', credential: { generation: 2 } },
    });
    const wrong = await update(connection, { refreshToken: '1000.wrong' }, { isDryRun: true });
    expect(wrong).toMatchObject({ replacement: { kind: 'failed', failure: { kind: 'tokenRejected' } } });
    expect(await storedFor(connection)).toEqual(before);
  });

  it('a dry run does not spend a grant code', async () => {
    const connection = await connected();
    const grantCode = keeper.issueGrantCode(connection.scopes);
    expect(await update(connection, { grantCode }, { isDryRun: true })).toMatchObject({ kind: 'notProven' });
    expect(await update(connection, { grantCode })).toMatchObject({ replacement: { kind: 'replaced' } });
  });

  it('P4: does not mint while somebody else is at work', async () => {
    const connection = await connected();
    await keeper.state.acquire({ connection: connection.id, owner: 'other', atMs: keeper.clock.nowMs() });
    const mints = keeper.zoho.journal.length;
    const refreshToken = 'whatever';
    expect(await update(connection, { refreshToken })).toMatchObject({ kind: 'busy' });
    expect(keeper.zoho.journal).toHaveLength(mints);
  });

  it('is not done when it cannot be put on record (P7)', async () => {
    const connection = await connected();
    const before = await storedFor(connection);
    const refreshToken = await keeper.consent(connection);
    const deps = { audit: keeper.brokenAudit() };
    expect(await update(connection, { refreshToken }, { deps })).toEqual({ kind: 'unaudited' });
    expect(await storedFor(connection)).toEqual(before);
  });
});

describe('P2: a refusal leaves the running credential untouched', () => {
  it.each([
    ['a token that Zoho does not know', { refreshToken: '1000.unknown' }, 'tokenRejected'],
    ['a code that Zoho does not know', { grantCode: '1000.unknown' }, 'codeRejected'],
  ])('%s', async (_what, brought, kind) => {
    const connection = await connected();
    const before = await storedFor(connection);
    expect(await update(connection, brought)).toMatchObject({ replacement: { failure: { kind } } });
    expect(await storedFor(connection)).toEqual(before);
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });

  it('a token of another organisation', async () => {
    const connection = await connected();
    const before = await storedFor(connection);
    const email = 'stranger@elsewhere.example';
    keeper.zoho.registerUser({ email });
    const grantCode = keeper.issueGrantCode(connection.scopes, { user: email });
    expect(await update(connection, { grantCode })).toMatchObject({
      replacement: { failure: { kind: 'otherOrganization' } },
    });
    expect(await storedFor(connection)).toEqual(before);
  });

  it('a code without the scopes', async () => {
    const connection = await connected();
    const before = await storedFor(connection);
    const grantCode = keeper.issueGrantCode(['ZohoCRM.org.READ']);
    expect(await update(connection, { grantCode })).toMatchObject({
      replacement: { failure: { kind: 'scopeMissing', missing: ['ZohoCRM.modules.ALL'] } },
    });
    expect(await storedFor(connection)).toEqual(before);
  });

  it('an accounts server that is not Zoho’s: nothing is sent', async () => {
    const connection = await connected();
    const accountsServer = 'https://accounts.zoho.example';
    expect(await update(connection, { refreshToken: 'x' }, { accountsServer })).toMatchObject({
      kind: 'untrustedServer',
    });
  });

  it('does not displace what was staged before', async () => {
    const connection = await connected();
    const staged = await keeper.consent(connection);
    const current = await keeper.readCredential(connection.id);
    const document = JSON.stringify({ ...current, refreshToken: staged, generation: 2, source: 'rotation' });
    const secretId = credentialSecretName(connection.id);
    await keeper.putSecret(secretId, document, 'AWSPENDING');
    keeper.clock.advance(1_000);
    const grantCode = keeper.issueGrantCode(['ZohoCRM.org.READ']);
    expect(await update(connection, { grantCode })).toMatchObject({ replacement: { kind: 'failed' } });
    expect(await keeper.readSecret(secretId, 'AWSPENDING')).toBe(document);
  });

  it('tells a throttle and a wrong client apart from a dead token', async () => {
    const connection = await connected();
    const answers = [
      [{ error: 'Access Denied', status: 'failure' }, 'throttled'],
      [{ error: 'invalid_client' }, 'misconfigured'],
      [{ error: 'whatever' }, 'unavailable'],
    ] as const;
    for (const [answer, kind] of answers) {
      const { zoho } = scriptZoho(keeper.zoho.origin, () => answer);
      const outcome = await update(connection, { refreshToken: '1000.brought' }, { deps: { zoho } });
      expect(outcome).toMatchObject({ replacement: { failure: { kind } } });
    }
  });
});

describe('P3: a token that Zoho replaces in the very proof', () => {
  it('is kept, and made current once it has minted', async () => {
    const connection = await keeper.connect();
    keeper.clock.advance(1_000);
    const { zoho } = scriptZoho(keeper.zoho.origin, (refreshToken) => ({
      access_token: `1000.access-of-${refreshToken}`,
      expires_in: 3600,
      ...(refreshToken === 'brought' ? { refresh_token: 'rotated' } : {}),
    }));
    expect(await update(connection, { refreshToken: 'brought' }, { deps: { zoho } })).toMatchObject({
      replacement: { kind: 'unfinished' },
    });
    expect(await keeper.readCredential(connection.id, 'AWSPENDING')).toMatchObject({
      refreshToken: 'rotated',
    });
    keeper.clock.advance(MINUTE_MS);
    await sweepConnections(keeper.deps({ zoho }), [connection], {
      requestId: 'test',
      remainingMs: () => 120_000,
    });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ refreshToken: 'rotated' });
  });
});

describe('rates', () => {
  it('ten an hour, and what is refused asks nothing of Zoho', async () => {
    const connection = await connected();
    const request = { actor: { id: 'eager', name: null } };
    const mints = keeper.zoho.journal.length;
    for (let count = 0; count < 10; count += 1) {
      await update(connection, { grantCode: '1000.unknown' }, { request });
    }
    expect(keeper.zoho.journal.length - mints).toBe(10);
    expect(await update(connection, { grantCode: '1000.unknown' }, { request })).toMatchObject({
      kind: 'rateLimited',
    });
    expect(keeper.zoho.journal.length - mints).toBe(10);
  });
});
