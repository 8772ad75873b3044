import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import type { AdminDependencies, AdminRequest } from '../../../lib/workflows/admin-operation.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { refreshNow } from '../../../lib/workflows/refresh-now.ts';
import { anAdminRequest } from '../../support/admin.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());
beforeEach(() => {
  keeper.zoho.clearFaults();
  keeper.clock.advance(20 * MINUTE_MS);
});

const tick = (connection: Connection) =>
  refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });
const now = (
  connection: Connection,
  request: Partial<AdminRequest> = {},
  deps: Partial<AdminDependencies> = {},
) =>
  refreshNow(
    keeper.deps(deps),
    { connection: connection.id, reason: null },
    anAdminRequest({ atMs: keeper.clock.nowMs(), ...request }),
  );
const mintsSince = (before: number) => keeper.zoho.journal.length - before;

describe('refresh now', () => {
  it('mints although nothing is due', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    keeper.clock.advance(MINUTE_MS);
    const before = await keeper.readAccessToken(connection.id);
    expect(await now(connection)).toEqual({
      kind: 'refreshed',
      connection: connection.id,
      generation: 1,
      expiresAtMs: keeper.clock.nowMs() + 60 * MINUTE_MS,
      auditRecorded: true,
    });
    expect((await keeper.readAccessToken(connection.id))?.accessToken).not.toBe(before?.accessToken);
    const entries = (await keeper.auditOf(connection.id)).slice(-2);
    expect(entries).toMatchObject([
      { operation: 'refresh', outcome: 'attempted', actor: { kind: 'admin' } },
      { operation: 'refresh', outcome: 'succeeded', actor: { kind: 'admin' }, generation: 1 },
    ]);
  });

  it('P4: fifty at once make one mint, and each hears of it', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    keeper.clock.advance(MINUTE_MS);
    const before = keeper.zoho.journal.length;
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => now(connection, {}, { leasePatienceMs: 15_000 })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'refreshed')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'joined')).toHaveLength(49);
    expect(mintsSince(before)).toBe(1);
  });

  it('P4: fifty at once make one mint, also when it fails', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    keeper.clock.advance(MINUTE_MS);
    keeper.zoho.addFault({ kind: 'status', routes: 'token' });
    const before = keeper.zoho.journal.length;
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => now(connection, {}, { leasePatienceMs: 15_000 })),
    );
    expect(outcomes.filter(({ kind }) => kind === 'failed')).toHaveLength(50);
    expect(mintsSince(before)).toBe(1);
  });

  it('says busy while somebody holds the connection', async () => {
    const connection = await keeper.connect();
    await keeper.state.acquire({ connection: connection.id, owner: 'other', atMs: keeper.clock.nowMs() });
    expect(await now(connection)).toMatchObject({ kind: 'busy' });
  });

  it('finds two mints kept for it when the schedules have used up theirs, and no more', async () => {
    const connection = await keeper.connect();
    const mintTimes = 8;
    for (let count = 0; count < mintTimes; count += 1) {
      const attempt = { connection: connection.id, owner: `earlier-${count}`, atMs: keeper.clock.nowMs() };
      await keeper.state.acquire(attempt);
      await keeper.state.settle(
        attempt,
        { kind: 'untouched' },
        { auditHead: null, seenStagedNote: false },
        { unusedMint: false, mintTimesMs: [] },
      );
      keeper.clock.advance(1_000);
    }
    for (const kind of ['refreshed', 'refreshed', 'noMint']) {
      expect(await now(connection)).toMatchObject({ kind });
      keeper.clock.advance(1_000);
    }
    const before = keeper.zoho.journal.length;
    expect(await now(connection)).toMatchObject({ kind: 'noMint', by: 'budget' });
    expect(mintsSince(before)).toBe(0);
    // Asking too often is no trouble of the connection's.
    expect(await keeper.state.read(connection.id)).toMatchObject({ health: 'healthy', lastFailure: null });
  });

  it('does not prolong Zoho’s throttle by asking', async () => {
    const connection = await keeper.connect();
    keeper.zoho.addFault({ kind: 'throttle', routes: 'token' });
    await tick(connection);
    keeper.clock.advance(MINUTE_MS);
    const before = keeper.zoho.journal.length;
    expect(await now(connection)).toMatchObject({ kind: 'noMint', by: 'zoho' });
    expect(mintsSince(before)).toBe(0);
  });

  it('asks Zoho again about a credential that was called dead', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const { refreshToken = '' } = (await keeper.readCredential(connection.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken });
    keeper.clock.advance(50 * MINUTE_MS);
    await tick(connection);
    keeper.clock.advance(MINUTE_MS);
    const before = keeper.zoho.journal.length;
    expect(await now(connection)).toMatchObject({
      kind: 'failed',
      failure: { failureClass: 'dead', code: 'CREDENTIAL_DEAD' },
    });
    expect(mintsSince(before)).toBe(1);
  });
});
