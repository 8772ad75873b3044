import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlertTable } from '../../../lib/alerts/alert-table.ts';
import { AuditTable } from '../../../lib/audit/audit-table.ts';
import type { Connection } from '../../../lib/config/configuration.ts';
import { StateTable } from '../../../lib/guards/state-table.ts';
import { HealthReportLog } from '../../../lib/health-reports/health-report-log.ts';
import { IncidentLog } from '../../../lib/incidents/incident-log.ts';
import type { AlertDependencies } from '../../../lib/workflows/alert-dependencies.ts';
import { AUDIT_TABLE_NAME, STATE_TABLE_NAME } from '../../support/dynamodb.ts';
import { type Keeper, startKeeper } from '../../support/keeper.ts';
import { startTold, type Told } from '../../support/told.ts';

/** How a call can go wrong: it never gets there, its answer never comes back, or with it the whole invocation ends. */
const MODES = ['refused', 'unanswered', 'crashed before', 'crashed after'] as const;
type Mode = (typeof MODES)[number];
/** More than any sweep here makes. */
const MOST_CALLS = 12;

type Pass = (send: () => Promise<unknown>, command: string) => Promise<unknown>;

let keeper: Keeper;
let told: Told;
beforeAll(async () => {
  keeper = await startKeeper();
  told = await startTold(keeper);
});
afterAll(async () => {
  await told.close();
  await keeper.close();
});

/** A client of which the calls go through `pass`; of a client, the keeper uses `send` only. */
function hindered<C extends { send: (command: never) => Promise<unknown> }>(client: C, pass: Pass): C {
  const send = (command: object) => pass(() => client.send(command as never), command.constructor.name);
  return { send } as unknown as C;
}

/** The dependencies of one sweep, of which one call goes wrong. */
function withMishap(
  atCall: number,
  mode: Mode,
): { deps: Partial<AlertDependencies>; calls: readonly string[] } {
  const calls: string[] = [];
  let isDead = false;
  const pass: Pass = async (send, command) => {
    if (isDead) throw new Error('the invocation has ended');
    calls.push(command);
    if (calls.length !== atCall) return send();
    isDead = mode.startsWith('crashed');
    if (mode === 'unanswered' || mode === 'crashed after') await send();
    throw Object.assign(new Error(mode), { name: 'TimeoutError' });
  };
  const { ses: wholeSes } = told.deps();
  const ses = hindered(wholeSes, pass);
  const dynamodb = hindered(keeper.dynamodb, pass);
  return {
    deps: {
      ses,
      state: new StateTable(dynamodb, STATE_TABLE_NAME),
      alerts: new AlertTable(dynamodb, STATE_TABLE_NAME),
      incidents: new IncidentLog(dynamodb, STATE_TABLE_NAME),
      reports: new HealthReportLog(dynamodb, STATE_TABLE_NAME),
      audit: new AuditTable(dynamodb, AUDIT_TABLE_NAME),
    },
    calls,
  };
}

async function connectDead(): Promise<Connection> {
  const connection = await keeper.connect();
  await told.live([connection], 2);
  const { refreshToken = '' } = (await keeper.readCredential(connection.id)) ?? {};
  keeper.zoho.revokeRefreshToken({ refreshToken });
  keeper.clock.advance(52 * 60_000);
  await told.sweep([connection]);
  await told.subjects();
  return connection;
}

describe('P10: whatever befalls a call of a sweep of alerts', () => {
  it.each(MODES)(
    '%s: the alert is told, and told twice only if nobody can know that it was',
    async (mode) => {
      let cases = 0;
      for (let isOver = false; !isOver && cases < MOST_CALLS; cases += 1) {
        const atCall = cases + 1;
        const connection = await connectDead();
        const { deps, calls } = withMishap(atCall, mode);
        await told.look([connection], deps).catch(() => {});
        isOver = calls.length < atCall;
        await told.look([connection]);
        await told.look([connection]);
        const subjects = await told.subjects();
        const times = isOver || !isUnknown(calls, atCall) ? 1 : 2;
        expect(subjects.length, `${calls.slice(0, atCall).join(', ')} ${mode}`).toBeGreaterThanOrEqual(1);
        expect(subjects.length, `${calls.slice(0, atCall).join(', ')} ${mode}`).toBeLessThanOrEqual(times);
        expect(subjects.filter((subject) => !subject.startsWith(`${connection.id} DOWN`))).toEqual([]);
      }
      expect(cases).toBeGreaterThan(6);
    },
    60_000,
  );
});

/** The alerts' table, which takes no write; reads are answered. */
function readOnly(): Partial<AlertDependencies> {
  const dynamodb = hindered(keeper.dynamodb, async (send, command) => {
    if (command === 'PutCommand')
      throw Object.assign(new Error('no writes'), { name: 'ThrottlingException' });
    return send();
  });
  return { alerts: new AlertTable(dynamodb, STATE_TABLE_NAME) };
}

/** A connection of which an alert waits, since SES took none. */
async function connectWaiting(): Promise<Connection> {
  const connection = await connectDead();
  await told.pauseSending(true);
  await told.look([connection]);
  await told.pauseSending(false);
  return connection;
}

describe('P10: an alert that waits', () => {
  it('is told once, by whichever of two sweeps at once', async () => {
    const connection = await connectWaiting();
    await Promise.all([told.look([connection]), told.look([connection])]);
    await told.look([connection]);
    expect(await told.subjects()).toHaveLength(1);
  });

  it('is not told minute after minute while the table takes no writes, and waits visibly until it does', async () => {
    const connection = await connectWaiting();
    for (let minute = 0; minute < 5; minute += 1) {
      const { delivery, digestErrorCode } = await told.look([connection], readOnly());
      expect(delivery).toMatchObject({
        sent: [],
        unwritten: [{ connection: connection.id, errorCode: 'AWS_CALL_FAILED' }],
        waiting: 1,
      });
      expect(digestErrorCode).toBeNull();
      keeper.clock.advance(60_000);
    }
    expect(await told.subjects()).toEqual([]);
    await told.look([connection]);
    expect(await told.subjects()).toEqual([expect.stringContaining(`${connection.id} DOWN`)]);
  });

  it('is told though a digest cannot be noted, and the sweep says that it could not', async () => {
    const connection = await connectWaiting();
    const alerts = new AlertTable(keeper.dynamodb, STATE_TABLE_NAME);
    alerts.writeDigests = () => Promise.reject(new Error('too large'));
    keeper.clock.advance(untilNextNoonMs(keeper.clock.nowMs()));
    const { digestErrorCode, delivery } = await told.look([connection], { alerts });
    expect(digestErrorCode).toBe('AWS_CALL_FAILED');
    expect(delivery.sent.length).toBeGreaterThan(0);
    expect((await told.subjects()).length).toBeGreaterThan(0);
  });
});

/** Whatever the hour is at which the tests run: by noon of another day its digest is due. */
function untilNextNoonMs(nowMs: number): number {
  const dayMs = 24 * 3_600_000;
  return (Math.floor(nowMs / dayMs) + 1.5) * dayMs - nowMs;
}

/** Whether the call that went wrong was SES's, or the note that SES had taken it: then nobody can know. */
function isUnknown(calls: readonly string[], atCall: number): boolean {
  const [before, wrong] = [calls[atCall - 2], calls[atCall - 1]];
  return wrong === 'SendEmailCommand' || before === 'SendEmailCommand';
}
