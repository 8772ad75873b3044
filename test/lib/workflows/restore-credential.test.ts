import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { reportBackups } from '../../../lib/workflows/report-backups.ts';
import { restoreCredential } from '../../../lib/workflows/restore-credential.ts';
import { anAdminRequest } from '../../support/admin.ts';
import { aCredential } from '../../support/builders.ts';
import { BACKUP_TABLE_NAME } from '../../support/dynamodb.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;

let keeper: Keeper;
let connection: Connection;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());
beforeEach(async () => {
  keeper.zoho.clearFaults();
  connection = await keeper.connect();
  await tick();
});

const tick = (deps = keeper.deps()) =>
  refreshConnection(deps, connection, { trigger: 'tick', requestId: 'test' });
const restore = (generation: number, expectedOrganizationId: string | null = null, deps = keeper.deps()) =>
  restoreCredential(
    deps,
    {
      connection: connection.id,
      generation,
      reason: 'the new one lacks a permission',
      expectedOrganizationId,
    },
    anAdminRequest(),
  );

/** A second generation, as an operator puts it. */
async function replaced(): Promise<{ first: string; second: string }> {
  const stored = aCredential((await keeper.readCredential(connection.id)) ?? {});
  const second = await keeper.consent(connection);
  await keeper.putCredential({ ...stored, generation: 2, refreshToken: second });
  keeper.clock.advance(50 * MINUTE_MS);
  await tick();
  return { first: stored.refreshToken, second };
}

describe('a restoration', () => {
  it('makes an earlier generation current again, under a new one, and revokes nothing', async () => {
    const { first, second } = await replaced();
    expect(await restore(1)).toMatchObject({
      kind: 'completed',
      auditRecorded: true,
      replacement: {
        kind: 'replaced',
        credential: { generation: 3, refreshToken: first, source: 'restore' },
        supersededVersionId: null,
        backup: { stores: ['table', 'bucket'] },
      },
    });
    expect(await keeper.readCredential(connection.id)).toMatchObject({
      generation: 3,
      refreshToken: first,
      // A restored consent is as old as it was.
      obtainedAt: '2026-11-23T00:00:00.000Z',
    });
    expect(await keeper.isAccepted(connection.id)).toBe(true);

    const [attempted, outcome] = (await keeper.auditOf(connection.id)).slice(-2);
    expect(attempted).toMatchObject({ operation: 'restore', outcome: 'attempted' });
    expect(outcome).toMatchObject({
      outcome: 'succeeded',
      code: null,
      reason: 'the new one lacks a permission',
      generation: 3,
      fingerprint: keeper.fingerprintOf(first),
      replacedFingerprint: keeper.fingerprintOf(second),
    });

    keeper.clock.advance(2 * 60 * MINUTE_MS);
    await tick();
    const run = { requestId: 'test', remainingMs: () => 120_000 };
    expect((await sweepConnections(keeper.deps(), [connection], run)).revocations).toEqual([]);
    expect(await restore(2)).toMatchObject({ replacement: { kind: 'replaced' } });
  });

  it('of the running one changes nothing', async () => {
    expect(await restore(1)).toMatchObject({ kind: 'completed', replacement: { kind: 'unchanged' } });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 1, source: 'operator' });
  });

  it('takes the file when the table has it no more', async () => {
    const { first } = await replaced();
    const Item = { connection: connection.id, generation: 1, envelope: 'something else' };
    await keeper.dynamodb.send(new PutCommand({ TableName: BACKUP_TABLE_NAME, Item }));
    expect(await restore(1)).toMatchObject({ replacement: { credential: { refreshToken: first } } });
  });
});

describe('P2: a restoration that is refused leaves the running credential as it is', () => {
  it('a generation that no store has', async () => {
    const before = await keeper.readCredential(connection.id);
    const asked = keeper.zoho.journal.length;
    expect(await restore(7)).toMatchObject({ kind: 'noSuchBackup', auditRecorded: true });
    expect(keeper.zoho.journal.length).toBe(asked);
    expect(await keeper.readCredential(connection.id)).toEqual(before);
  });

  it('one that cannot be opened is named', async () => {
    const Item = { connection: connection.id, generation: 5, envelope: '{' };
    await keeper.dynamodb.send(new PutCommand({ TableName: BACKUP_TABLE_NAME, Item }));
    expect(await restore(5)).toMatchObject({ kind: 'unusable', failure: { code: 'BACKUP_NOT_JSON' } });
  });

  it('one that Zoho has dropped', async () => {
    const { first, second } = await replaced();
    keeper.zoho.revokeRefreshToken({ refreshToken: first });
    expect(await restore(1)).toMatchObject({
      replacement: { kind: 'failed', failure: { kind: 'tokenRejected' } },
    });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ refreshToken: second, generation: 2 });
    expect(await keeper.readCredential(connection.id, 'AWSPENDING')).toBeNull();
  });

  it('of another organisation than the one that was asked for', async () => {
    await replaced();
    expect(await restore(1, '99999')).toMatchObject({
      replacement: { kind: 'failed', failure: { kind: 'otherOrganization' } },
    });
    expect(await keeper.readCredential(connection.id)).toMatchObject({ generation: 2 });
  });

  it('a connection that does not exist, more than ten in an hour, and what cannot be audited', async () => {
    const request = anAdminRequest();
    const ask = (of: string, deps = keeper.deps()) => {
      const asked = { connection: of, generation: 9, reason: 'again', expectedOrganizationId: null };
      return restoreCredential(deps, asked, request);
    };
    expect(await ask('nowhere')).toEqual({ kind: 'unknownConnection' });
    expect(await ask(connection.id, keeper.deps({ audit: keeper.brokenAudit() }))).toEqual({
      kind: 'unaudited',
    });
    for (let asked = 1; asked < 10; asked += 1) await ask(connection.id);
    expect(await ask(connection.id)).toMatchObject({ kind: 'rateLimited' });
  });
});

describe('the list of backups', () => {
  it('names each generation, where it is kept, and which one runs', async () => {
    await replaced();
    const storedAt = { table: expect.any(String), bucket: expect.any(String) };
    expect(await reportBackups(keeper.deps(), connection)).toEqual({
      connection: connection.id,
      backups: [
        { generation: 2, storedAt, isCurrent: true },
        { generation: 1, storedAt, isCurrent: false },
      ],
      unusable: [],
    });
  });

  it('names what cannot be used, and a store that cannot be read', async () => {
    const Item = { connection: connection.id, generation: 9, envelope: '' };
    await keeper.dynamodb.send(new PutCommand({ TableName: BACKUP_TABLE_NAME, Item }));
    expect(await reportBackups(keeper.deps(), connection)).toMatchObject({
      backups: [{ generation: 1 }],
      unusable: [{ store: 'table', code: 'BACKUP_EMPTY' }],
    });
  });

  it('decrypts nothing', async () => {
    keeper.resetCalls();
    await reportBackups(keeper.deps(), connection);
    expect(keeper.calls().filter((call) => call.startsWith('kms'))).toEqual([]);
  });
});
