import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/config/configuration.ts';
import { CHECK_NAMES, type CheckName } from '../../../lib/domain/health-report.ts';
import { HealthReportLog } from '../../../lib/health-reports/health-report-log.ts';
import { accessTokenSecretName, credentialSecretName } from '../../../lib/vault/secret-names.ts';
import { checkHealth } from '../../../lib/workflows/check-health.ts';
import type { CheckNowDependencies } from '../../../lib/workflows/check-health-now.ts';
import { sweepConnections } from '../../../lib/workflows/refresh-connections.ts';
import { ALERTS } from '../../support/builders.ts';
import { type Checkup, checkOf, findingsOf, openCheckup } from '../../support/checkup.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';
import { watchForLeaks } from '../../support/leaks.ts';

const leaks = watchForLeaks();
let keeper: Keeper;
let checkup: Checkup;
beforeAll(async () => {
  keeper = await startKeeper();
  checkup = await openCheckup(keeper);
});
afterAll(() => keeper.close());
afterEach(() => keeper.zoho.clearFaults());

const RUN = {
  trigger: 'admin',
  requester: { actor: { kind: 'admin', id: 'admin-1', name: null }, sourceAddress: null, requestId: 'r' },
} as const;

describe('a health check', () => {
  it('finds nothing wrong with a connection that is healthy, and says so of each check', async () => {
    const connection = await checkup.connectHealthy();
    const report = await checkup.checkOne(connection);
    expect(findingsOf(report)).toEqual({});
    expect(report).toMatchObject({
      connection: connection.id,
      status: 'ok',
      trigger: 'schedule',
      atMs: keeper.clock.nowMs(),
    });
    expect(report.checks.map(({ name }) => name)).toEqual(CHECK_NAMES);
    for (const check of report.checks) {
      expect(check, check.name).toMatchObject({ remedy: null, detail: /\.$/, limit: /./, value: /./ });
    }
    expect(checkOf(report, 'minutesLeft').value).toBe('60 minutes');
    expect(checkOf(report, 'lastDay').value).toBe('1 refresh, 0 failures');
    expect(checkOf(report, 'restoreDrill').value).toBe('0 days ago, from the table');
  });

  it('keeps the report, as the latest and in the history', async () => {
    const connection = await checkup.connectHealthy();
    const report = await checkup.checkOne(connection);
    expect((await keeper.healthReports.readLatest([connection.id])).get(connection.id)).toEqual(report);
    const atMs = keeper.clock.nowMs();
    expect(
      await keeper.healthReports.readHistory([connection.id], { fromMs: atMs, toMs: atMs }, atMs),
    ).toEqual([report]);
  });

  it('says what is wrong with a connection that nobody has authorised yet', async () => {
    const connection = await keeper.connect({}, { consented: false });
    const report = await checkup.checkOne(connection);
    expect(report.status).toBe('fail');
    expect(checkOf(report, 'credential')).toMatchObject({
      status: 'fail',
      value: 'none',
      remedy: /emergency-reauth/,
    });
    expect(checkOf(report, 'restoreDrill')).toMatchObject({ status: 'warn', detail: /not healthy/ });
  });

  it('defers what no time is left for', async () => {
    const connection = await checkup.connectHealthy();
    keeper.resetCalls();
    const run = { ...RUN, remainingMs: () => 59_000 };
    expect(await checkHealth(checkup.deps(), [connection], run)).toEqual([
      { kind: 'deferred', connection: connection.id },
    ]);
    // Whose turn it is has to be known.
    expect(keeper.calls()).toEqual(['dynamodb:BatchGetItem']);
  });

  it('gives its answer also where it cannot be kept', async () => {
    const connection = await checkup.connectHealthy();
    const healthReports = new HealthReportLog(keeper.dynamodb, 'no-such-table');
    const run = { ...RUN, remainingMs: () => 120_000 };
    const [outcome] = await checkHealth(checkup.deps({ healthReports }), [connection], run);
    expect(outcome).toMatchObject({
      kind: 'checked',
      report: { connection: connection.id },
      kept: { isKept: false, errorName: 'ResourceNotFoundException' },
    });
  });
});

