import { SESClient, UpdateAccountSendingEnabledCommand } from '@aws-sdk/client-ses';
import { type Ses, startSes } from '../../infra/local/aws/ses/ses.ts';
import { AlertTable } from '../../lib/alerts/alert-table.ts';
import { type AlertsConfiguration, alertsSchema } from '../../lib/config/alerts-configuration.ts';
import type { Connection } from '../../lib/config/configuration.ts';
import { HealthReportLog } from '../../lib/health-reports/health-report-log.ts';
import type { AlertDependencies } from '../../lib/workflows/alert-dependencies.ts';
import { refreshConnections, sweepConnections } from '../../lib/workflows/refresh-connections.ts';
import { type AlertSweep, sweepAlerts } from '../../lib/workflows/sweep-alerts.ts';
import { ALERTS } from './builders.ts';
import { STATE_TABLE_NAME } from './dynamodb.ts';
import type { Keeper } from './keeper.ts';

const MINUTE_MS = 60_000;
const REGION = 'eu-central-1';
const TICK_EVERY_MINUTES = 50;
const DIGEST = /^\d+ connections? needs? attention/;

/** Who is told what of a keeper's connections, as time passes and its schedules run. */
export interface Told {
  readonly ses: Ses;
  readonly settings: AlertsConfiguration;
  deps(replaced?: Partial<AlertDependencies>): AlertDependencies;
  /** Refreshes what is due, as the sweep does each minute. */
  sweep(connections: readonly Connection[]): Promise<void>;
  /** Looks once, as the function does each minute. */
  look(connections: readonly Connection[], replaced?: Partial<AlertDependencies>): Promise<AlertSweep>;
  /** Lets minutes pass, with the tick, the sweep and the alerts' own in each. */
  live(
    connections: readonly Connection[],
    minutes: number,
    replaced?: Partial<AlertDependencies>,
  ): Promise<void>;
  /** Makes SES take nothing, or take everything again. */
  pauseSending(isPaused: boolean): Promise<void>;
  /** The subjects in the inbox since the last time that this was asked, oldest first; without the digests, which come by the hour. */
  subjects(): Promise<string[]>;
  /** Those of the digests, since the last time that this was asked. */
  digests(): Promise<string[]>;
  close(): Promise<void>;
}

export async function startTold(keeper: Keeper): Promise<Told> {
  const nowMs = () => keeper.clock.nowMs();
  const ses = await startSes({ region: REGION, nowMs });
  const config = { region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const client = new SESClient({ ...config, endpoint: ses.origin, maxAttempts: 1 });
  const settings = alertsSchema.parse(ALERTS);
  ses.verify(settings.sender);
  const { newId, state, incidents, audit, eventBridge } = keeper.deps();
  const seen = { alerts: 0, digests: 0 };
  let minute = 0;
  const run = { requestId: 'test', remainingMs: () => 120_000 };

  async function freshSubjects(
    which: keyof typeof seen,
    isWanted: (subject: string) => boolean,
  ): Promise<string[]> {
    const sent = await ses.sent();
    const subjects = sent.map(({ subject }) => subject).filter(isWanted);
    const fresh = subjects.slice(seen[which]);
    seen[which] = subjects.length;
    return fresh;
  }

  const told: Told = {
    ses,
    settings,
    deps: (replaced = {}) => ({
      nowMs,
      newId,
      state,
      incidents,
      audit,
      eventBridge,
      alerts: new AlertTable(keeper.dynamodb, STATE_TABLE_NAME),
      reports: new HealthReportLog(keeper.dynamodb, STATE_TABLE_NAME),
      ses: client,
      settings,
      apiUrl: 'https://api.company.example/prod',
      ...replaced,
    }),
    async sweep(connections) {
      await sweepConnections(keeper.deps(), connections, run);
    },
    look: (connections, replaced) => sweepAlerts(told.deps(replaced), connections, run),
    async live(connections, minutes, replaced) {
      for (let passed = 0; passed < minutes; passed += 1) {
        keeper.clock.advance(MINUTE_MS);
        minute += 1;
        if (minute % TICK_EVERY_MINUTES === 0) {
          await refreshConnections(keeper.deps(), connections, { trigger: 'tick', ...run });
        }
        await told.sweep(connections);
        await told.look(connections, replaced);
      }
    },
    async pauseSending(isPaused) {
      await client.send(new UpdateAccountSendingEnabledCommand({ Enabled: !isPaused }));
    },
    subjects: () => freshSubjects('alerts', (subject) => !DIGEST.test(subject)),
    digests: () => freshSubjects('digests', (subject) => DIGEST.test(subject)),
    async close() {
      client.destroy();
      await ses.close();
    },
  };
  return told;
}
