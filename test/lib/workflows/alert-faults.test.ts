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

type Pass = (send: () => Promise<unknown>) => Promise<unknown>;

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
  return { send: (command: never) => pass(() => client.send(command)) } as unknown as C;
}

/** The dependencies of one sweep, of which one call goes wrong. */
function withMishap(atCall: number, mode: Mode): { deps: Partial<AlertDependencies>; calls: () => number } {
  let calls = 0;
  let isDead = false;
  const pass: Pass = async (send) => {
    if (isDead) throw new Error('the invocation has ended');
    calls += 1;
    if (calls !== atCall) return send();
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
    calls: () => calls,
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
      const cases: string[] = [];
      for (let atCall = 1; atCall <= MOST_CALLS; atCall += 1) {
        const connection = await connectDead();
        const mishap = withMishap(atCall, mode);
        await told.look([connection], mishap.deps).catch(() => {});
        const isOver = mishap.calls() < atCall;
        await told.look([connection]);
        await told.look([connection]);
        const subjects = await told.subjects();
        cases.push(`${atCall}: ${subjects.length}`);
        expect(subjects.filter((subject) => !subject.startsWith(`${connection.id} DOWN`))).toEqual([]);
        expect(subjects.length, `call ${atCall}`).toBeGreaterThanOrEqual(1);
        expect(subjects.length, `call ${atCall}`).toBeLessThanOrEqual(2);
        if (isOver) break;
      }
      const doubled = cases.filter((one) => one.endsWith(': 2'));
      expect(doubled.length, cases.join(', ')).toBeLessThanOrEqual(DOUBLED[mode]);
      expect(cases.length).toBeGreaterThan(4);
    },
    60_000,
  );
});

/** An answer of SES that did not come back, or a note of it that could not be written. */
const DOUBLED: Record<Mode, number> = { refused: 1, unanswered: 1, 'crashed before': 1, 'crashed after': 1 };
