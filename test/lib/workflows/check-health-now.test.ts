import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNATTRIBUTED } from '../../../lib/domain/audit-entry.ts';
import { checkHealthNow } from '../../../lib/workflows/check-health-now.ts';
import { anAdminRequest } from '../../support/admin.ts';
import { type Checkup, openCheckup } from '../../support/checkup.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';

let keeper: Keeper;
let checkup: Checkup;
beforeAll(async () => {
  keeper = await startKeeper();
  checkup = await openCheckup(keeper);
});
afterAll(() => keeper.close());

const remainingMs = () => 120_000;
const healthChecksOf = async (chain: string) =>
  (await keeper.auditOf(chain)).filter(({ operation }) => operation === 'health-check');

describe('an admin who asks for a health check', () => {
  it('P7: of a connection gets its report, and is on record with what was found', async () => {
    const { id } = await checkup.connectHealthy();
    const outcome = await checkHealthNow(checkup.deps(), { connection: id, remainingMs }, anAdminRequest());
    expect(outcome).toMatchObject({
      kind: 'checked',
      auditRecorded: true,
      outcomes: [{ kind: 'checked', report: { connection: id, trigger: 'admin', status: 'ok' } }],
    });
    expect(await healthChecksOf(id)).toMatchObject([
      { outcome: 'attempted', actor: { kind: 'admin' } },
      { outcome: 'succeeded', code: 'HEALTH_OK' },
    ]);
    expect(await healthChecksOf(UNATTRIBUTED)).toEqual([]);
  });

  it('of all connections gets one for each, by one operation', async () => {
    await checkup.connectHealthy();
    const unauthorised = await keeper.connect({}, { consented: false });
    const { connections } = checkup.deps();
    const outcome = await checkHealthNow(checkup.deps(), { connection: null, remainingMs }, anAdminRequest());
    if (outcome.kind !== 'checked') throw new Error(outcome.kind);
    expect(outcome.outcomes).toHaveLength(connections.length);
    expect(await healthChecksOf(UNATTRIBUTED)).toMatchObject([
      { outcome: 'attempted' },
      { outcome: 'succeeded', code: 'HEALTH_FAIL' },
    ]);
    expect(await healthChecksOf(unauthorised.id)).toEqual([]);
  });

  it('of a connection that does not exist is turned away', async () => {
    const asked = { connection: 'sales', remainingMs };
    expect(await checkHealthNow(checkup.deps(), asked, anAdminRequest())).toEqual({
      kind: 'unknownConnection',
    });
  });

  it('more often than the limit allows is turned away, whether of one or of all', async () => {
    const { id } = await checkup.connectHealthy();
    const request = { ...anAdminRequest(), actor: { id: 'admin-in-a-hurry', name: null } };
    const deps = checkup.deps({ limits: { ...checkup.deps().limits, healthCheck: 1 } });
    const { kind } = await checkHealthNow(deps, { connection: id, remainingMs }, request);
    expect(kind).toBe('checked');
    for (const connection of [id, null]) {
      expect(await checkHealthNow(deps, { connection, remainingMs }, request)).toMatchObject({
        kind: 'rateLimited',
        retryAfterS: 3_600,
      });
    }
  });

  it('P7: without an audit is turned away, and nothing is looked at', async () => {
    const deps = checkup.deps({ audit: keeper.brokenAudit() });
    keeper.resetCalls();
    expect(await checkHealthNow(deps, { connection: null, remainingMs }, anAdminRequest())).toEqual({
      kind: 'unaudited',
    });
    expect(keeper.calls().filter((call) => !call.startsWith('dynamodb:'))).toEqual([]);
  });
});