describe('one connection’s trouble is not another’s', () => {
  it('though it is broken in every way, the other’s report is as it would be', async () => {
    const broken = await checkup.connectHealthy();
    const healthy = await checkup.connectHealthy();
    await keeper.putSecret(credentialSecretName(broken.id), 'not json');
    await keeper.putSecret(accessTokenSecretName(broken.id), '{"accessToken": 7}');
    const fault = () => {
      throw new TypeError('nobody foresaw 1000.what-this-says');
    };
    const { audit, ...rest } = keeper.deps();
    const spoiled: Partial<CheckNowDependencies> = {
      readClient: (owner) => (owner.id === broken.id ? fault() : rest.readClient(owner)),
      audit: Object.assign(Object.create(audit), {
        newestFirst: (filter: { connection?: string }, nowMs: number) =>
          filter.connection === broken.id ? fault() : audit.newestFirst(filter, nowMs),
        readChainBackwards: (connection: string) =>
          connection === broken.id ? fault() : audit.readChainBackwards(connection),
        append: audit.append.bind(audit),
      }),
    };
    const [ofBroken, ofHealthy] = await checkup.check([broken, healthy], { replaced: spoiled });
    expect(ofHealthy && findingsOf(ofHealthy)).toEqual({});
    const failed: CheckName[] = ['credential', 'probe', 'minutesLeft', 'auditChain'];
    expect(ofBroken && findingsOf(ofBroken)).toMatchObject(
      Object.fromEntries(failed.map((name) => [name, 'fail'])),
    );
    expect(ofBroken?.checks).toHaveLength(CHECK_NAMES.length);
    expect(ofBroken && checkOf(ofBroken, 'auditChain')).toMatchObject({
      value: 'not measured',
      detail: /TypeError/,
    });
    // P8: whatever it says may be a secret.
    expect(JSON.stringify(ofBroken)).not.toContain('what-this-says');
    // And what is not broken is still told.
    expect(ofBroken && checkOf(ofBroken, 'primaryKey').status).toBe('ok');
  });
});

describe('P8', () => {
  it('no report holds a secret, whatever is broken', async () => {
    const connection = await checkup.connectHealthy({ recipients: ALERTS.recipients });
    const seen = [await checkup.checkOne(connection)];
    const { refreshToken = '' } = (await keeper.readCredential(connection.id)) ?? {};
    await keeper.putSecret(credentialSecretName(connection.id), `{"refreshToken": "${refreshToken}"`);
    await keeper.putSecret(accessTokenSecretName(connection.id), refreshToken);
    keeper.zoho.revokeRefreshToken({ refreshToken });
    seen.push(await checkup.checkOne(connection));
    leaks.see('the reports', JSON.stringify(seen));
    leaks.see('the state table', await keeper.dumpTables());
    expect(leaks.counts().secrets).toBeGreaterThan(2);
    expect(leaks.leaks()).toEqual([]);
    leaks.see('planted', refreshToken);
    expect(leaks.leaks()).toEqual(['planted']);
  });
});

describe('what a health check leads to', () => {
  const sweep = (connection: Connection) =>
    sweepConnections(keeper.deps(), [connection], { requestId: 'test', remainingMs: () => 120_000 });

  it('a token that Zoho refuses is replaced by the next sweep, long before its time', async () => {
    const connection = await checkup.connectHealthy();
    const published = await keeper.readAccessToken(connection.id);
    await keeper.putSecret(
      accessTokenSecretName(connection.id),
      JSON.stringify({ ...published, accessToken: '1000.of-nobody' }),
    );
    const report = await checkup.checkOne(connection);
    expect(checkOf(report, 'probe').status).toBe('fail');
    keeper.clock.advance(60_000);
    expect((await sweep(connection)).refreshes).toMatchObject([{ kind: 'refreshed' }]);
    expect(await keeper.isAccepted(connection.id)).toBe(true);
  });

  it('a connection that fails keeps to its own times', async () => {
    const connection = await checkup.connectHealthy();
    keeper.clock.advance(55 * 60_000);
    keeper.zoho.addFault({ kind: 'throttle' });
    await sweep(connection);
    const before = await keeper.state.read(connection.id);
    keeper.clock.advance(6 * 60_000);
    await checkup.checkOne(connection);
    expect((await keeper.state.read(connection.id))?.nextAttemptAtMs).toBe(before?.nextAttemptAtMs);
  });

  it('a connection that no time was left for comes first the next time', async () => {
    const connections = [
      await checkup.connectHealthy(),
      await checkup.connectHealthy(),
      await checkup.connectHealthy(),
    ];
    // A drill, which looks at the time as well, is behind each of them.
    await checkup.check(connections);
    const checkedWithin = async (looks: number) => {
      keeper.clock.advance(60_000);
      let asked = 0;
      const outcomes = await checkHealth(checkup.deps(), connections, {
        ...RUN,
        remainingMs: () => (++asked > looks ? 59_000 : 120_000),
      });
      return outcomes.map(({ kind }) => kind);
    };
    expect(await checkedWithin(2)).toEqual(['checked', 'checked', 'deferred']);
    expect(await checkedWithin(1)).toEqual(['deferred', 'deferred', 'checked']);
  });
});
