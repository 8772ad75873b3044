import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tokenReference } from '../../../infra/local/zoho/state.ts';
import type { Connection } from '../../../lib/config/configuration.ts';
import { REVOCATION_GRACE_MS } from '../../../lib/domain/schedule.ts';
import type { RefreshDependencies } from '../../../lib/workflows/dependencies.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { restoreCredential } from '../../../lib/workflows/restore-credential.ts';
import { updateToken } from '../../../lib/workflows/update-token.ts';
import { anAdminRequest } from '../../support/admin.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());
beforeEach(() => keeper.zoho.clearFaults());

const tick = (connection: Connection) =>
  refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });
async function sweep(connection: Connection, replaced: Partial<RefreshDependencies> = {}) {
  const { revocations } = await sweepConnections(keeper.deps(replaced), [connection], {
    requestId: 'test',
    remainingMs: () => 120_000,
  });
  return revocations;
}
async function isAlive(refreshToken: string): Promise<boolean> {
  const state = await (await fetch(`${keeper.zoho.origin}/_control/state`)).text();
  return state.includes(`"${tokenReference(refreshToken)}"`);
}

/** A connection whose credential was replaced so long ago that the old one is to be revoked. */
async function replacedLongAgo(): Promise<{ connection: Connection; old: string }> {
  const connection = await keeper.connect();
  await tick(connection);
  keeper.clock.advance(1_000);
  const { refreshToken: old = '' } = (await keeper.readCredential(connection.id)) ?? {};
  const refreshToken = await keeper.consent(connection);
  await updateToken(
    keeper.deps(),
    {
      connection: connection.id,
      reason: 'a reason',
      grant: { kind: 'refreshToken', refreshToken },
      expectedOrganizationId: null,
      accountsServer: null,
      isDryRun: false,
    },
    anAdminRequest(),
  );
  keeper.clock.advance(50 * MINUTE_MS);
  await tick(connection);
  keeper.clock.advance(REVOCATION_GRACE_MS - 50 * MINUTE_MS);
  return { connection, old };
}

describe('P2: a replaced refresh token is kept', () => {
  it('while its successor fails, until it works again', async () => {
    const { connection, old } = await replacedLongAgo();
    keeper.clock.advance(30 * MINUTE_MS);
    const fault = keeper.zoho.addFault({ kind: 'down' });
    await tick(connection);
    expect(await sweep(connection)).toEqual([]);
    keeper.zoho.clearFaults({ id: fault.id });
    keeper.clock.advance(9 * MINUTE_MS);
    await tick(connection);
    expect(await isAlive(old)).toBe(true);
    keeper.clock.advance(MINUTE_MS);
    expect(await sweep(connection)).toMatchObject([{ kind: 'done', revoked: 1 }]);
    expect(await isAlive(old)).toBe(false);
  });

  it('when the connection has fallen back on it', async () => {
    const { connection, old } = await replacedLongAgo();
    const { refreshToken = '' } = (await keeper.readCredential(connection.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken });
    keeper.clock.advance(30 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed', source: 'previous' });
    // Consumers hold an access token of it: its grace begins anew.
    keeper.clock.advance(MINUTE_MS);
    expect(await sweep(connection)).toEqual([]);
    expect(await isAlive(old)).toBe(true);
  });

  it('when Zoho has dropped its successor since the last refresh', async () => {
    const { connection, old } = await replacedLongAgo();
    const { refreshToken = '' } = (await keeper.readCredential(connection.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken });
    await sweep(connection);
    expect(await isAlive(old)).toBe(true);
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });

  it('P5: for its grace once more, when it was restored and another one since', async () => {
    const { connection, old } = await replacedLongAgo();
    const restore = (generation: number) => {
      const asked = { connection: connection.id, generation, reason: 'back', expectedOrganizationId: null };
      return restoreCredential(keeper.deps(), asked, anAdminRequest());
    };
    expect(await restore(1)).toMatchObject({ replacement: { credential: { refreshToken: old } } });
    keeper.clock.advance(MINUTE_MS);
    expect(await restore(2)).toMatchObject({ replacement: { kind: 'replaced' } });
    keeper.clock.advance(MINUTE_MS);
    expect(await sweep(connection), 'consumers hold an access token of it').toEqual([]);
    expect(await isAlive(old)).toBe(true);
  });

  it('when an admin has brought it back since', async () => {
    const { connection, old } = await replacedLongAgo();
    await updateToken(
      keeper.deps(),
      {
        connection: connection.id,
        reason: 'back',
        grant: { kind: 'refreshToken', refreshToken: old },
        expectedOrganizationId: null,
        accountsServer: null,
        isDryRun: false,
      },
      anAdminRequest(),
    );
    keeper.clock.advance(50 * MINUTE_MS);
    await tick(connection);
    keeper.clock.advance(REVOCATION_GRACE_MS - 50 * MINUTE_MS);
    expect(await sweep(connection)).toMatchObject([{ kind: 'done', revoked: 1, left: 1 }]);
    expect(await isAlive(old)).toBe(true);
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });

  it('when it cannot be put on record (P7), and tried again later', async () => {
    const { connection, old } = await replacedLongAgo();
    expect(await sweep(connection, { audit: keeper.brokenAudit() })).toMatchObject([
      { kind: 'postponed', failure: { code: 'AUDIT_UNAVAILABLE' } },
    ]);
    expect(await isAlive(old)).toBe(true);
    keeper.clock.advance(30 * MINUTE_MS);
    await tick(connection);
    keeper.clock.advance(MINUTE_MS);
    expect(await sweep(connection)).toMatchObject([{ kind: 'done', revoked: 1 }]);
  });

  it('when Zoho does not answer, and tried again later', async () => {
    const { connection, old } = await replacedLongAgo();
    keeper.zoho.addFault({ kind: 'down' });
    expect(await sweep(connection)).toMatchObject([{ kind: 'postponed' }]);
    expect(await isAlive(old)).toBe(true);
    expect(await sweep(connection)).toEqual([]);
  });

  it('for good, when its version is gone', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const nowMs = keeper.clock.nowMs();
    const attempt = { connection: connection.id, owner: 'earlier', atMs: nowMs };
    await keeper.state.acquire(attempt);
    await keeper.state.settle(
      attempt,
      { kind: 'unfinished', atMs: nowMs, superseded: { versionId: randomUUID(), revokeAtMs: nowMs } },
      { auditHead: null, seenStagedNote: false },
      { unusedMint: true, mintTimesMs: [] },
    );
    expect(await sweep(connection)).toMatchObject([{ kind: 'done', revoked: 0, left: 1 }]);
    expect(await sweep(connection)).toEqual([]);
  });
});
