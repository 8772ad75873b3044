import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import { listIncidents } from '../../../lib/workflows/list-incidents.ts';
import { refreshConnection } from '../../../lib/workflows/refresh.ts';
import { updateToken } from '../../../lib/workflows/update-token.ts';
import { anAdminRequest } from '../../support/admin.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

const MINUTE_MS = 60_000;

let keeper: Keeper;
beforeAll(async () => {
  keeper = await startKeeper();
});
afterAll(() => keeper.close());

const tick = (connection: Connection) =>
  refreshConnection(keeper.deps(), connection, { trigger: 'tick', requestId: 'test' });
const incidentsOf = (connection: Connection) => listIncidents(keeper.deps(), [connection]);

describe('an incident', () => {
  it('opens when health leaves healthy, tells what changed, and closes with its duration', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    expect(await incidentsOf(connection)).toEqual([]);

    keeper.clock.advance(50 * MINUTE_MS);
    const openedAt = new Date(keeper.clock.nowMs()).toISOString();
    const fault = keeper.zoho.addFault({ kind: 'down' });
    for (let minutes = 0; minutes < 12; minutes += 4) {
      await tick(connection);
      keeper.clock.advance(4 * MINUTE_MS);
    }
    await tick(connection);
    const [open] = await incidentsOf(connection);
    expect(open).toMatchObject({
      connection: connection.id,
      openedAt,
      closedAt: null,
      durationS: null,
      health: 'down',
      code: 'ZOHO_UNAVAILABLE',
      timeline: [{ health: 'degraded' }, { health: 'down' }],
    });
    expect((await keeper.state.read(connection.id))?.incidentId).toBe(open?.id);

    keeper.zoho.clearFaults({ id: fault.id });
    keeper.clock.advance(8 * MINUTE_MS);
    expect(await tick(connection)).toMatchObject({ kind: 'refreshed' });
    expect(await incidentsOf(connection)).toMatchObject([
      { closedAt: expect.any(String), durationS: 20 * 60, timeline: [{}, {}, { health: 'healthy' }] },
    ]);
    expect((await keeper.state.read(connection.id))?.incidentId).toBeNull();
  });

  it('is closed by an admin’s new token', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    const { refreshToken: dead = '' } = (await keeper.readCredential(connection.id)) ?? {};
    keeper.zoho.revokeRefreshToken({ refreshToken: dead });
    keeper.clock.advance(50 * MINUTE_MS);
    await tick(connection);
    keeper.clock.advance(MINUTE_MS);
    const refreshToken = await keeper.consent(connection);
    await updateToken(
      keeper.deps(),
      {
        connection: connection.id,
        reason: 'revoked',
        grant: { kind: 'refreshToken', refreshToken },
        expectedOrganizationId: null,
        accountsServer: null,
        isDryRun: false,
      },
      anAdminRequest(),
    );
    expect(await incidentsOf(connection)).toMatchObject([
      { code: 'CREDENTIAL_DEAD', durationS: 60, timeline: [{}, { code: 'CREDENTIAL_REPLACED' }] },
    ]);
  });

  it('costs a healthy connection no call', async () => {
    const connection = await keeper.connect();
    await tick(connection);
    keeper.clock.advance(50 * MINUTE_MS);
    keeper.resetCalls();
    await tick(connection);
    expect(keeper.calls()).not.toContain('dynamodb:GetItem');
  });
});
